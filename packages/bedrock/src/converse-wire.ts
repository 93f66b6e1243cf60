/**
 * The body of Converse and ConverseStream as JSON: bytes are base64 text, the model id stands in the path.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export interface ConverseBody {
  readonly messages: ConverseMessage[]
  readonly system?: (SystemBlock | CachePointBlock)[]
  readonly inferenceConfig?: InferenceConfig
  readonly toolConfig?: Omit<ToolConfig, 'tools'> & {
    readonly tools: (ToolConfig['tools'][number] | CachePointBlock)[]
  }
  readonly additionalModelRequestFields?: Record<string, unknown>
  readonly outputConfig?: OutputConfig
  readonly serviceTier?: { readonly type: 'default' | 'flex' | 'priority' }
  readonly guardrailConfig?: Record<string, unknown>
  readonly performanceConfig?: Record<string, unknown>
  readonly requestMetadata?: Record<string, string>
  readonly additionalModelResponseFieldPaths?: string[]
}

/** The form of the answer's text. `schema` is JSON text, not an object. */
export interface OutputConfig {
  readonly textFormat: {
    readonly type: 'json_schema'
    readonly structure: {
      readonly jsonSchema: { readonly schema: string; readonly name?: string; readonly description?: string }
    }
  }
}

/** One turn. Roles alternate and the first is the user's. */
export interface ConverseMessage {
  readonly role: 'user' | 'assistant'
  readonly content: ContentBlock[]
}

/** One block of a turn: exactly one member. */
export type ContentBlock =
  | { readonly text: string }
  | { readonly image: ImageBlock }
  | { readonly document: DocumentBlock }
  | { readonly video: VideoBlock }
  | { readonly audio: AudioBlock }
  | { readonly toolUse: ToolUseBlock }
  | { readonly toolResult: ToolResultBlock }
  | { readonly reasoningContent: ReasoningContent }
  | CachePointBlock

/** Up to here the prompt is cached, for five minutes unless `ttl` says an hour. At most four a request, never first in a list. */
export interface CachePointBlock {
  readonly cachePoint: { readonly type: 'default'; readonly ttl?: '1h' }
}

/** Instructions. A block holds text and is never blank. */
export interface SystemBlock {
  readonly text: string
}

/** At most 3.75 MB and 8000 × 8000 pixels; the format must match the bytes. */
export interface ImageBlock {
  readonly format: ImageFormat
  readonly source: MediaSource
}
/** Bytes as base64, or where they lie in S3, which few models take. */
export type MediaSource = { readonly bytes: string } | { readonly s3Location: { readonly uri: string } }
/** Images that Converse takes. */
export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp'

/** At most five a request, 4.5 MB each, with names that are unique in it. */
export interface DocumentBlock {
  readonly format: DocumentFormat
  readonly name: string
  readonly source: MediaSource
}
/** Documents that Converse takes. */
export type DocumentFormat = 'pdf' | 'csv' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'html' | 'txt' | 'md'

/** At most 25 MB as base64, 1 GB in S3. */
export interface VideoBlock {
  readonly format: VideoFormat
  readonly source: MediaSource
}
/** Videos that Converse takes. */
export type VideoFormat = 'mkv' | 'mov' | 'mp4' | 'webm' | 'flv' | 'mpeg' | 'mpg' | 'wmv' | 'three_gp'

/** A recording, for the few models that listen. */
export interface AudioBlock {
  readonly format: AudioFormat
  readonly source: MediaSource
}
/** Recordings that Converse takes. */
export type AudioFormat =
  | 'mp3'
  | 'opus'
  | 'wav'
  | 'aac'
  | 'flac'
  | 'mp4'
  | 'ogg'
  | 'mkv'
  | 'm4a'
  | 'mpeg'
  | 'pcm'
  | 'webm'

/** A call the model made; `input` is a JSON object. */
export interface ToolUseBlock {
  readonly toolUseId: string
  readonly name: string
  readonly input: Record<string, unknown>
}

/** The answer to a {@link ToolUseBlock} of the turn before. */
export interface ToolResultBlock {
  readonly toolUseId: string
  readonly content: (
    | { readonly text: string }
    | { readonly image: ImageBlock }
    | { readonly document: DocumentBlock }
  )[]
  readonly status?: 'success' | 'error'
}

/** Reasoning as the model gave it; replayed byte for byte, for the signature covers it. */
export type ReasoningContent =
  | { readonly reasoningText: { readonly text: string; readonly signature?: string } }
  | { readonly redactedContent: string }

