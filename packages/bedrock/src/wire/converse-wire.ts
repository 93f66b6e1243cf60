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
  readonly serviceTier?: { readonly type: 'default' | 'flex' | 'priority' | 'reserved' }
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

/** At most 8000 × 8000 pixels, and 3.75 MB for Claude; the format must match the bytes. */
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
