import type { BatchesRequest, FilesRequest, StoredResult } from './batch-operations.ts'
import type { CallContext } from './call-context.ts'
import type { Outcome } from './outcome.ts'
import type { Payload } from './payload.ts'
import type { ChatCompletionChunk } from './wire/chat-chunk.ts'
import type { ChatCompletion } from './wire/chat-completion.ts'
import type { ChatCompletionRequest } from './wire/chat-request.ts'
import type { Base64EmbeddingsResponse, EmbeddingsRequest, EmbeddingsResponse } from './wire/embeddings.ts'

/**
 * What a gateway can be asked to do. A package that adds an operation (images, rerank) merges its own member in;
 * every policy layer then covers it without being touched.
 */
export interface Operations {
  chat: { readonly request: ChatCompletionRequest; readonly result: ChatResult }
  embeddings: { readonly request: EmbeddingsRequest; readonly result: EmbeddingsResult }
  files: { readonly request: FilesRequest; readonly result: StoredResult }
  batches: { readonly request: BatchesRequest; readonly result: StoredResult }
}
/** The name of something that a gateway can be asked to do: `chat`, `embeddings`, `files`, `batches`. */
export type Operation = keyof Operations

/** One client request through the gateway. A layer that changes it passes on a copy; `context` is the same object all along. */
export interface Call<O extends Operation = Operation> {
  readonly operation: O
  readonly request: Operations[O]['request']
  /** Aborts with a {@link GatewayError} as its reason: `cancelled` when the client left, `reader_stalled` when it takes nothing, a `timeout_*` when a clock ran out. */
  readonly signal: AbortSignal
  readonly context: CallContext
}

/** What an operation gives, and the promise of how it ended. */
export type Result<O extends Operation> = Operations[O]['result'] & {
  /** The one end of this result. Never rejects; a stream settles when it was read to its end, cut or abandoned. */
  readonly settled: Promise<Outcome>
}

/** Turns a call into a result. Providers, the router and the gateway are all of this shape. */
export type Handler<O extends Operation> = (call: Call<O>) => Promise<Result<O>>
/** A policy layer: it never looks at the operation's own body. */
export type Middleware = <O extends Operation>(call: Call<O>, next: Handler<O>) => Promise<Result<O>>
/** A layer that reads or changes a chat, such as context injection. Other operations pass it by. */
export type ChatMiddleware = (call: Call<'chat'>, next: Handler<'chat'>) => Promise<Result<'chat'>>

/** The answer of a chat: whole, or as a stream of batches. */
export type ChatResult =
  | { readonly kind: 'completion'; readonly completion: Payload<ChatCompletion> }
  | { readonly kind: 'stream'; readonly batches: AsyncIterable<FrameBatch> }

/** The vectors of an embeddings request. */
export interface EmbeddingsResult {
  readonly kind: 'embeddings'
  /** Vectors as base64 when the request's `encoding_format` says so. */
  readonly embeddings: Payload<EmbeddingsResponse | Base64EmbeddingsResponse>
}

/** The whole events of one upstream read: as server-sent events in `bytes`, as chunks in `frames` (split and parsed on first access). */
export interface FrameBatch {
  readonly bytes: Uint8Array
  readonly frames: readonly ChatCompletionChunk[]
  /** Whether one of its frames commits the stream: text, reasoning, a tool call, a refusal, the finish. */
  readonly hasContent: boolean
}

export type { Attempt } from './attempt.ts'
export type { CallContext } from './call-context.ts'
export type { Outcome } from './outcome.ts'
export type { Payload } from './payload.ts'
export type { Principal } from './principal.ts'
export type { Target } from './target.ts'
