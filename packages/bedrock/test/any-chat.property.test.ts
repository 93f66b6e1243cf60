import { createGateway, type Gateway, isGatewayError } from '@modelgate/core'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BedrockChatRequest, type BedrockOptions, bedrock } from '../src/index.ts'
import { anyChat } from './any-chat.ts'
import { onceDoomedCalls } from './once-doomed-calls.ts'
import { lostTexts } from './rewrites.ts'
import { attachmentsIn, mediaIn } from './said-and-heard.ts'

const runs = Number(process.env.MODELGATE_RUNS ?? 1_500)

/** How operators set the provider up. */
const setups = {
  plain: { s3Media: true },
  caching: { promptCaching: true },
  hourly: { promptCaching: { system: true, messages: true, ttl: '1h' }, sendMetadata: true },
  strict: { unsupportedParams: 'reject' },
} as const satisfies Record<string, BedrockOptions>
type Setup = keyof typeof setups
const anySetup = fc.constantFrom<Setup>('plain', 'plain', 'plain', 'caching', 'hourly', 'strict')

let simulator: Simulator
let gateways: ReadonlyMap<Setup, Gateway>
beforeAll(async () => {
  simulator = await startSimulator({ chunking: 'whole' })
  const { url: endpoint, credential: credentials } = simulator
  gateways = new Map(
    (Object.keys(setups) as Setup[]).map(setup => {
      const provider = bedrock({ endpoint, credentials, region: 'us-east-1', ...setups[setup] })
      return [setup, createGateway({ providers: [provider] })]
    }),
  )
})
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close()
  await simulator.close()
})

/** What became of a request: refused before anything was sent, or what was sent and how it was answered. */
async function outcomeOf(request: BedrockChatRequest, setup: Setup = 'plain'): Promise<'refused' | readonly string[]> {
  simulator.reset()
  const gateway = gateways.get(setup)
  if (!gateway) throw new Error('no such setup')
  try {
    if (request.stream) await gateway.stream(request).completion()
    else await gateway.chat(request)
  } catch (error) {
    if (!isGatewayError(error)) throw error
    const rules = simulator.requests().map(({ rule, status }) => rule ?? `status ${status}`)
    if (rules.length > 0) return rules
    expect(error.status, error.message).toBeGreaterThanOrEqual(400)
    expect(error.status, error.message).toBeLessThan(500)
    return 'refused'
  }
  return simulator.requests().flatMap(({ rule }) => rule ?? [])
}

describe('any Chat Completions request', () => {
  it('is refused before a call is made, or accepted by Bedrock with all its text and files', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(anyChat, anySetup, async (request, setup) => {
        const before = structuredClone(request)
        const outcome = await outcomeOf(request, setup)
        expect(request, 'the request is the caller’s own').toEqual(before)
        if (outcome === 'refused') return
        expect(outcome).toEqual([])
        for (const { json } of simulator.requests()) {
          expect(lostTexts(request, json)).toEqual([])
          expect(mediaIn(json)).toBe(attachmentsIn(request))
        }
        accepted++
      }),
      { numRuns: runs },
    )
    expect(accepted).toBeGreaterThan(runs / 5)
  }, 600_000)

  it.each(onceDoomedCalls)('makes no call that $rule would doom', async ({ request }) => {
    expect(await outcomeOf(request)).toSatisfy(outcome => outcome === 'refused' || outcome.length === 0)
  })
})
