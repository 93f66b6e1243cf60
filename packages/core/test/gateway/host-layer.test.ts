import { describe, expect, it } from 'vitest'
import {
  type CallReport,
  createGateway,
  type FrameBatch,
  type Gateway,
  GatewayError,
  type Middleware,
} from '../../src/index.ts'
import { type ScriptedProvider, type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest } from '../support/calls.ts'

type Batches = AsyncIterable<FrameBatch>

/** A layer that reads a stream through a generator of its own. */
function through(own: (batches: Batches) => Batches): Middleware {
  return async (call, next) => {
    const result = await next(call)
    return result.kind === 'stream' ? { ...result, batches: own(result.batches) } : result
  }
}

const filtered = (): GatewayError => new GatewayError('content_filtered', 'no more of this')

const throwsMidway = through(async function* (batches) {
  for await (const batch of batches) {
    if (batch.frames.some(({ choices }) => choices[0]?.delta.content === 'bad')) throw filtered()
    yield batch
  }
})
const throwsAtTheEnd = through(async function* (batches) {
  yield* batches
  throw filtered()
})
const endsEarly = through(async function* (batches) {
  for await (const batch of batches) {
    yield batch
    if (batch.frames.some(({ choices }) => choices[0]?.delta.content === 'bad')) return
  }
})
const keepsErrors = through(async function* (batches) {
  try {
    yield* batches
  } catch {
    // As a layer might that wants to show what it has.
  }
})
const passesAll = through(async function* (batches) {
  yield* batches
})

interface Told {
  readonly answer: string
  readonly report: CallReport
  readonly provider: ScriptedProvider
}

const ways: readonly [string, (gateway: Gateway) => Promise<string>][] = [
  [
    'over the door',
    async gateway => {
      const body = JSON.stringify(chatRequest({ model: 'us/nova', stream: true }))
      return (await gateway.fetch('http://gateway.test/v1/chat/completions', { method: 'POST', body })).text()
    },
  ],
  [
    'in process',
    async gateway => {
      let told = ''
      try {
        for await (const chunk of gateway.stream(chatRequest({ model: 'us/nova' }))) told += JSON.stringify(chunk)
        return `${told}[DONE]`
      } catch (error) {
        return told + (error as GatewayError).code
      }
    },
  ],
]

async function tell(
  layer: Middleware,
  read: (gateway: Gateway) => Promise<string>,
  script: readonly ScriptStep[],
): Promise<Told> {
  const provider = scriptedProvider('us', script)
  const { promise, resolve: onReport } = Promise.withResolvers<CallReport>()
  const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), use: [layer], onReport })
  const answer = await read(gateway)
  const report = await promise
  await gateway.close()
  return { answer, report, provider }
}

describe.each(ways)("a layer's own stream, read %s,", (_, read) => {
  const script = ['good', 'bad', 'worse']
  it.each([
    ['throws midway', throwsMidway, 1],
    ['throws at its end', throwsAtTheEnd, 0],
  ])('that %s fails the call, as its reader sees it', async (_what, layer, closed) => {
    const { answer, report, provider } = await tell(layer, read, script)
    expect(answer).toMatch(/content_filtered/)
    expect(answer).not.toMatch(/\[DONE\]/)
    expect(report).toMatchObject({ status: 'failed', errorCode: 'content_filtered' })
    expect(provider.closed).toBe(closed)
  })

  it('that ends early was completed, though its upstream was left', async () => {
    const { answer, report, provider } = await tell(endsEarly, read, script)
    expect(answer).toMatch(/\[DONE\]/)
    expect(report).toMatchObject({
      status: 'completed',
      attempts: [{ code: '200' }],
    })
    expect(report.errorCode).toBeUndefined()
    expect(provider.closed).toBe(1)
  })

  it('that keeps an error to itself makes no success of it', async () => {
    const { report } = await tell(keepsErrors, read, ['good', new GatewayError('stream_interrupted', 'broken')])
    expect(report).toMatchObject({ status: 'failed', errorCode: 'stream_interrupted' })
  })

  it('that passes all is completed', async () => {
    const { answer, report } = await tell(passesAll, read, script)
    expect(answer).toMatch(/\[DONE\]/)
    expect(report).toMatchObject({ status: 'completed' })
  })
})

describe('a caller who leaves a stream that a layer reads', () => {
  it('cancels the call, also where the layer never hears of it', async () => {
    const provider = scriptedProvider('us', ['good', new Promise<never>(() => {})])
    const { promise, resolve: onReport } = Promise.withResolvers<CallReport>()
    const gateway = createGateway({
      providers: [provider],
      auth: () => ({ tenant: 'test' }),
      use: [passesAll],
      onReport,
    })
    const stream = gateway.stream(chatRequest({ model: 'us/nova' }))
    for await (const _ of stream) break
    expect(await promise).toMatchObject({ status: 'cancelled' })
    expect(provider.closed).toBe(1)
    await gateway.close()
  })
})

it('a layer that throws once the stream beneath has begun leaves no upstream open', async () => {
  const throws: Middleware = async (call, next) => {
    await next(call)
    throw filtered()
  }
  const provider = scriptedProvider('us', ['good', new Promise<never>(() => {})])
  const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), use: [throws] })
  await expect(gateway.stream(chatRequest({ model: 'us/nova' })).completion()).rejects.toThrow('no more of this')
  expect(provider.closed).toBe(1)
  await gateway.close()
})
