import { bedrock } from '@modelgate/bedrock'
import { createGateway, isGatewayError, type Provider, type Routes } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import type { FaultRule } from '@modelgate/simulator'
import { describe, expect, it } from 'vitest'
import { counted } from '../packages/core/test/support/candidates.ts'
import { fileSimulator } from '../packages/simulator/test/file-simulator.ts'

const simulator = await fileSimulator()

const messages = [{ role: 'user' as const, content: 'Say exactly: yes' }]
const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
const tools = [
  { type: 'function' as const, function: { name: 'weather', parameters: { type: 'object', properties: {} } } },
]

type OverBoth = Routes<readonly [Provider<'openai'>, Provider<'bedrock'>]>

/** A gateway over one simulator; its breakers are off, so that the strategies are seen alone. */
function gatewayOver(routes: OverBoth) {
  return createGateway({
    providers: [
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
      bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
    ],
    routes,
    circuitBreaker: { enabled: false },
    auth: ({ headers }) => ({ tenant: 'acme', tier: headers['x-tier'] }),
    limits: { tiers: { free: {} } },
  })
}

/** Which models were asked upstream. */
const asked = (): string[] => simulator.requests().map(({ model }) => model ?? '')
const down = (model: string): FaultRule => ({ match: { model }, fault: { kind: 'status', status: 500 } })
const slow = (model: string, ms: number): FaultRule => ({ match: { model }, fault: { kind: 'delay', ms } })

describe('weights', () => {
  const routes = {
    bulk: { strategy: 'weighted', targets: [{ target: 'openai/gpt-4o', weight: 9 }, 'openai/gpt-4.1', 'openai/gpt-5'] },
  } as const

  it('share calls, and what fails at the heavy target is answered by the others', async () => {
    const gateway = gatewayOver(routes)
    for (let call = 0; call < 330; call += 1) await gateway.chat({ model: 'bulk', messages })
    const shares = counted(asked())
    expect(shares['gpt-4o']).toBeGreaterThan(240)
    for (const light of ['gpt-4.1', 'gpt-5']) expect(shares[light]).toBeGreaterThan(5)

    simulator.setFaults([down('gpt-4o')])
    const answers = []
    for (let call = 0; call < 60; call += 1) answers.push(await gateway.chat({ model: 'bulk', messages }))
    expect(answers.map(({ choices }) => choices[0]?.message.content)).toEqual(Array.from({ length: 60 }, () => 'yes'))
    expect(Object.keys(counted(answers.map(({ model }) => model))).toSorted()).toHaveLength(2)
  })
})

