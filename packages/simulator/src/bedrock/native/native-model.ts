import type { Prompt, Reply } from '../../brain/prompt.ts'
import type { JsonObject } from '../../json.ts'
import type { Shape } from '../embeddings/shape.ts'

/** What a native body asks for, in the words of the simulator's model. */
export type NativePrompt = Pick<Prompt, 'turns' | 'maxTokens' | 'stop'> & { readonly system?: string }

/** How one family's own body is read and written. */
export interface NativeModel {
  readonly ids: RegExp
  /** Whether the body is meant for it, where a model has bodies of two kinds. */
  readonly claims?: (body: JsonObject) => boolean
  /** Members without which the body is refused. */
  readonly required: readonly string[]
  /** All that the body may have, where the family is strict about it. */
  readonly shape?: Shape
  /** What is wrong with the turns inside a prompt, in the words of Bedrock. */
  readonly turnsFault?: (body: JsonObject) => string | undefined
  readonly read: (body: JsonObject) => NativePrompt
  readonly write: (reply: Reply) => JsonObject
  /** A piece of a stream; the last has the ending. */
  readonly chunk: (text: string, last: Reply | undefined) => JsonObject
  /** Chunks of a stream before the first piece. */
  readonly opening?: (reply: Reply) => readonly JsonObject[]
  /** Chunks of a stream after the ending. */
  readonly closing?: (reply: Reply) => readonly JsonObject[]
}
