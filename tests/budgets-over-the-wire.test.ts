import { bedrock } from '@modelgate/bedrock'
import { type CallReport, createGateway, type Principal } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import type { Fault } from '@modelgate/simulator'
import { describe, expect, it } from 'vitest'
import { rejection } from '../packages/core/test/support/calls.ts'
import { fileSimulator } from '../packages/simulator/test/file-simulator.ts'

const haiku = 'us.anthropic.claude-3-5-haiku-20241022-v1:0'
const mini = 'gpt-4o-mini'
const messages = [
  { role: 'user' as const, content: 'Tell me at some length of the rivers of Europe, and of their towns.' },
]

const simulator = await fileSimulator()

const principal: Principal = { tenant: 'acme', keyId: 'k', budget: { usdPerMonth: 1 } }

function open() {
  const reports: CallReport[] = []
  const gateway = createGateway({
    providers: [
      bedrock({ endpoint: simulator.url, region: 'us-east-1', credentials: simulator.credential }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    routes: { both: [`bedrock/${haiku}`, `openai/${mini}`], embed: ['openai/text-embedding-3-small'] },
    budgets: { tenants: { acme: { usdPerMonth: 2 } } },
    retry: { enabled: false },
    coolDown: { enabled: false },
    onReport: report => reports.push(report),
    onError: () => undefined,
  })
  /** Of its key and of its tenant alike: what the reports say. */
  const expectCharged = async (): Promise<void> => {
    const cost = reports.reduce((sum, { costUsd }) => sum + (costUsd ?? Number.NaN), 0)
    expect(cost).toBeGreaterThan(0)
    for (const holder of [{ of: 'key', name: 'k' } as const, { of: 'tenant', name: 'acme' } as const]) {
      expect((await gateway.budgets.spending(holder)).usdThisMonth).toBeCloseTo(cost, 8)
    }
    await gateway.close()
  }
  return { gateway, reports, expectCharged }
}

describe.each([`bedrock/${haiku}`, `openai/${mini}`])('a budget is charged by %s', target => {
  it('what whole answers and streams cost', async () => {
    const { gateway, expectCharged } = open()
    await gateway.chat({ model: target, messages }, { principal })
    await gateway.stream({ model: target, messages }, { principal }).completion()
    await expectCharged()
  })

  it('what a stream has used that its reader left', async () => {
    const { gateway, reports, expectCharged } = open()
    const stream = gateway.stream({ model: target, messages }, { principal })
    let passed = 0
    for await (const chunk of stream) {
      passed += chunk.choices[0]?.delta.content?.length ?? 0
      if (passed > 60) break
    }
    await stream.report
    expect(reports).toMatchObject([{ status: 'cancelled', usageSource: 'estimated' }])
    await expectCharged()
  })

  it.each<Fault>([{ kind: 'reset', afterFrames: 6 }, { kind: 'reset-before-head' }])(
    'what an attempt has used that failed: $kind',
    async fault => {
      const { gateway, expectCharged } = open()
      simulator.setFaults([{ fault }])
      await rejection(gateway.stream({ model: target, messages }, { principal }).completion())
      await expectCharged()
    },
  )
})

it('a budget is charged all attempts of a call', async () => {
  const { gateway, reports, expectCharged } = open()
  simulator.setFaults([{ match: { model: haiku }, fault: { kind: 'reset', afterFrames: 0 } }])
  await gateway.stream({ model: 'both', messages }, { principal }).completion()
  expect(reports[0]?.attempts).toHaveLength(2)
  expect(reports[0]?.attempts.every(({ costUsd }) => (costUsd ?? 0) > 0)).toBe(true)
  await expectCharged()
})

it('a budget is charged nothing for a call that its upstream refused, and what embeddings cost', async () => {
  const { gateway, reports, expectCharged } = open()
  simulator.setFaults([{ match: { model: mini }, fault: { kind: 'status', status: 429 } }])
  await rejection(gateway.chat({ model: `openai/${mini}`, messages }, { principal }))
  expect(reports[0]?.costUsd).toBe(0)
  await gateway.embed({ model: 'embed', input: ['the rivers of Europe', 'their towns'] }, { principal })
  await expectCharged()
})

describe('terms that cost more than usual', () => {
  const refused = { code: 'permission_denied', message: expect.stringContaining('latency-optimized') }

  it.each(['performance_config', 'performanceConfig'])(
    'by %s have no price, and are refused under a budget alone',
    async member => {
      const { gateway } = open()
      const request = { model: `bedrock/${haiku}`, messages, [member]: { latency: 'optimized' } }
      expect(await rejection(gateway.chat(request, { principal }))).toMatchObject(refused)
      expect(simulator.requests()).toEqual([])
      await gateway.chat({ ...request, [member]: { latency: 'standard' } }, { principal })
      await gateway.chat(request, { principal: { tenant: 'other' } })
      await gateway.close()
    },
  )

  it('by a search of the web have no price, and are refused under a budget alone', async () => {
    const { gateway } = open()
    const request = { model: 'bedrock/us.amazon.nova-2-lite-v1:0', messages }
    const searching = { ...request, web_search_options: {} }
    expect(await rejection(gateway.chat(searching, { principal }))).toMatchObject({
      code: 'permission_denied',
      message: expect.stringContaining("'web-search'"),
    })
    expect(simulator.requests()).toEqual([])
    await gateway.chat(request, { principal })
    await gateway.chat(searching, { principal: { tenant: 'other' } })
    await gateway.close()
  })

  it('that an account may have by itself are reserved: of a model with a price for them', async () => {
    const { gateway } = open()
    const reservedFor = async (request: object): Promise<number> => {
      await gateway.budgets.reset({ of: 'key', name: 'k' })
      const asked = gateway.stream({ model: `openai/${mini}`, messages, ...request }, { principal })
      const reading = asked[Symbol.asyncIterator]()
      await reading.next()
      const { usdThisMonth } = await gateway.budgets.spending({ of: 'key', name: 'k' })
      await reading.return?.()
      await asked.report
      return usdThisMonth
    }
    const usual = await reservedFor({ service_tier: 'default' })
    expect(await reservedFor({})).toBeCloseTo((usual * 1) / 0.6, 3)
    expect(await reservedFor({ service_tier: 'auto' })).toBeGreaterThan(1.6 * usual)
    await gateway.close()
  })
})
