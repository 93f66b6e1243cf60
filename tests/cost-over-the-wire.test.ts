import { bedrock } from '@modelgate/bedrock'
import { type CallReport, createGateway, type GatewayOptions } from '@modelgate/core'
import { openai, openaiCompatible } from '@modelgate/openai'
import type { Fault } from '@modelgate/simulator'
import { describe, expect, it, vi } from 'vitest'
import { rejection } from '../packages/core/test/support/calls.ts'
import { fileSimulator } from '../packages/simulator/test/file-simulator.ts'

const haiku = 'us.anthropic.claude-3-5-haiku-20241022-v1:0'
const mini = 'gpt-4o-mini'
const messages = [
  { role: 'user' as const, content: 'Tell me at some length of the rivers of Europe, and of their towns.' },
]

const simulator = await fileSimulator()

function gatewayWith(
  options: { readonly prices?: GatewayOptions['prices'] } = {},
  lanes?: Readonly<Record<string, 'invoke'>>,
) {
  const reports: CallReport[] = []
  const onError = vi.fn()
  const baseURL = simulator.openaiBaseUrl
  const gateway = createGateway({
    providers: [
      bedrock({ endpoint: simulator.url, region: 'us-east-1', credentials: simulator.credential, lanes }),
      openai({ baseURL, apiKey: simulator.openaiKey }),
      openaiCompatible({ id: 'local', baseURL, apiKey: simulator.openaiKey }),
    ],
    routes: { both: [`bedrock/${haiku}`, `openai/${mini}`] },
    auth: 'none',
    exposeModels: 'all',
    retry: { enabled: false },
    coolDown: { enabled: false },
    onReport: report => reports.push(report),
    onError,
    ...options,
  })
  return { gateway, reports, onError }
}

/** What its usage costs: input and output of Claude 3.5 Haiku, and of GPT-4o mini. */
const usdPerMillion: Readonly<Record<string, readonly [input: number, output: number]>> = {
  [`bedrock/${haiku}`]: [0.8, 4],
  [`openai/${mini}`]: [0.15, 0.6],
}

function expectPriced(report: CallReport | undefined, target: string): void {
  const [input, output] = usdPerMillion[target] ?? []
  const { prompt_tokens = 0, completion_tokens = 0 } = report?.usage ?? {}
  expect(prompt_tokens).toBeGreaterThan(0)
  expect(report?.costUsd).toBeCloseTo((prompt_tokens * (input ?? 0) + completion_tokens * (output ?? 0)) / 1e6, 12)
}

const targets = Object.keys(usdPerMillion)

describe.each(targets)('%s', target => {
  it('prices an answer, whole or streamed, as its upstream counted it', async () => {
    const { gateway, reports } = gatewayWith()
    await gateway.chat({ model: target, messages })
    await gateway.stream({ model: target, messages }).completion()
    for (const report of reports) {
      expect(report).toMatchObject({ status: 'completed', usageSource: 'reported' })
      expectPriced(report, target)
      expect(report.attempts).toMatchObject([{ costUsd: report.costUsd }])
    }
    expect(reports).toHaveLength(2)
    await gateway.close()
  })

  it('prices a stream that its reader left by what passed', async () => {
    const { gateway } = gatewayWith()
    const stream = gateway.stream({ model: target, messages })
    let passed = 0
    for await (const chunk of stream) {
      passed += chunk.choices[0]?.delta.content?.length ?? 0
      if (passed > 60) break
    }
    const report = await stream.report
    expect(report).toMatchObject({ status: 'cancelled', usageSource: 'estimated' })
    expect(report.usage?.completion_tokens).toBeGreaterThan(passed / 12)
    expect(report.usage?.completion_tokens).toBeLessThan(400)
    expectPriced(report, target)
    await gateway.close()
  })

  it.each<Fault>([{ kind: 'reset', afterFrames: 0 }, { kind: 'reset-before-head' }])(
    'tells the tokens, too, of a stream that broke before content: $kind',
    async fault => {
      const { gateway, reports } = gatewayWith()
      simulator.setFaults([{ fault }])
      await rejection(gateway.stream({ model: target, messages }).completion())
      expect(reports[0]).toMatchObject({ status: 'failed', usageSource: 'estimated' })
      expectPriced(reports[0], target)
      await gateway.close()
    },
  )

  it('prices a stream that was cut after content', async () => {
    const { gateway } = gatewayWith()
    simulator.setFaults([{ fault: { kind: 'reset', afterFrames: 6 } }])
    const stream = gateway.stream({ model: target, messages })
    await rejection(stream.completion())
    const report = await stream.report
    expect(report).toMatchObject({ status: 'failed', errorCode: 'stream_interrupted', usageSource: 'estimated' })
    expect(report.usage?.completion_tokens).toBeGreaterThan(0)
    expectPriced(report, target)
    await gateway.close()
  })

  it.each<Fault>([
    { kind: 'delay', ms: 10_000 },
    { kind: 'stall', afterFrames: 0 },
  ])('guesses the price of a whole answer that nobody waited for: $kind', async fault => {
    const { gateway, reports } = gatewayWith()
    simulator.setFaults([{ fault }])
    const leaving = new AbortController()
    const call = gateway.chat({ model: target, messages, max_tokens: 5 }, { signal: leaving.signal })
    await simulator.waitFor(() => true)
    // The head comes, or does not.
    await new Promise(resolve => setTimeout(resolve, 50))
    leaving.abort()
    await rejection(call)
    expect(reports[0]?.attempts).toHaveLength(1)
    expect(reports[0]).toMatchObject({ status: 'cancelled', usageSource: 'estimated' })
    expect(reports[0]?.usage?.completion_tokens).toBeLessThanOrEqual(5)
    expectPriced(reports[0], target)
    await gateway.close()
  })

  it.each<Fault>([
    { kind: 'status', status: 400 },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 503 },
  ])('costs nothing where it refuses: $status', async fault => {
    const { gateway, reports } = gatewayWith()
    simulator.setFaults([{ fault }])
    await rejection(gateway.chat({ model: target, messages }))
    expect(reports[0]).toMatchObject({ costUsd: 0, usage: undefined, attempts: [{ costUsd: 0 }] })
    await gateway.close()
  })
})