describe('least-latency', () => {
  const [usual, other] = ['openai/gpt-4o', 'openai/gpt-4.1'] as const
  /** A target is settled on once it was asked for eighteen of twenty calls: one in fifty explores. */
  const [settled, recent, mostCalls] = [18, 20, 1_500]

  it('follows a target that is made slow and fast again', { timeout: 60_000 }, async ({ annotate }) => {
    const gateway = gatewayOver({ live: { strategy: 'least-latency', targets: [usual, other] } })
    const call = async (): Promise<string> => {
      const stream = gateway.stream({ model: 'live', messages })
      await stream.completion()
      return (await stream.report).target ?? ''
    }
    /** How often each was asked until one was settled on, and how often that was among the last twenty. */
    const follow = async (what: string, target: string, faults: readonly FaultRule[]) => {
      simulator.setFaults(faults)
      const asked: string[] = []
      const lately = (): number => asked.slice(-recent).filter(name => name === target).length
      while (lately() < settled && asked.length < mostCalls) asked.push(await call())
      const counts = { [usual]: 0, [other]: 0, ...counted(asked) }
      await annotate(`${what}: ${JSON.stringify(counts)}, of the last ${recent}: ${lately()} at ${target}`)
      return { counts, lately: lately() }
    }
    const fast = await follow('fast', usual, [slow('gpt-4.1', 20)])
    const slowed = await follow('slow', other, [slow('gpt-4.1', 20), slow('gpt-4o', 100)])
    const again = await follow('fast again', usual, [slow('gpt-4.1', 20)])
    for (const { lately } of [fast, slowed, again]) expect(lately).toBeGreaterThanOrEqual(settled)
    expect(slowed.counts[usual]).toBeLessThan(5)
    expect(slowed.counts[other]).toBeGreaterThanOrEqual(settled)
    // Until one that explores finds it, all go to the other.
    expect(again.counts[other]).toBeLessThan(1_400)
    expect(again.counts[usual]).toBeGreaterThanOrEqual(settled)
  })

  it('takes no target for slow whose first call was at fault itself', async () => {
    const gateway = gatewayOver({ live: { strategy: 'least-latency', targets: [usual, other] } })
    const ask = (): Promise<string> => gateway.chat({ model: 'live', messages }).then(({ model }) => model, String)
    const atFault: FaultRule = { match: { model: 'gpt-4.1' }, fault: { kind: 'status', status: 400 } }
    simulator.setFaults([slow('gpt-4o', 30), atFault])
    while (!asked().includes('gpt-4.1')) await ask()
    simulator.setFaults([slow('gpt-4o', 30)])
    // Longer ago than the usual one takes.
    for (let call = 0; call < 3; call += 1) await gateway.chat({ model: usual, messages })
    const answers: string[] = []
    while (answers.length < 30) answers.push(await ask())
    expect(answers.filter(model => model.startsWith('gpt-4.1')).length).toBeGreaterThan(20)
  })
})

describe('sticky', () => {
  it('keeps a user where it is, and moves only those whose target is gone', async () => {
    const gateway = gatewayOver({
      talk: { strategy: 'sticky', stickyBy: 'user', targets: ['openai/gpt-4o', 'openai/gpt-4.1', 'openai/gpt-5'] },
    })
    const places = async (): Promise<string[]> =>
      Promise.all(
        Array.from(
          { length: 30 },
          async (_, user) => (await gateway.chat({ model: 'talk', messages, user: `u${user}` })).model,
        ),
      )
    const before = await places()
    expect(Object.keys(counted(before))).toHaveLength(3)
    expect(await places()).toEqual(before)
    simulator.setFaults([down('gpt-4o')])
    const moved = await places()
    for (const [user, place] of before.entries()) {
      if (place.startsWith('gpt-4o')) expect(moved[user]).not.toBe(place)
      else expect(moved[user]).toBe(place)
    }
  })
})

describe('least-cost', () => {
  it('asks the cheaper model first, and the dearer one when that fails', async () => {
    const gateway = gatewayOver({
      any: { strategy: 'least-cost', targets: ['openai/gpt-4.1', 'openai/unpriced', 'openai/gpt-4o-mini'] },
    })
    await gateway.chat({ model: 'any', messages })
    simulator.setFaults([down('gpt-4o-mini')])
    await gateway.chat({ model: 'any', messages })
    expect(asked()).toEqual(['gpt-4o-mini', 'gpt-4o-mini', 'gpt-4.1'])
  })
})

