import { afterAll, expect, it, vi } from 'vitest'
import { createGateway, GatewayError, type Provider, type Result } from '../src/index.ts'
import { chatRequest, rejection, turns } from './support/calls.ts'

const unhandled = vi.fn()
process.on('unhandledRejection', unhandled)
afterAll(() => void process.off('unhandledRejection', unhandled))

const never = new Promise<never>(() => {})

/** A provider that minds no signal, and whose streams fail to be closed. */
function deafProvider() {
  const answered = Promise.withResolvers<Result<'chat'>>()
  const close = vi.fn(() => Promise.reject(new Error('It cannot be closed.')))
  const chat = vi.fn(() => answered.promise)
  const provider = { id: 'deaf', name: 'deaf', handlers: { chat } } satisfies Provider
  const answer = (): void => {
    const batches = { [Symbol.asyncIterator]: () => ({ next: () => never, return: close }) }
    answered.resolve({ kind: 'stream', batches, settled: never })
  }
  return { provider, chat, close, answer }
}

it.each([
  ['of its own', {}],
  ['that others may have joined', { cache: 'on' as const }],
])(
  'a stream that comes after its call, %s, was given up is closed, and ends nothing where that fails',
  async (_, options) => {
    const { provider, chat, close, answer } = deafProvider()
    const gateway = createGateway({ providers: [provider], cache: {}, onError: () => {} })
    const leaving = new AbortController()
    const stream = gateway.stream(chatRequest({ model: 'deaf/x' }), { ...options, signal: leaving.signal })
    const told = rejection(stream.completion())
    await vi.waitFor(() => expect(chat).toHaveBeenCalled(), { interval: 1 })
    leaving.abort(new GatewayError('cancelled', 'The reader left.'))
    expect(await told).toMatchObject({ code: 'cancelled' })
    answer()
    await vi.waitFor(() => expect(close).toHaveBeenCalled(), { interval: 1 })
    await turns()
    expect(unhandled).not.toHaveBeenCalled()
  },
)