describe('a call over several targets', () => {
  it('costs what its attempts cost together', async () => {
    const { gateway, reports } = gatewayWith()
    simulator.setFaults([{ match: { model: haiku, times: 1 }, fault: { kind: 'reset', afterFrames: 0 } }])
    await gateway.stream({ model: 'both', messages }).completion()
    const [report] = reports
    expect(report?.attempts.map(({ code }) => code)).toEqual(['stream_interrupted', '200'])
    const [broken, answered] = report?.attempts ?? []
    expect(broken?.costUsd).toBeGreaterThan(0)
    expect(answered?.costUsd).toBeGreaterThan(0)
    expect(report?.costUsd).toBeCloseTo((broken?.costUsd ?? 0) + (answered?.costUsd ?? 0), 12)
    // The first is.
    expect(report?.usageSource).toBe('estimated')
    await gateway.close()
  })

  it('costs nothing at the one that was out of order', async () => {
    const { gateway, reports } = gatewayWith()
    simulator.setFaults([{ match: { model: haiku }, fault: { kind: 'status', status: 503 } }])
    await gateway.chat({ model: 'both', messages })
    expect(reports[0]?.attempts).toMatchObject([{ costUsd: 0 }, { costUsd: reports[0]?.costUsd }])
    expectPriced(reports[0], `openai/${mini}`)
    await gateway.close()
  })
})

