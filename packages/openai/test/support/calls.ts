import type {
  ChatCompletionRequest,
  EmbeddingsRequest,
  FrameBatch,
  Provider,
  Result,
  SourceBody,
} from '@modelgate/core'
import { testCall } from '@modelgate/core/testing'

export const chatRequest: ChatCompletionRequest = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Hello' }],
}
const embeddingsRequest: EmbeddingsRequest = { model: 'text-embedding-3-small', input: 'Hello' }

interface CallOptions {
  readonly signal?: AbortSignal
  readonly source?: SourceBody
}

export function chat(
  provider: Provider,
  request: Partial<ChatCompletionRequest> = {},
  options: CallOptions = {},
): Promise<Result<'chat'>> {
  const handler = provider.handlers.chat
  if (!handler) throw new Error('no chat handler')
  return handler(testCall('chat', { ...chatRequest, ...request }, options))
}

export function embed(provider: Provider): Promise<Result<'embeddings'>> {
  const handler = provider.handlers.embeddings
  if (!handler) throw new Error('no embeddings handler')
  return handler(testCall('embeddings', embeddingsRequest))
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
