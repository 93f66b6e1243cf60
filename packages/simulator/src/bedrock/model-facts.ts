/** What a Bedrock model can do and refuses. */
export interface ModelTraits {
  /** `chat` answers Converse; the others only InvokeModel, `text` with text. */
  readonly kind: 'chat' | 'text' | 'embedding'
  readonly claude: boolean
  readonly system: boolean
  readonly multiTurn: boolean
  /** Whether a conversation may begin with the assistant. */
  readonly leadingAssistant: boolean
  /** Whether it may end with the assistant. */
  readonly prefill: boolean
  readonly guardrails: boolean

  readonly images: boolean
  /** How many of them a request may have. */
  readonly mostImages: number
  readonly documents: boolean
  /** The formats of which a document may be larger than 4.5 MB. */
  readonly largeDocuments: readonly string[]
  readonly video: boolean
  readonly audio: boolean
  /** Whether an image may be named by its place in S3. */
  readonly s3Images: boolean

  readonly tools: boolean
  readonly streamingTools: boolean
  /** Which choices beside `auto` are taken. */
  readonly toolChoices: readonly ('any' | 'tool')[]
  /** Tools that Bedrock runs itself, by name. */
  readonly systemTools: readonly string[]
  readonly strict: boolean
  readonly toolUseId: 'tooluse' | 'nine'
  /** Whether tool calls, and their results, may share a turn with nothing else. */
  readonly toolsAlone: boolean
  readonly toolResultStatus: boolean
  readonly toolResultImages: boolean
  /** Formats of documents inside a tool result; undefined: all that a turn may have. */
  readonly toolResultDocuments: readonly string[] | undefined

  readonly sampling: 'both' | 'one' | 'none'
  readonly stopSequences: number
  /** The largest `maxTokens`. */
  readonly maxTokens: number
  /** Which of the parameters that models know beyond Converse's are taken; undefined: nobody has listed them. */
  readonly nativeKeys: readonly string[] | undefined
  readonly structuredOutput: 'native' | 'ignored' | 'none'

  readonly caching: 'none' | 'all' | 'no-tools'
  /** Whether a cachePoint may last an hour. */
  readonly cachesForAnHour: boolean
  /** Whether usage carries cache counts. */
  readonly cacheUsage: boolean

  /** `always` reasons unasked and leaves it unsigned. */
  readonly thinking: 'none' | 'budget' | 'adaptive' | 'always'
  readonly thinkingOff: boolean
  /** Whether it thinks where nothing is said of it. */
  readonly thinksUnasked: boolean
  readonly betweenTools: boolean
  /** Whether a call may be forced while it thinks adaptively. */
  readonly forcedWhileAdaptive: boolean
  /** Where effort is told, and the words for it; undefined: not known. */
  readonly effort: EffortFacts | undefined
  /** Whether effort above high needs thinking on. */
  readonly highEffortThinks: boolean
  /** What becomes of reasoning that is sent back. */
  readonly reasoningReplay: 'signed' | 'refused' | 'any'
  /** Whether its reasoning comes encrypted only. */
  readonly encryptsReasoning: boolean
  /** Whether a stream opens with an empty text. */
  readonly opensEmpty: boolean
}

/** How a model is told its effort. */
export interface EffortFacts {
  /** A path in `additionalModelRequestFields`. */
  readonly path: readonly string[]
  readonly values: readonly string[]
}

/** One model of the catalogue. */
export interface ModelFacts extends ModelTraits {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly streaming: boolean
  /** False when only an inference profile may be called. */
  readonly onDemand: boolean
  /** Prefixes of its system-defined profiles, as `us`. */
  readonly geos: readonly string[]
}
