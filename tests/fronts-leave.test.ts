import { bedrock } from '@modelgate/bedrock'
import { apiKeys, type CallReport, createGateway, type Gateway, memoryKeyStore } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { type FaultRule, type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { leavingFronts, type OpenFront } from './setup/leaving-fronts.ts'

const lanes = {
  Bedrock: 'bedrock/anthropic.claude-3-sonnet-20240229-v1:0',
  OpenAI: 'openai/gpt-4o-mini',
} as const

/** When a client leaves: what its upstream does by then, and what it has heard. */
const moments: Readonly<Record<string, { readonly fault?: FaultRule['fault']; readonly heard?: RegExp }>> = {
  'before its upstream has answered': { fault: { kind: 'delay', ms: 60_000 } },
  'before any content, in the silence after its head': {
    fault: { kind: 'slow-first-content', ms: 60_000 },
    heard: /^HTTP 200\n(: keep-alive\n\n){2}$/,
  },
  'in the middle of the content': { heard: /"content":"/ },
  'in a silence within the content': {
    fault: { kind: 'stall', afterFrames: 1 },
    heard: /"content":"[\s\S]*(: keep-alive\n\n){2}$/,
  },
}

const places = Object.keys(leavingFronts).flatMap(front =>
  (Object.keys(lanes) as (keyof typeof lanes)[]).map(lane => ({ front, lane })),
)

describe.each(places)('a client of $front that leaves a $lane stream', ({ front: name, lane }) => {
  const reports: CallReport[] = []
  let simulator: Simulator
  let gateway: Gateway
  let front: OpenFront
  beforeAll(async () => {
    simulator = await startSimulator({ frameDelayMs: 1 })
    gateway = createGateway({
      providers: [
        bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
        openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
      ],
      auth: apiKeys(memoryKeyStore([{ key: 'sk-caller', rateLimit: { maxConcurrentCalls: 1 } }])),
      // One failure would be seen: the next call would find its target left out.
      circuitBreaker: { failureThreshold: 1 },
      streams: { commitAfterMs: 100, keepAliveMs: 100 },
      onReport: report => reports.push(report),
    })
    front = await leavingFronts[name]!(gateway)
  })
  afterEach(() => {
    simulator.reset()
    reports.length = 0
  })
  afterAll(async () => {
    await gateway.close({ graceMs: 0 })
    await front[Symbol.asyncDispose]()
    await simulator.close()
  })

  const visit = (content: string) =>
    front.visit({ model: lanes[lane], messages: [{ role: 'user', content }], stream: true })

  it.each(Object.entries(moments))('%s stops the upstream and is settled as cancelled', async (_, { fault, heard }) => {
    if (fault) simulator.setFaults([{ fault }])
    const visitor = visit('Count to 200')
    if (heard) await visitor.hears(heard)
    else await simulator.waitFor(request => request.outcome === 'open')
    visitor.leave()
    await simulator.waitFor(request => request.outcome === 'closed-by-client')
    await simulator.settled()
    await expect.poll(() => reports).toMatchObject([{ status: 'cancelled', errorCode: 'cancelled' }])
    // The one call at a time that its key may have is free again, and nobody holds the leaving against the target.
    simulator.setFaults([])
    await visit('Say hi').hears(/^HTTP 200[\s\S]*\[DONE\]/)
  })
})
