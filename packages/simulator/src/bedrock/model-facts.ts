/** What a Bedrock model can do and refuses. */
export interface ModelTraits {
  /** `chat` answers Converse; the others only InvokeModel, `text` with text. */
  readonly kind: 'chat' | 'text' | 'embedding'
  readonly system: boolean
  readonly tools: boolean
  readonly streamingTools: boolean
  /** Whether `any` and `tool` are taken. */
  readonly forcedTool: boolean
  readonly strict: boolean
  readonly structuredOutput: boolean
  readonly images: boolean
  readonly documents: boolean
  /** Whether a conversation may begin with the assistant. */
  readonly leadingAssistant: boolean
  /** Whether it may end with the assistant. */
  readonly prefill: boolean
  readonly multiTurn: boolean
  /** Whether a tool result may share its turn with other blocks. */
  readonly toolResultAlone: boolean
  readonly sampling: 'both' | 'one' | 'none'
  readonly caching: 'none' | 'all' | 'no-tools'
  /** `always` reasons unasked and leaves it unsigned. */
  readonly thinking: 'none' | 'budget' | 'adaptive' | 'always'
  readonly thinkingOff: boolean
  readonly stopSequences: number
  readonly toolUseId: 'tooluse' | 'nine'
  /** Whether usage carries cache counts. */
  readonly cacheUsage: boolean
  readonly claude: boolean
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