/** `temperature` and `topP` go from 0 to 1. */
export interface InferenceConfig {
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly stopSequences?: string[]
}

/** At least one tool. There is no choice that says "none". */
export interface ToolConfig {
  readonly tools: (ToolEntry | SystemToolEntry)[]
  readonly toolChoice?: ToolChoiceEntry
}
/** One offered tool. */
export interface ToolEntry {
  readonly toolSpec: ToolSpec
}
/** A tool that Bedrock runs itself, such as `nova_grounding`. */
export interface SystemToolEntry {
  readonly systemTool: { readonly name: string }
}
/** `name` matches `[a-zA-Z0-9_-]{1,64}`; `description` is never empty; the schema is of type `object`. */
export interface ToolSpec {
  readonly name: string
  readonly description?: string
  readonly inputSchema: { readonly json: Record<string, unknown> }
  readonly strict?: boolean
}
/** Which tool the model may or must call: `any` is OpenAI's `required`. */
export type ToolChoiceEntry =
  | { readonly auto: Record<string, never> }
  | { readonly any: Record<string, never> }
  | { readonly tool: { readonly name: string } }

/**
 * Converse's answer, read with care: models leave members out, and new ones appear.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax
 */
export interface ConverseAnswer {
  readonly output?: { readonly message?: { readonly content?: readonly AnswerBlock[] | null } | null } | null
  readonly stopReason?: string | null
  readonly usage?: AnswerUsage | null
  readonly serviceTier?: { readonly type?: string | null } | null
  readonly performanceConfig?: { readonly latency?: string | null } | null
  /** Of a guardrail and a prompt router, where the request asked for it. */
  readonly trace?: unknown
}

/** One block of an answer: one member is there. `type` is `server_tool_use` for tools that Bedrock ran itself. */
export interface AnswerBlock {
  readonly text?: string | null
  readonly toolUse?: {
    readonly toolUseId?: string
    readonly name?: string
    readonly input?: unknown
    readonly type?: string
  }
  readonly reasoningContent?: {
    readonly reasoningText?: { readonly text?: string; readonly signature?: string | null } | null
    readonly redactedContent?: string | null
  } | null
  readonly citationsContent?: {
    readonly content?: readonly { readonly text?: string }[] | null
    readonly citations?: readonly AnswerCitation[] | null
  } | null
}

/**
 * What a passage of the answer rests on.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html
 */
export interface AnswerCitation {
  readonly title?: string | null
  /** Of a search result: as the caller named it. */
  readonly source?: string | null
  readonly location?: { readonly web?: { readonly url?: string | null; readonly domain?: string | null } | null } | null
}

/** `inputTokens` leaves out what was read from and written to the prompt cache. */
export interface AnswerUsage {
  readonly inputTokens?: number | null
  readonly outputTokens?: number | null
  readonly totalTokens?: number | null
  readonly cacheReadInputTokens?: number | null
  readonly cacheWriteInputTokens?: number | null
  /** What was written, by how long it is kept: `5m` or `1h`. */
  readonly cacheDetails?: readonly { readonly ttl?: string | null; readonly inputTokens?: number | null }[] | null
}

/**
 * One event of a Converse stream: its `:event-type` and its payload, whose members depend on the type.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export interface ConverseEvent {
  readonly type: string
  readonly payload: ConverseEventPayload
}

/** The members of all event types together, each there only in its own. */
export interface ConverseEventPayload {
  readonly contentBlockIndex?: number
  readonly start?: {
    readonly toolUse?: { readonly toolUseId?: string; readonly name?: string; readonly type?: string } | null
  }
  readonly delta?: AnswerDelta
  readonly stopReason?: string | null
  readonly usage?: AnswerUsage | null
  readonly serviceTier?: { readonly type?: string | null } | null
  readonly performanceConfig?: { readonly latency?: string | null } | null
  readonly trace?: unknown
  /** Of InvokeModel's `chunk`, which is the only event there: base64 text of JSON in the model's own words. */
  readonly bytes?: string
}

/** What a `contentBlockDelta` adds: one member is there. */
export interface AnswerDelta {
  readonly text?: string | null
  readonly toolUse?: { readonly input?: string | null } | null
  readonly reasoningContent?: {
    readonly text?: string | null
    readonly signature?: string | null
    readonly redactedContent?: string | null
  } | null
  readonly citation?: AnswerCitation | null
}
