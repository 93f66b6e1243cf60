import type {
  Call,
  ChatCompletionChunk,
  ChatCompletionRequest,
  EmbeddingsRequest,
  Provider,
  Result,
} from '@modelgate/core'
import { testCall } from '@modelgate/core/testing'
import { type Simulator, type SimulatorOptions, startSimulator } from '@modelgate/simulator'
import { afterAll, beforeEach } from 'vitest'
import { type BedrockEmbeddingsExtensions, type BedrockOptions, bedrock } from '../src/index.ts'

/** On demand in every region, streams tools, takes everything. */
export const haiku = 'us.anthropic.claude-3-5-haiku-20241022-v1:0'
export const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

export function aChat(request: Partial<ChatCompletionRequest> & object, signal?: AbortSignal): Call<'chat'> {
  const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'Hello there' }]
  return testCall('chat', { model: haiku, messages, ...request }, { signal })
}

export function anEmbedding(
  request: Partial<EmbeddingsRequest> & BedrockEmbeddingsExtensions,
  signal?: AbortSignal,
): Call<'embeddings'> {
  return testCall('embeddings', { model: 'amazon.titan-embed-text-v2:0', input: 'some text', ...request }, { signal })
}

export interface Rig extends AsyncDisposable {
  readonly simulator: Simulator
  readonly provider: Provider
  chat(call: Call<'chat'>): Promise<Result<'chat'>>
  embed(call: Call<'embeddings'>): Promise<Result<'embeddings'>>
}

/** A provider that talks to a simulator of its own. */
export async function aRig(options: BedrockOptions<string> = {}, simulation: SimulatorOptions = {}): Promise<Rig> {
  const simulator = await startSimulator(simulation)
  const provider = bedrock({
    endpoint: simulator.url,
    region: 'us-east-1',
    credentials: simulator.credential,
    ...options,
  })
  const { chat, embeddings } = provider.handlers
  if (!chat || !embeddings) throw new Error('the provider lacks a handler')
  return {
    simulator,
    provider,
    chat,
    embed: embeddings,
    async [Symbol.asyncDispose]() {
      await provider.close?.()
      await simulator.close()
    },
  }
}

/** One for the tests of a file: its simulator is as new before each, and all of it closed behind the last. */
export async function fileRig(): Promise<Rig> {
  const rig = await aRig()
  beforeEach(() => rig.simulator.reset())
  afterAll(() => rig[Symbol.asyncDispose]())
  return rig
}

/** The completion of a result that is one. */
export function completionOf(result: Result<'chat'>) {
  if (result.kind !== 'completion') throw new Error('expected a completion')
  return result.completion.value
}

/** Reads a stream to its end: every chunk, and the number of batches they came in. */
export async function chunksOf(result: Result<'chat'>) {
  if (result.kind !== 'stream') throw new Error('expected a stream')
  const chunks: ChatCompletionChunk[] = []
  for await (const batch of result.batches) chunks.push(...batch.frames)
  return chunks
}

/** Reads a stream that fails: what came, and the error. */
export async function cutOf(result: Result<'chat'>) {
  if (result.kind !== 'stream') throw new Error('expected a stream')
  const chunks: ChatCompletionChunk[] = []
  try {
    for await (const batch of result.batches) chunks.push(...batch.frames)
  } catch (error) {
    return { chunks, error }
  }
  throw new Error(`the stream ended cleanly after ${chunks.length} chunks`)
}
