import { strict as assert } from 'node:assert'
import type { FrameBatch, Operation, Result } from '../../contract.ts'
import { type ErrorCode, isGatewayError } from '../../errors.ts'
import type { Outcome } from '../../outcome.ts'
import { createAccumulator } from '../../stream/accumulate.ts'
import type { ChatCompletionChunk } from '../../wire/chat-chunk.ts'
import type { ChatCompletion } from '../../wire/chat-completion.ts'
import type { ChatCompletionRequest } from '../../wire/chat-request.ts'
import type { ProviderRig } from '../provider-rig.ts'
import { testCall } from '../test-call.ts'
import { soon } from './provider-case.ts'

/** Long enough to come in many pieces, whatever a piece is. */
export const sentence =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'

/** Messages that ask the simulator for exactly this text. */
export function saying(text: string): ChatCompletionRequest['messages'] {
  return [{ role: 'user', content: `Say exactly: ${text}` }]
}

/** A chat with the rig's provider: whole unless the request says `stream`. */
export async function chat(
  { provider, chatModel }: ProviderRig,
  request: Partial<ChatCompletionRequest> = {},
  signal?: AbortSignal,
): Promise<Result<'chat'>> {
  const { chat: handler } = provider.handlers
  assert.ok(handler, 'The provider has no handler for chats.')
  return handler(testCall('chat', { model: chatModel, messages: saying(sentence), ...request }, { signal }))
}

/** A whole answer of the rig's provider, and how it settled. */
export async function complete(
  rig: ProviderRig,
  request: Partial<ChatCompletionRequest> = {},
): Promise<{ readonly completion: ChatCompletion; readonly outcome: Outcome }> {
  const result = await chat(rig, request)
  assert.equal(result.kind, 'completion', 'A call that does not ask for a stream gets a completion.')
  return { completion: result.completion.value, outcome: await outcomeOf(result) }
}

/** The result of a chat that streams. */
export type StreamResult = Extract<Result<'chat'>, { kind: 'stream' }>

/** A stream of the rig's provider. */
export async function openStream(
  rig: ProviderRig,
  request: Partial<ChatCompletionRequest> = {},
  signal?: AbortSignal,
): Promise<StreamResult> {
  const result = await chat(rig, { ...request, stream: true }, signal)
  assert.equal(result.kind, 'stream', 'A call that asks for a stream gets one.')
  return result
}

/** All that a stream gave, and what it ended with. */
export interface StreamRead {
  readonly batches: readonly FrameBatch[]
  readonly chunks: readonly ChatCompletionChunk[]
  /** What the chunks stand for. */
  readonly completion: ChatCompletion
  readonly error: unknown
  readonly outcome: Outcome
}

/** Reads a stream to its end as a client would, every chunk parsed. */
export async function readStream(result: StreamResult): Promise<StreamRead> {
  const batches: FrameBatch[] = []
  const chunks: ChatCompletionChunk[] = []
  const accumulator = createAccumulator()
  const iterator = result.batches[Symbol.asyncIterator]()
  let error: unknown
  try {
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
      batches.push(step.value)
      chunks.push(...step.value.frames)
    }
  } catch (cause) {
    error = cause
    // What does not parse is found by its reader, who tells.
    await iterator.throw?.(cause).catch(() => {})
  }
  for (const chunk of chunks) accumulator.add(chunk)
  return { batches, chunks, completion: accumulator.completion(), error, outcome: await outcomeOf(result) }
}

/** How a result that is over has ended. */
export function outcomeOf(result: Result<Operation>): Promise<Outcome> {
  return soon(result.settled, 'A result that is over did not settle')
}

/** Reads up to the first batch with content. */
export async function readToContent(iterator: AsyncIterator<FrameBatch>): Promise<void> {
  for (;;) {
    const step = await iterator.next()
    assert.ok(!step.done, 'The stream ended before its first content.')
    if (step.value.hasContent) return
  }
}

/** What a promise is rejected with; one that is not is a failure. */
export async function rejection(promise: Promise<unknown>, what: string): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error(`${what} succeeds; it must be rejected.`)
}

/** Asserts that something was refused with a `GatewayError` of a code. */
export function assertCode(error: unknown, code: ErrorCode, what: string): void {
  assert.ok(isGatewayError(error), `${what} must throw a GatewayError, not ${String(error)}.`)
  assert.equal(error.code, code, `${what} is ${code}; the provider says: ${error.message}`)
}
