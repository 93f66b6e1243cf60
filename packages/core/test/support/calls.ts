import { createCall, type NewCall } from '../../src/create-call.ts'
import type { Call, ChatCompletionRequest } from '../../src/index.ts'

const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'hi' }]

/** A chat as the onion sees it. */
export function chatCall(
  request: Partial<ChatCompletionRequest> = {},
  context: Partial<NewCall<'chat'>> = {},
): Call<'chat'> {
  return createCall<'chat'>({
    operation: 'chat',
    request: { model: 'fast', messages, ...request },
    origin: 'process',
    deadlineMs: 60_000,
    ...context,
  })
}

/** A chat request's body. */
export function chatRequest(
  request: Partial<ChatCompletionRequest> = {},
): ChatCompletionRequest & { readonly stream?: boolean } {
  const { stream, ...rest } = request
  return { model: 'fast', messages, ...rest, ...(stream ? { stream } : {}) }
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('was not rejected')
}

/** Lets everything run that waits for nothing outside: promises, and a few turns of the event loop. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(resolve => setImmediate(resolve))
}

/** Waits until a number has stopped changing: no clock, but a thousand turns of the event loop without a change. */
export async function atRest(read: () => number): Promise<number> {
  let last = read()
  for (let quiet = 0; quiet < 1000; quiet += 1) {
    await turns(1)
    const now = read()
    if (now !== last) quiet = 0
    last = now
  }
  return last
}
