import { once } from 'node:events'
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import { GatewayError, type UpstreamBody } from '@modelgate/core'
import { nodeTransport } from '@modelgate/core/node'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBedrockApi } from '../src/upstream/bedrock-api.ts'
import type { BedrockRuntime } from '../src/upstream/bedrock-runtime.ts'
import { resolveEndpoints } from '../src/upstream/endpoints.ts'
import { readEvents } from '../src/upstream/http-events.ts'
import { createHttpRuntime } from '../src/upstream/http-runtime.ts'
import { createSdkRuntime } from '../src/upstream/sdk-runtime.ts'
import type { ConverseEvent } from '../src/wire/converse-answer-wire.ts'
import { haiku } from './a-call.ts'
import { aClient } from './a-client.ts'
import { eventFrame, exceptionFrame, joined } from './frames.ts'

function overHttp({ url, bearerToken: token }: Simulator): BedrockRuntime {
  const api = createBedrockApi({
    endpoints: resolveEndpoints({ region: 'us-east-1', endpoint: url }, {}),
    transport: nodeTransport(),
    authorizer: { authorize: () => Promise.resolve({ kind: 'bearer', token }), forget: () => false },
    sign: () => {
      throw new Error('a bearer token is not signed')
    },
  })
  return createHttpRuntime(api)
}

const implementations: readonly (readonly [string, (simulator: Simulator) => BedrockRuntime])[] = [
  ['plain HTTP', overHttp],
  ['a client over http1', simulator => createSdkRuntime(aClient(simulator, 'http1'))],
  ['a client over http2', simulator => createSdkRuntime(aClient(simulator, 'http2'))],
]

describe.each(implementations)('the runtime over %s', (_name, create) => {
  let simulator: Simulator
  let runtime: BedrockRuntime
  beforeAll(async () => {
    simulator = await startSimulator()
    runtime = create(simulator)
  })
  beforeEach(() => simulator.reset())
  afterAll(() => simulator.close())

  const body = { messages: [{ role: 'user' as const, content: [{ text: 'Count to 9' }] }] }
  const begin = (signal = new AbortController().signal) => runtime.converseStream({ model: haiku, body, signal })
  const typesOf = (events: readonly ConverseEvent[]) => events.map(({ type }) => type)

  it('gives the events of a stream in order, and the request id', async () => {
    const { events, requestId } = await begin()
    const types: string[] = []
    const steps = events.read(typesOf)
    for (let step = await steps.next(); !step.done; step = await steps.next()) types.push(...step.value)
    expect(types[0]).toBe('messageStart')
    expect(types.slice(-3)).toEqual(['contentBlockStop', 'messageStop', 'metadata'])
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('reads on where nothing was made of the events', async () => {
    const { events } = await begin()
    const steps = events.read(batch => (typesOf(batch).includes('metadata') ? 'usage' : undefined))
    expect(await steps.next()).toEqual({ done: false, value: 'usage' })
    expect(await steps.next()).toEqual({ done: true, value: undefined })
  })

  it('fails for the reason of its signal, midway too, and closes the upstream without being told', async () => {
    simulator.setFaults([{ fault: { kind: 'stall' } }])
    const controller = new AbortController()
    const steps = (await begin(controller.signal)).events.read(batch =>
      typesOf(batch).includes('messageStop') ? 'whole' : undefined,
    )
    const pending = steps.next()
    await simulator.waitFor(request => request.outcome === 'open' && request.status === 200)
    const reason = new GatewayError('timeout_idle', 'Too long.')
    controller.abort(reason)
    await expect(pending).rejects.toBe(reason)
    await simulator.waitFor(request => request.outcome === 'closed-by-client')
  })

  it('closes the upstream of a stream that is left unread', async () => {
    simulator.setFaults([{ fault: { kind: 'stall' } }])
    await (await begin()).events.read(typesOf).return?.()
    await simulator.waitFor(request => request.outcome === 'closed-by-client')
  })
})

it('a client whose streams throw when they are aborted fails for the reason of the signal, too', async () => {
  async function* stream(signal: AbortSignal) {
    yield { messageStart: { role: 'assistant' } }
    await once(signal, 'abort')
    throw new DOMException('aborted', 'AbortError')
  }
  const client = {
    config: {},
    send: (_command: object, { abortSignal }: { abortSignal: AbortSignal }) =>
      Promise.resolve({ stream: stream(abortSignal), $metadata: {} }),
  } as unknown as BedrockRuntimeClient
  const controller = new AbortController()
  const request = { model: haiku, body: { messages: [] }, signal: controller.signal }
  const steps = (await createSdkRuntime(client).converseStream(request)).events.read(batch => batch.length)
  expect(await steps.next()).toEqual({ done: false, value: 1 })
  const pending = steps.next()
  const reason = new GatewayError('timeout_idle', 'Too long.')
  controller.abort(reason)
  await expect(pending).rejects.toBe(reason)
})

describe('what came whole before a fault', () => {
  const good = [eventFrame('messageStart', {}), eventFrame('contentBlockDelta', { delta: { text: 'a' } })]
  const damaged = eventFrame('contentBlockStop', {}).with(20, 0)

  it.each([
    ['a damaged frame', [...good, damaged], 'upstream_bad_response'],
    ['an exception', [...good, exceptionFrame('throttlingException', 'slow'), damaged], 'upstream_rate_limited'],
    ['an end inside a frame', [...good, damaged.subarray(0, 20)], 'stream_interrupted'],
  ] as const)('is taken before the fault is thrown, though one read brought both: %s', async (_what, frames, code) => {
    const reads = [joined(frames)]
    const source: UpstreamBody = {
      next() {
        const value = reads.shift()
        return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined })
      },
    }
    const steps = readEvents(source, batch => batch.map(({ type }) => type))
    expect(await steps.next()).toEqual({ done: false, value: ['messageStart', 'contentBlockDelta'] })
    await expect(steps.next()).rejects.toMatchObject({ code })
    await expect(steps.next()).rejects.toMatchObject({ code })
  })
})