describe('the price of what else there is', () => {
  it.each([
    ['openai/text-embedding-3-small', 0.02],
    ['bedrock/amazon.titan-embed-text-v2:0', 0.02],
  ])('embeddings: %s', async (model, usd) => {
    const { gateway, reports } = gatewayWith()
    await gateway.embed({ model, input: ['the Danube', 'the Rhine'] })
    const tokens = reports[0]?.usage?.prompt_tokens ?? 0
    expect(tokens).toBeGreaterThan(0)
    expect(reports[0]?.costUsd).toBeCloseTo((tokens * usd) / 1e6, 12)
    await gateway.close()
  })

  it.each([undefined, { [haiku]: 'invoke' as const }])(
    'is unknown where latency was optimized, which costs more, of a stream that was left, too: lanes %o',
    async lanes => {
      const { gateway, reports } = gatewayWith({}, lanes)
      const chat = { model: `bedrock/${haiku}`, messages } as const
      for (const latency of ['optimized', 'standard']) {
        const request = { ...chat, performance_config: { latency } }
        await gateway.chat(request)
        await gateway.stream(request).completion()
        const left = gateway.stream(request)
        for await (const { choices } of left) if (choices[0]?.delta.content) break
        await left.report
      }
      const known = expect.any(Number)
      expect(reports.map(({ costUsd }) => costUsd)).toEqual([null, null, null, known, known, known])
      await gateway.close()
    },
  )

  it('is known where Bedrock could not be told of a tier', async () => {
    const { gateway, reports } = gatewayWith()
    await gateway.chat({ model: `bedrock/${haiku}`, messages, service_tier: 'scale' })
    expect(reports[0]?.droppedParams).toEqual(['service_tier'])
    expectPriced(reports[0], `bedrock/${haiku}`)
    await gateway.close()
  })

  it('is that of the texts that were embedded before one was refused', async () => {
    const { gateway, reports } = gatewayWith()
    const model = 'amazon.titan-embed-text-v2:0'
    const input = Array.from({ length: 12 }, (_none, index) => `the Danube at its kilometre ${index}`)
    await gateway.embed({ model: `bedrock/${model}`, input })
    simulator.reset()
    simulator.setFaults([
      { match: { model, times: 8 }, fault: { kind: 'delay', ms: 0 } },
      { match: { model }, fault: { kind: 'status', status: 429 } },
    ])
    await rejection(gateway.embed({ model: `bedrock/${model}`, input }))
    const [whole, broken] = reports
    expect(broken).toMatchObject({ errorCode: 'upstream_rate_limited' })
    expect(broken?.costUsd).toBeGreaterThan(0)
    expect(broken?.costUsd).toBeLessThan(whole?.costUsd ?? 0)
    await gateway.close()
  })

  it.each<readonly [string, Fault, boolean]>([
    ['that was left', { kind: 'slow-first-content', ms: 60_000 }, false],
    ['that was left while it streamed', { kind: 'stall', afterFrames: 5 }, true],
    ['one of which failed', { kind: 'status', status: 400 }, false],
  ])('is that of short prompts for a call of several answers %s, whatever they add up to', async (_, fault, stream) => {
    const long = { aboveTokens: 60, input: 100, output: 0 }
    const prices = { [haiku]: { input: 1, output: 0, longPrompt: long } }
    const { gateway, reports } = gatewayWith({ prices })
    simulator.setFaults([{ match: { ...(fault.kind === 'status' && { times: 1 }) }, fault }])
    const request = { model: `bedrock/${haiku}`, messages, n: 4 }
    const asked = stream
      ? gateway.stream(request, { deadlineMs: 150 }).completion()
      : gateway.chat(request, { deadlineMs: 150 })
    await rejection(asked)
    const { prompt_tokens = 0 } = reports[0]?.usage ?? {}
    expect(prompt_tokens).toBeGreaterThan(60)
    expect(reports[0]?.costUsd).toBeCloseTo(prompt_tokens / 1e6, 12)
    await gateway.close()
  })

  it('is unknown for a server whose operator told none, and said once', async () => {
    const { gateway, reports, onError } = gatewayWith()
    await gateway.chat({ model: `local/${mini}`, messages })
    await gateway.chat({ model: `local/${mini}`, messages })
    expect(reports).toMatchObject([{ costUsd: null }, { costUsd: null }])
    expect(onError).toHaveBeenCalledTimes(1)
    expect(onError.mock.lastCall?.[0].message).toContain(`local/${mini}`)
    await gateway.close()
  })

  it("is the operator's, where one was given", async () => {
    const { gateway, reports } = gatewayWith({
      prices: { [`local/${mini}`]: { input: 0, output: 0 }, [mini]: { input: 1, output: 1 } },
    })
    await gateway.chat({ model: `local/${mini}`, messages })
    await gateway.chat({ model: `openai/${mini}`, messages })
    expect(reports[0]?.costUsd).toBe(0)
    expect(reports[1]?.costUsd).toBeCloseTo((reports[1]?.usage?.total_tokens ?? 0) / 1e6, 12)
    await gateway.close()
  })
})

describe('x-modelgate-cost-usd', () => {
  const asked = async (body: object) => {
    const { gateway, reports } = gatewayWith()
    const headers = { 'content-type': 'application/json' }
    const answer = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers,
      body: JSON.stringify({ messages, ...body }),
    })
    await answer.text()
    await gateway.close()
    return { told: answer.headers.get('x-modelgate-cost-usd'), costUsd: reports[0]?.costUsd }
  }

  it('stands on a whole answer, to six digits', async () => {
    const { told, costUsd } = await asked({ model: `openai/${mini}` })
    expect(Number(told)).toBe(Number(costUsd?.toPrecision(6)))
    expect(Number(told)).toBeGreaterThan(0)
  })

  it('does not where the cost is not known', async () => {
    expect((await asked({ model: `local/${mini}` })).told).toBeNull()
  })

  it('does not on a stream, which has not ended', async () => {
    expect((await asked({ model: `openai/${mini}`, stream: true })).told).toBeNull()
    simulator.setFaults([{ match: { model: haiku, times: 1 }, fault: { kind: 'reset', afterFrames: 0 } }])
    expect((await asked({ model: 'both', stream: true })).told).toBeNull()
  })
})
