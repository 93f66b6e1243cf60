import type { CacheControl, PromptCacheBreakpoint } from './prompt-cache.ts'

/**
 * One part of a user message's content.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export type ContentPart = TextPart | ImagePart | InputAudioPart | FilePart

/** Text: the only kind of part that every role takes. */
export interface TextPart {
  readonly type: 'text'
  readonly text: string
  readonly prompt_cache_breakpoint?: PromptCacheBreakpoint
  readonly cache_control?: CacheControl
}

/**
 * An image by `https:` address or as a `data:` URL (`data:image/png;base64,…`).
 * @see https://developers.openai.com/api/docs/guides/images-vision
 */
export interface ImagePart {
  readonly type: 'image_url'
  readonly image_url: ImageUrl
  readonly prompt_cache_breakpoint?: PromptCacheBreakpoint
  readonly cache_control?: CacheControl
}

/** Where an image stands, and how closely the model shall look (`detail` defaults to `'auto'`). */
export interface ImageUrl {
  readonly url: string
  readonly detail?: 'auto' | 'low' | 'high' | 'original'
}

/**
 * Recorded sound as bare base64 (no `data:` prefix).
 * @see https://developers.openai.com/api/docs/guides/audio
 */
export interface InputAudioPart {
  readonly type: 'input_audio'
  readonly input_audio: InputAudio
  readonly prompt_cache_breakpoint?: PromptCacheBreakpoint
  readonly cache_control?: CacheControl
}

/** The sound of an {@link InputAudioPart}. */
export interface InputAudio {
  readonly data: string
  readonly format: 'wav' | 'mp3'
}

/** A document, inline or by the id of an upload. */
export interface FilePart {
  readonly type: 'file'
  readonly file: FileReference
  readonly prompt_cache_breakpoint?: PromptCacheBreakpoint
  readonly cache_control?: CacheControl
}

/**
 * Either `file_data`, a `data:` URL (`data:application/pdf;base64,…`) with its `filename`, or the `file_id` of an upload;
 * an id means something only to the provider that issued it.
 * @see https://developers.openai.com/api/docs/guides/pdf-files
 */
export interface FileReference {
  readonly file_data?: string
  readonly file_id?: string
  readonly filename?: string
}

/** What a model said when it declined, sent back as history in an assistant message. */
export interface RefusalPart {
  readonly type: 'refusal'
  readonly refusal: string
  readonly cache_control?: CacheControl
}
