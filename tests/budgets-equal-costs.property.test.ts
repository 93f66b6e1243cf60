import {
  type CallReport,
  createGateway,
  type Gateway,
  GatewayError,
  type Principal,
  type RequestRecord,
} from '@modelgate/core'
import { type ScriptStep, scriptedProvider } from '@modelgate/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const broken = (): Error => new GatewayError('upstream_unavailable', 'It broke.')
const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const step = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('Hello', ' there', ' and some more words of it') },
  { weight: 1, arbitrary: fc.constant('break' as const) },
)

const ask = fc.record({
  key: fc.constantFrom('a', 'b'),
  model: fc.constantFrom('cached', 'two', 'one', 'us/us-dear', 'eu/eu-cheap'),
  words: fc.constantFrom('Hi', 'What of it?', 'Tell me at some length of the rivers of Europe.'),
  way: fc.constantFrom('whole', 'stream', 'leave', 'abort'),
  idempotencyKey: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('k1', 'k2') },
  ),
  isAlone: fc.boolean(),
})
type Ask = typeof ask extends fc.Arbitrary<infer T> ? T : never

const story = fc.record({
  scripts: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 20, maxLength: 40 }),
  asks: fc.array(ask, { minLength: 50, maxLength: 50 }),
})

function open(scripts: readonly (readonly string[])[]) {
  const rows = scripts.map((row): ScriptStep[] => row.map(each => (each === 'break' ? broken() : each)))
  const reports: CallReport[] = []
  const records: RequestRecord[] = []
  const principals: Record<string, Principal> = {}
  for (const keyId of ['a', 'b']) {
    principals[keyId] = { tenant: 'acme', keyId, budget: { usdPerDay: 1_000, usdPerMonth: 2_000 } }
  }
  const gateway = createGateway({
    providers: [scriptedProvider('us', ...rows), scriptedProvider('eu', ...rows.toReversed())],
    // Sums of these are never exact in binary, and costs are parts of a billionth.
    prices: {
      'us-1': { input: 0.0351, output: 0.1403 },
      'us-dear': { input: 33.33, output: 777.7 },
      'eu/eu-1': { input: 0.07, output: 0.3 },
      'eu-cheap': { input: 0.000_7, output: 0.001_1 },
    },
    routes: {
      cached: { targets: ['us/us-1', 'eu/eu-1'], cache: true },
      two: { targets: ['us/us-dear', 'eu/eu-1'] },
      one: { targets: ['us/us-1'] },
    },
    exposeModels: 'all',
    auth: ({ headers }) => principals[headers['x-key'] ?? ''],
    budgets: { tenants: { acme: { usdPerMonth: 5_000 } } },
    idempotency: {},
    metrics: true,
    retry: { enabled: false },
    coolDown: { enabled: false },
    circuitBreaker: { enabled: false },
    requestLog: { write: record => void records.push(record), flush: async () => {} },
    onReport: report => reports.push(report),
    onError: () => {},
  })
  return { gateway, reports, records }
}

/** What the header of the answer says that it cost, by the call's id. */
async function play(gateway: Gateway, { key, model, words, way, idempotencyKey }: Ask) {
  const leaving = new AbortController()
  const asked = gateway.fetch('http://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-key': key,
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    },
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content: words }],
      max_tokens: 50,
      stream: way === 'stream' || way === 'leave',
    }),
    signal: leaving.signal,
  })
  if (way === 'abort') {
    await pause()
    leaving.abort()
  }
  const response = await asked.catch(() => undefined)
  if (!response) return undefined
  if (way === 'leave') await response.body?.cancel().catch(() => undefined)
  else await response.text().catch(() => undefined)
  return { id: response.headers.get('x-request-id'), cost: response.headers.get('x-modelgate-cost-usd') }
}

it('budgets have spent what the calls are reported to have cost, as the log, the metrics and the headers say', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ scripts, asks }) => {
      const { gateway, reports, records } = open(scripts)
      const told: NonNullable<Awaited<ReturnType<typeof play>>>[] = []
      const playing: Promise<void>[] = []
      for (const each of asks) {
        playing.push(play(gateway, each).then(said => void (said && told.push(said))))
        if (each.isAlone) await Promise.all(playing)
      }
      await Promise.all(playing)
      await gateway.close()
      expect(reports).toHaveLength(asks.length)
      const costs = reports.map(({ costUsd }) => costUsd ?? Number.NaN)
      const total = costs.reduce((sum, cost) => sum + cost, 0)
      const nano = (cost: number): number => Math.ceil(Number((cost * 1e9).toPrecision(15)))
      const spent = async (of: 'key' | 'tenant', name: string): Promise<number> =>
        Math.round((await gateway.budgets.spending({ of, name })).usdThisMonth * 1e9)
      expect(await spent('tenant', 'acme')).toBe(costs.reduce((sum, cost) => sum + nano(cost), 0))
      for (const keyId of ['a', 'b']) {
        const own = reports.filter(report => report.keyId === keyId)
        expect(await spent('key', keyId)).toBe(own.reduce((sum, { costUsd }) => sum + nano(costUsd ?? 0), 0))
      }
      expect(records.reduce((sum, { cost }) => sum + (cost ?? Number.NaN), 0)).toBeCloseTo(total, 12)
      const series = gateway.metrics()?.calls ?? []
      expect(series.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBeCloseTo(total, 12)
      for (const { id, cost } of told) {
        if (cost === null) continue
        const report = reports.find(({ callId }) => callId === id)
        expect(Number(cost)).toBe(Number((report?.costUsd ?? Number.NaN).toPrecision(6)))
      }
    }),
    { numRuns: 20 },
  )
})
