import type { CachingPlaces } from '../caching/caching-places.ts'
import type { DocumentFormat } from '../wire/converse-wire.ts'
import type { ModelFeatures } from './model-features.ts'

/** How a model family is told how long to think. The styles are defined in `thinking.ts`. */
export type ReasoningStyle =
  | 'claudeBudget'
  | 'claudeAdaptive'
  | 'flatEffort'
  | 'nestedEffort'
  | 'novaReasoningConfig'
  | 'reasoningConfig'
  | 'kimiEffort'

/**
 * By which of Bedrock's APIs a model is called: Converse, its own body over InvokeModel, or Bedrock's OpenAI-compatible endpoint.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-api-compatibility.html
 */
export type Lane = 'converse' | 'invoke' | 'openai'

/** What a model takes beyond, or short of, what Converse can say. */
export interface ModelCapabilities extends ModelFeatures {
  readonly lane: Lane
  /** What it is called in errors and in the table of `pnpm models`: `Llama 3.1`. */
  readonly family: string
  /** Takes `system`; otherwise the text goes in front of the first user text. */
  readonly system: boolean
  /** Whether tools may be offered on ConverseStream. */
  readonly streamsTools: boolean
  /** The forced tool choices it takes; `auto` goes everywhere. */
  readonly toolChoices: readonly ('any' | 'tool')[]
  readonly strictTools: boolean
  /** Whether the root of a tool's schema must do without `anyOf`, `oneOf` and `allOf`, and name properties by up to 64 of `[a-zA-Z0-9_.-]`. */
  readonly plainRoots: boolean
  /** Whether its native `tool_choice` can forbid calls side by side. */
  readonly disablesParallelTools: boolean
  /** The tool of Bedrock's own with which it searches the web. */
  readonly webSearchTool: string | undefined
  /** Whether `temperature` and `top_p` are taken: both, one of them, none. */
  readonly sampling: 'all' | 'temperatureOrTopP' | 'none'
  /** Where its scale of `temperature` ends: Converse's at 1, OpenAI's at 2. */
  readonly maxTemperature: 1 | 2
  readonly topK: 'top_k' | 'k' | 'inferenceConfig.topK' | undefined
  readonly maxStopSequences: number
  readonly blankStopSequences: boolean
  /** OpenAI parameters that its native body knows by the same name. */
  readonly nativeParameters: readonly string[]
  /** The scale of its native penalties: OpenAI's own from -2 to 2, or from 0 to 1. */
  readonly penalties: 'asOpenAI' | 'upToOne'
  /** Whether its native body says who the end user is, as Claude's `metadata.user_id`. */
  readonly endUserId: boolean
  /** Whether the last turn may be the assistant's, to be continued. */
  readonly prefill: boolean
  /** Whether it takes a conversation; otherwise one user turn tells it all. */
  readonly multiTurn: boolean
  /** Whether the first turn may be the assistant's. */
  readonly leadingAssistant: boolean
  /** Tool calls, and their results, stand alone in their turns. */
  readonly lonelyTools: boolean
  readonly toolResultStatus: boolean
  /** Up to 64 of `[a-zA-Z0-9_.:-]`, of `[a-zA-Z0-9_-]`, or exactly nine letters and digits. */
  readonly toolIds: 'any' | 'wordCharacters' | 'nineAlphanumerics'
  readonly reasoning: ReasoningStyle | undefined
  /** Whether signed or encrypted reasoning is sent back; other models refuse or ignore it. */
  readonly replaysReasoning: boolean
  /** Whether it takes tools at all. */
  readonly tools: boolean
  /** Images that one request may hold; 0 for a model without vision. */
  readonly images: number
  /** What one of them may weigh. Bedrock itself bounds none. */
  readonly imageBytes: number
  /** Documents that one request may hold; 0 for a model that takes none. */
  readonly documents: number
  /** Videos that one request may hold. */
  readonly video: number
  /** Recordings that one request may hold. */
  readonly audio: number
  /** Whether media may be named by their `s3://` address. */
  readonly s3Sources: boolean
  /** The formats of which a document may be larger than Converse's 4.5 MB. */
  readonly largeDocuments: readonly DocumentFormat[]
  /** Whether a tool result may hold images; else they follow it. */
  readonly resultImages: boolean
  /** The documents that a tool result may hold; others follow it. */
  readonly resultDocuments: 'all' | readonly DocumentFormat[]
  /** The largest cap on output tokens that it takes; a larger one is refused, though no answer could reach it. */
  readonly maxOutputTokens: number
  /** Whether its body must have a cap on output tokens. */
  readonly demandsCap: boolean
  /** Whether `s3://` addresses are sent: the provider's option, too. */
  readonly s3Allowed: boolean
  /** What is cached unasked: the provider's option, and no fact of the model. */
  readonly automaticCaching: CachingPlaces
}

/** What a whole family shares. */
export type FamilyCapabilities = Omit<ModelCapabilities, keyof ModelFeatures>
