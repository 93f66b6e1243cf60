import { createGateway, type Gateway, isGatewayError } from '@modelgate/core'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BedrockChatRequest, bedrock } from '../src/index.ts'
import { anyChat } from './any-chat.ts'
import { onceDoomedCalls } from './once-doomed-calls.ts'
import { lostTexts } from './rewrites.ts'
import { attachmentsIn, mediaIn } from './said-and-heard.ts'

const runs = Number(process.env.MODELGATE_RUNS ?? 1_500)

let simulator: Simulator
let gateway: Gateway
beforeAll(async () => {
  simulator = await startSimulator({ chunking: 'whole' })
  const { url: endpoint, credential: credentials } = simulator
  gateway = createGateway({ providers: [bedrock({ endpoint, credentials, region: 'us-east-1', s3Media: true })] })
})
afterAll(async () => {
  await gateway.close()
  await simulator.close()
})

/** What became of a request: refused before anything was sent, or what was sent and how it was answered. */
async function outcomeOf(request: BedrockChatRequest): Promise<'refused' | readonly string[]> {
  simulator.reset()
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
      fc.asyncProperty(anyChat, async request => {
        const outcome = await outcomeOf(request)
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
