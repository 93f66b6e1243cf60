import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { CallController } from '../../src/call-controller.ts'
import type { Call } from '../../src/contract.ts'
import {
  apiKeys,
  createGateway,
  type GatewayOptions,
  type Middleware,
  memoryKeyStore,
  memoryRequestLog,
  type Provider,
} from '../../src/index.ts'
import { streamResult } from '../../src/stream/stream-result.ts'
import type { Telemetry } from '../../src/telemetry/call-follower.ts'
import type { CallTrace } from '../../src/telemetry/call-trace.ts'
import { saying } from '../stream/manual-upstream.ts'
import { turns } from '../support/calls.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Says one thing, and no more. */
const provider: Provider = {
  id: 'us',
  name: 'us',
  priceOf: () => ({ input: 1, output: 2, source: 'the test', asOf: '2026-11-21' }),
  handlers: {
    chat({ signal, context }) {
      const said = [saying('a')]
      const next = () => {
        const value = said.pop()
        return value ? Promise.resolve({ done: false as const, value }) : new Promise<never>(() => {})
      }
      const facts = { terminal: false }
      return Promise.resolve(streamResult({ batches: { next }, facts, signal, startedAt: context.startedAt }))
    },
  },
}

const attempt = { headers: {}, run: <T>(work: () => T) => work(), ends() {} }
const trace: CallTrace = { ...attempt, traceId: undefined, attemptBegins: () => attempt, event() {} }
const telemetry: Telemetry = { follow: () => ({ begins: () => trace, close() {} }) }
const rateLimit = { requestsPerMinute: 100, tokensPerMinute: 1e6 }

it.each<[string, Partial<GatewayOptions>]>([
  ['nobody', {}],
  ['a listener', { onReport() {} }],
  ['a request log', { requestLog: memoryRequestLog() }],
  ['metrics', { metrics: true }],
  ['traces', { telemetry }],
])(
  'a stream that has begun holds neither its prompt nor the bytes of it, whoever waits for its end: %s',
  async (_, options) => {
    const held: WeakRef<object>[] = []
    const look: Middleware = (call, next) => {
      const { request, context } = call as Call<'chat'>
      held.push(new WeakRef(request.messages), new WeakRef(context.source!))
      return next(call)
    }
    const auth = apiKeys(memoryKeyStore([{ key: 'good', rateLimit }]))
    const gateway = createGateway({ providers: [provider], auth, use: [look], ...options })
    const { promise: begun, resolve } = Promise.withResolvers<void>()
    const controller = new CallController()
    const tell = (): boolean => {
      resolve()
      return true
    }
    const sink = { head() {}, write: tell, drained: () => Promise.resolve(), end() {} }
    const body = JSON.stringify({ model: 'us/nova', messages: [{ role: 'user', content: 'hi' }], stream: true })
    const headers = { 'x-api-key': 'good' }
    const request = {
      method: 'POST',
      path: '/v1/chat/completions',
      headers,
      controller,
      readBody: () => Buffer.from(body),
    }
    const handled = gateway.door.handle(request, sink)
    await begun
    // A busy machine may still be compiling what has held them: some rounds, and not one.
    for (let round = 0; round < 20 && held.some(each => each.deref()); round += 1) {
      await turns()
      collect()
    }
    expect(held.map(each => each.deref())).toEqual([undefined, undefined])
    controller.abort()
    await handled
    await gateway.close()
  },
)
