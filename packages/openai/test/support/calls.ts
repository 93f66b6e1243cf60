import type {
  Call,
  CallContext,
  ChatCompletionRequest,
  EmbeddingsRequest,
  FrameBatch,
  Operation,
  Operations,
  Provider,
  Result,
  SourceBody,
} from '@modelgate/core'

export const chatRequest: ChatCompletionRequest = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Hello' }],
}
export const embeddingsRequest: EmbeddingsRequest = { model: 'text-embedding-3-small', input: 'Hello' }

interface CallOptions {
  readonly signal?: AbortSignal
  readonly source?: SourceBody
}

function toCall<O extends Operation>(operation: O, request: Operations[O]['request'], options: CallOptions): Call<O> {
  const context: CallContext = {
    callId: 'call-1',
    principal: undefined,
    tags: {},
    origin: 'process',
    startedAt: performance.now(),
    pinnedProvider: undefined,
    listeners: [],
    deadlineMs: 60_000,
    source: options.source,
    route: undefined,
    target: undefined,
    attempts: [],
    droppedParams: new Set(),
  }
  return { operation, request, signal: options.signal ?? new AbortController().signal, context }
}

export function chat(
  provider: Provider,
  request: Partial<ChatCompletionRequest> = {},
  options: CallOptions = {},
): Promise<Result<'chat'>> {
  const handler = provider.handlers.chat
  if (!handler) throw new Error('no chat handler')
  return handler(toCall('chat', { ...chatRequest, ...request }, options))
}

export function embed(
  provider: Provider,
  request: Partial<EmbeddingsRequest> = {},
  options: CallOptions = {},
): Promise<Result<'embeddings'>> {
  const handler = provider.handlers.embeddings
  if (!handler) throw new Error('no embeddings handler')
  return handler(toCall('embeddings', { ...embeddingsRequest, ...request }, options))
}

export function batchesOf(result: Result<'chat'>): AsyncIterable<FrameBatch> {
  if (result.kind !== 'stream') throw new Error('not a stream')
  return result.batches
}

export interface Passed {
  readonly text: string
  readonly contents: string
  readonly error: unknown
}

/** All that passed, and the error that ended it, if one did. */
export async function passed(batches: AsyncIterable<FrameBatch>): Promise<Passed> {
  const bytes: Uint8Array[] = []
  let contents = ''
  try {
    for await (const batch of batches) {
      bytes.push(batch.bytes)
      for (const frame of batch.frames) contents += frame.choices[0]?.delta.content ?? ''
    }
  } catch (error) {
    return { text: Buffer.concat(bytes).toString(), contents, error }
  }
  return { text: Buffer.concat(bytes).toString(), contents, error: undefined }
}
