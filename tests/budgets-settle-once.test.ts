import { bedrock } from '@modelgate/bedrock'
import {
  type CallReport,
  createGateway,
  GatewayError,
  type GatewayOptions,
  type Middleware,
  type Principal,
} from '@modelgate/core'
import { openai } from '@modelgate/openai'
import type { Fault } from '@modelgate/simulator'
import { describe, expect, it, vi } from 'vitest'
import { fileSimulator } from '../packages/simulator/test/file-simulator.ts'

const haiku = 'us.anthropic.claude-3-5-haiku-20241022-v1:0'
const mini = 'gpt-4o-mini'
const messages = [{ role: 'user' as const, content: 'Tell me at some length of the rivers of Europe.' }]
const principal: Principal = { tenant: 'acme', keyId: 'k', budget: { usdPerMonth: 1 } }

const simulator = await fileSimulator()

const refusing: Middleware = (call, next) => {
  if (call.context.tags.refuse) throw new GatewayError('permission_denied', 'not this one')
  return next(call)
}

function open(timeouts?: GatewayOptions['timeouts']) {
  const reports: CallReport[] = []
  const gateway = createGateway({
    providers: [
      bedrock({ endpoint: simulator.url, region: 'us-east-1', credentials: simulator.credential }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    routes: { both: [`bedrock/${haiku}`, `openai/${mini}`], mini: { targets: [`openai/${mini}`], cache: true } },
    exposeModels: 'all',
    budgets: { tenants: { acme: { usdPerMonth: 2 }, poor: { usdPerMonth: 0.000001 } } },
    timeouts,
    retry: { enabled: false },
    coolDown: { enabled: false },
    circuitBreaker: { enabled: false },
    use: [refusing],
    onReport: report => reports.push(report),
    onError: () => undefined,
  })
  const spentBy = async (of: 'key' | 'tenant', name: string) =>
    (await gateway.budgets.spending({ of, name })).usdThisMonth
  /** Key and tenant have spent what all reports say, no more, no less, and nothing stays reserved. */
  const expectSettled = async (): Promise<number> => {
    await gateway.close()
    const cost = reports.reduce((sum, { costUsd }) => sum + (costUsd ?? Number.NaN), 0)
    expect(await spentBy('key', 'k')).toBeCloseTo(cost, 8)
    expect(await spentBy('tenant', 'acme')).toBeCloseTo(cost, 8)
    return cost
  }
  return { gateway, reports, spentBy, expectSettled }
}

const faults: readonly Fault[] = [
  ...[400, 401, 404, 429, 500, 503].map(status => ({ kind: 'status', status }) as const),
  { kind: 'reset-before-head' },
  { kind: 'close-before-head' },
  { kind: 'cut', atByte: 0 },
  { kind: 'cut', atByte: 300 },
  { kind: 'reset', afterFrames: 0 },
  { kind: 'reset', afterFrames: 3 },
  { kind: 'stall', afterFrames: 0 },
  { kind: 'stall', afterFrames: 3 },
  { kind: 'end-without-terminal' },
  { kind: 'exception', exceptionType: 'throttlingException' },
  { kind: 'exception', exceptionType: 'modelStreamErrorException', afterFrames: 3 },
  { kind: 'bad-crc' },
  { kind: 'html' },
  { kind: 'garbage' },
  { kind: 'absurd-length' },
  { kind: 'redirect', location: 'http://127.0.0.1:1/' },
  { kind: 'gzip-bomb', bytes: 1_000_000 },
  { kind: 'byte-by-byte' },
]

describe.each([`bedrock/${haiku}`, `openai/${mini}`, 'both'])('a call of %s is settled once', model => {
  it.each(faults)('whatever comes of it: %o', async fault => {
    const { gateway, reports, expectSettled } = open({ firstFrameMs: 100, idleMs: 80 })
    simulator.setFaults([{ match: { times: 2 }, fault }])
    await gateway
      .stream({ model, messages }, { principal })
      .completion()
      .catch(() => undefined)
    await gateway.chat({ model, messages }, { principal, deadlineMs: 400 }).catch(() => undefined)
    await expectSettled()
    expect(reports).toHaveLength(2)
  })
})

describe('budgets are charged once', () => {
  const request = { model: 'mini', messages }

  it('by who was answered first, and nothing by hits', async () => {
    const { gateway, reports, expectSettled } = open()
    await gateway.chat(request, { principal })
    await gateway.chat(request, { principal })
    await gateway.stream(request, { principal }).completion()
    expect(reports.map(({ cache }) => cache)).toEqual(['miss', 'hit', 'hit'])
    expect(await expectSettled()).toBe(reports[0]?.costUsd)
  })

  it.each([undefined, 'key-1'])(
    'by who led, also where it left and others stayed (idempotency key: %s)',
    async idempotencyKey => {
      const { gateway, reports, expectSettled } = open()
      simulator.setFaults([{ fault: { kind: 'slow-first-content', ms: 250 } }])
      const leading = new AbortController()
      const led = gateway.stream(request, { principal, idempotencyKey, signal: leading.signal }).completion()
      const joined = gateway.stream(request, { principal, idempotencyKey }).completion()
      await vi.waitFor(() => expect(simulator.requests()).toHaveLength(1), { interval: 5 })
      leading.abort()
      await expect(led).rejects.toMatchObject({ code: 'cancelled' })
      expect((await joined).choices[0]?.finish_reason).toBe('stop')
      expect(await expectSettled()).toBeGreaterThan(0)
      expect(reports).toHaveLength(2)
      expect(simulator.requests()).toHaveLength(1)
    },
  )

  it('by a call of an idempotency key that runs on though all have left', async () => {
    const { gateway, reports, expectSettled } = open()
    const stream = gateway.stream(request, { principal, idempotencyKey: 'a' })
    for await (const _ of stream) break
    const report = await stream.report
    const again = await gateway.stream(request, { principal, idempotencyKey: 'a' }).completion()
    expect(again.choices[0]?.finish_reason).toBe('stop')
    expect(report.costUsd).toBeGreaterThan(0)
    expect(await expectSettled()).toBe(report.costUsd)
    expect(reports).toHaveLength(2)
  })

  it.each<[string, () => Promise<number>]>([
    [
      'a layer behind them refuses',
      async () => {
        const { gateway, expectSettled } = open()
        await expect(gateway.chat(request, { principal, tags: { refuse: 'yes' } })).rejects.toThrow('not this one')
        return expectSettled()
      },
    ],
    [
      'its caller had left before',
      async () => {
        const { gateway, expectSettled } = open()
        await expect(gateway.chat(request, { principal, signal: AbortSignal.abort() })).rejects.toThrow()
        return expectSettled()
      },
    ],
    [
      'its model is nobody’s',
      async () => {
        const { gateway, expectSettled } = open()
        await expect(gateway.chat({ model: 'nobody/m', messages }, { principal })).rejects.toThrow()
        return expectSettled()
      },
    ],
    [
      'another budget has no room',
      async () => {
        const { gateway, spentBy } = open()
        const poor = { ...principal, tenant: 'poor' }
        await expect(gateway.chat(request, { principal: poor })).rejects.toMatchObject({ code: 'budget_exceeded' })
        await gateway.close()
        return (await spentBy('key', 'k')) + (await spentBy('tenant', 'poor'))
      },
    ],
  ])('nothing, where %s', async (_, cost) => expect(await cost()).toBe(0))
})
