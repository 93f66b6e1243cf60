import type { Call, ChatCompletionRequest } from '../../src/index.ts'
import { testCall } from '../../src/testing/index.ts'

const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'hi' }]

/** A chat as the onion sees it. */
export function chatCall(
  request: Partial<ChatCompletionRequest> = {},
  context: Parameters<typeof testCall<'chat'>>[2] = {},
): Call<'chat'> {
  return testCall('chat', { model: 'fast', messages, ...request }, context)
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