describe('conditions', () => {
  const gateway = () =>
    gatewayOver({
      cheap: ['openai/gpt-4o-mini'],
      smart: {
        targets: ['openai/gpt-4.1'],
        when: [
          { if: { tier: 'free' }, use: 'cheap' },
          { if: { promptTokens: { gt: 1_000 } }, use: ['openai/gpt-5'] },
          { if: { tools: true, stream: false }, use: ['openai/gpt-4o'] },
        ],
      },
    })

  it('send callers of a tier elsewhere, over the door, under the name they asked for', async () => {
    const ask = (tier: string) =>
      gateway().fetch('http://gateway/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tier': tier },
        body: JSON.stringify({ model: 'smart', messages }),
      })
    const [free, premium] = [await ask('free'), await ask('premium')]
    expect([free.status, premium.status]).toEqual([200, 200])
    expect(free.headers.get('x-modelgate-route')).toBe('smart')
    expect(free.headers.get('x-modelgate-attempts')).toMatch(/^openai\/gpt-4o-mini;200;\d+ms$/)
    expect(asked()).toEqual(['gpt-4o-mini', 'gpt-4.1'])
  })

  it('send long prompts and tools elsewhere', async () => {
    await gateway().chat({ model: 'smart', messages: [{ role: 'user', content: 'word '.repeat(2_000) }] })
    await gateway().chat({ model: 'smart', messages, tools })
    await gateway().stream({ model: 'smart', messages, tools }).completion()
    expect(asked()).toEqual(['gpt-5', 'gpt-4o', 'gpt-4.1'])
  })
})

describe('what a target cannot do', () => {
  it('passes over a model without vision, which is not asked', async () => {
    const gateway = gatewayOver({ see: ['openai/gpt-4', 'bedrock/deepseek.r1-v1:0', 'openai/gpt-4o'] })
    await gateway.chat({ model: 'see', messages: [{ role: 'user', content: [image, { type: 'text', text: 'Look' }] }] })
    await gateway.chat({ model: 'see', messages })
    expect(asked()).toEqual(['gpt-4o', 'gpt-4'])
  })

  it('passes over a model without tools, streamed or not', async () => {
    const gateway = gatewayOver({ act: ['bedrock/us.deepseek.r1-v1:0', 'openai/gpt-4o'] })
    await gateway.chat({ model: 'act', messages, tools })
    await gateway.stream({ model: 'act', messages, tools }).completion()
    expect(asked()).toEqual(['gpt-4o', 'gpt-4o'])
  })

  it('is said by the first where none can', async () => {
    const gateway = gatewayOver({ act: ['bedrock/us.deepseek.r1-v1:0', 'bedrock/mistral.mixtral-8x7b-instruct-v0:1'] })
    const error = await gateway.chat({ model: 'act', messages, tools }).catch((thrown: unknown) => thrown)
    expect(isGatewayError(error) && [error.code, error.lacks, error.attempts?.length]).toEqual([
      'invalid_request',
      'tools',
      1,
    ])
    expect(isGatewayError(error) && error.message).toContain('DeepSeek-R1 takes no tools')
    expect(asked()).toEqual([])
  })

  it('goes on after a refusal that routes could not foresee, and to nobody where the request is at fault', async () => {
    const gateway = gatewayOver({ search: [`bedrock/us.anthropic.claude-3-5-haiku-20241022-v1:0`, 'openai/gpt-4o'] })
    const report = gateway.stream({ model: 'search', messages, web_search_options: {} })
    await report.completion()
    expect((await report.report).attempts.map(({ target, code }) => `${target} ${code}`)).toEqual([
      'bedrock/us.anthropic.claude-3-5-haiku-20241022-v1:0 invalid_request',
      'openai/gpt-4o 200',
    ])
    simulator.setFaults([{ fault: { kind: 'status', status: 400, message: 'temperature is too high' } }])
    const refused = gateway.chat({ model: 'search', messages })
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request', attempts: [{ code: 'invalid_request' }] })
  })
})

it('a prompt that is too long goes only to a larger window', async () => {
  const gateway = gatewayOver({ fast: ['openai/gpt-4o', 'openai/gpt-4', 'openai/gpt-4o-mini', 'openai/gpt-4.1'] })
  const message =
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens."
  simulator.setFaults([{ match: { model: 'gpt-4o' }, fault: { kind: 'status', status: 400, message } }])
  const answer = await gateway.chat({ model: 'fast', messages })
  expect(answer.choices[0]?.message.content).toBe('yes')
  expect(asked()).toEqual(['gpt-4o', 'gpt-4.1'])
})
