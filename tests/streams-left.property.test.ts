import http from 'node:http'
import http2 from 'node:http2'
import { bedrock } from '@modelgate/bedrock'
import { type CallReport, createGateway, type FrameBatch, type Gateway, type Middleware } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type EndedStream, endedStreams, endings, isAnswer, lastly } from './setup/ended-streams.ts'
import { leavingReaders, listening, type Places, type Seen, soon } from './setup/leaving-readers.ts'

type Batches = AsyncIterable<FrameBatch>
type ReaderName = keyof typeof leavingReaders

/** As users write them: what they forget must leave nothing open either. */
const layers: Readonly<Record<string, (batches: Batches) => Batches>> = {
  none: batches => batches,
  async *generator(batches) {
    for await (const batch of batches) yield batch
  },
  'without return': batches => ({
    [Symbol.asyncIterator]() {
      const iterator = batches[Symbol.asyncIterator]()
      return { next: () => iterator.next() }
    },
  }),
  'reading ahead': batches => ({
    async *[Symbol.asyncIterator]() {
      const iterator = batches[Symbol.asyncIterator]()
      const read = (): ReturnType<typeof iterator.next> => {
        const step = iterator.next()
        // Of a step that nobody comes to, nobody is told either.
        step.catch(() => {})
        return step
      }
      try {
        const ahead = [read(), read()]
        for (let step = await ahead.shift(); step && !step.done; step = await ahead.shift()) {
          ahead.push(read())
          yield step.value
        }
      } finally {
        await iterator.return?.()
      }
    },
  }),
}

const layered: Middleware = async (call, next) => {
  const result = await next(call)
  if (result.kind !== 'stream') return result
  const name = Object.keys(layers).find(each => JSON.stringify(call.request).includes(`layer: ${each}`))
  return { ...result, batches: layers[name ?? 'none']!(result.batches) }
}

const stream: fc.Arbitrary<EndedStream> = fc.record({
  lane: fc.constantFrom('bedrock' as const, 'openai' as const),
  words: fc.integer({ min: 1, max: 6 }),
  ending: fc.constantFrom(...endings),
  lastly: fc.constantFrom(...lastly),
  pieceBytes: fc.constantFrom(0, 100, 400),
})
interface Story {
  readonly stream: EndedStream
  readonly reader: ReaderName
  readonly layer: string
  readonly transport: string
  readonly leavesAfter: number | null
  readonly isSlow: boolean
}

const story: fc.Arbitrary<Story> = fc.record({
  stream,
  reader: fc.constantFrom(...(Object.keys(leavingReaders) as ReaderName[])),
  layer: fc.constantFrom(...Object.keys(layers)),
  transport: fc.constantFrom('', '-undici'),
  leavesAfter: fc.option(fc.nat({ max: 1_500 })),
  isSlow: fc.boolean(),
})

function open(url: string, onReport: (report: CallReport) => void) {
  const transport = undici()
  const onAws = { region: 'us-east-1', endpoint: url, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
  const onOpenai = { baseURL: `${url}/v1`, apiKey: 'k' }
  const gateway = createGateway({
    providers: [
      bedrock(onAws),
      bedrock({ id: 'bedrock-undici', ...onAws, transport }),
      openai(onOpenai),
      openai({ id: 'openai-undici', ...onOpenai, transport }),
    ],
    // A place that is not given back would be missed by the next stories.
    auth: () => ({ tenant: 'acme', keyId: 'k', rateLimit: { maxConcurrentCalls: 100 } }),
    budgets: { tenants: { acme: { usdPerMonth: 1_000 } } },
    prices: { m: { input: 1, output: 1 } },
    use: [layered],
    maxAttempts: 1,
    circuitBreaker: { enabled: false },
    coolDown: { enabled: false },
    timeouts: { idleMs: 1_000 },
    streams: { commitAfterMs: 10, keepAliveMs: 15 },
    onReport,
    onError: () => {},
  })
  return { gateway, transport }
}

async function serve(gateway: Gateway): Promise<Places & AsyncDisposable> {
  const handler = toNodeHandler(gateway)
  const server = http.createServer(handler)
  // Node's own types know no HTTP/2 where a handler takes both.
  const http2Server = http2.createServer((...exchange) => void Reflect.apply(handler, undefined, exchange))
  const [port, http2Port] = [await listening(server), await listening(http2Server)]
  return {
    gateway,
    port,
    http2Port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await Promise.all([server, http2Server].map(each => new Promise(resolve => each.close(resolve))))
    },
  }
}

/** What is expected of the reports and of what the reader saw, as far as the story tells. */
function expectTruth({ stream, reader, layer, transport }: Story, seen: Seen, reports: readonly CallReport[]): void {
  const [report] = reports
  const isWhole = isAnswer(stream)
  const whole = seen.text.includes('[DONE]')
  const told = { stream, reader, layer, transport, code: report?.errorCode, status: report?.status, whole }
  expect(reports).toHaveLength(1)
  if (!seen.hasLeft) expect(told).toEqual({ ...told, status: isWhole ? 'completed' : 'failed', whole: isWhole })
  if (whole) expect(told).toEqual({ ...told, status: 'completed' })
  // A fault after the finish takes the answer back, for those who are still there.
  if (!isWhole && stream.ending !== 'late fault') expect(told).not.toMatchObject({ status: 'completed' })
}

it('whoever leaves which stream when, and however it ends: each is told once and truly, and nothing is left', async () => {
  await using upstream = await endedStreams()
  const reports = new Map<string, CallReport[]>()
  const { gateway, transport } = open(upstream.url, report => {
    const id = report.tags.id ?? report.callId
    reports.set(id, [...(reports.get(id) ?? []), report])
  })
  await using places = await serve(gateway)
  let stories = 0
  async function live(told: Story): Promise<void> {
    const { stream, reader, layer, transport, leavesAfter, isSlow } = told
    stories += 1
    const id = `story-${stories}`
    upstream.streams.set(id, stream)
    const messages = [{ role: 'user' as const, content: `<${id}> layer: ${layer}` }]
    const request = { model: `${stream.lane}${transport}/m`, messages }
    const seen = await leavingReaders[reader](places, { id, request, leavesAfter: leavesAfter ?? undefined, isSlow })
    await soon(() => reports.has(id))
    expectTruth(told, seen, reports.get(id) ?? [])
  }

  await fc.assert(
    fc.asyncProperty(fc.array(story, { minLength: 90, maxLength: 100 }), async all => {
      await Promise.all(all.map(live))
    }),
    { numRuns: 2, interruptAfterTimeLimit: 8_000, markInterruptAsFailure: false },
  )
  // It waits for every open call.
  await gateway.close({ graceMs: 3_600_000 })
  expect([...reports.values()].filter(({ length }) => length !== 1)).toEqual([])
  const cost = [...reports.values()].flat().reduce((sum, { costUsd }) => sum + (costUsd ?? Number.NaN), 0)
  expect((await gateway.budgets.spending({ of: 'tenant', name: 'acme' })).usdThisMonth).toBeCloseTo(cost, 8)
  // After the end mark an upstream has a second to end its answer.
  expect(await soon(() => upstream.open() === 0)).toBe(true)
  await transport.close()
})
