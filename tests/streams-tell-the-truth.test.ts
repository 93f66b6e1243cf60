import { type FaultRule, type Simulator, startSimulator } from '@modelgate/simulator'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, type Front, fronts } from './setup/fronts.ts'

const lanes = { Bedrock: 'anthropic.claude-3-sonnet-20240229-v1:0', OpenAI: 'gpt-4o-mini' } as const
type Lane = keyof typeof lanes
type Fault = FaultRule['fault']

/** What each upstream calls being throttled. */
const throttled = { Bedrock: 'throttlingException', OpenAI: 'rate_limit_exceeded' } as const

/** Each of these ends a stream that had begun; none may look like its end. */
const cuts: Readonly<Record<string, (lane: Lane) => Fault | undefined>> = {
  'an exception after content': lane => ({ kind: 'exception', exceptionType: throttled[lane], afterFrames: 3 }),
  'a frame with a bad checksum, or an event without its end': () => ({ kind: 'bad-crc', afterFrames: 3 }),
  'a reset': () => ({ kind: 'reset', afterFrames: 3 }),
  'a clean end without a terminal event': () => ({ kind: 'end-without-terminal' }),
  'a cut inside an event': lane => ({ kind: 'cut', atByte: lane === 'OpenAI' ? 2_000 : 1_000 }),
}

const cases = Object.keys(fronts).flatMap(front => (['Bedrock', 'OpenAI'] as const).map(lane => ({ front, lane })))

describe.each(cases)('a $lane stream through $front', ({ front: name, lane }) => {
  let simulator: Simulator
  let front: Front
  let client: OpenAI
  beforeAll(async () => {
    simulator = await startSimulator({ frameDelayMs: 1 })
    front = await fronts[name]!(simulator)
    client = clientOf(front)
  })
  afterEach(() => simulator.reset())
  afterAll(async () => {
    await front[Symbol.asyncDispose]()
    await simulator.close()
  })

  const open = (signal?: AbortSignal) =>
    client.chat.completions.create(
      { model: lanes[lane], messages: [{ role: 'user', content: 'Count to 200' }], stream: true },
      { signal },
    )

  it('closes the upstream when the client leaves', async () => {
    const stream = await open()
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    const seen = await simulator.waitFor(request => request.outcome === 'closed-by-client')
    expect(seen.operation).toBe(lane === 'Bedrock' ? 'converse-stream' : 'chat')
    await simulator.settled()
  })

  it('closes the upstream when the client leaves before any content', async () => {
    simulator.setFaults([{ fault: { kind: 'slow-first-content', ms: 60_000 } }])
    const controller = new AbortController()
    const refused = expect(open(controller.signal)).rejects.toThrow(OpenAI.APIUserAbortError)
    await simulator.waitFor(request => request.outcome === 'open')
    controller.abort()
    await refused
    await simulator.waitFor(request => request.outcome === 'closed-by-client')
  })

  it('answers an exception in the first frame with its true status', async () => {
    simulator.setFaults([{ fault: { kind: 'exception', exceptionType: throttled[lane], message: 'slow down' } }])
    await expect(open()).rejects.toMatchObject({ status: 429, code: 'upstream_rate_limited' })
  })

  const strikes = Object.entries(cuts).flatMap(([cut, faultOf]) => {
    const fault = faultOf(lane)
    return fault ? [{ cut, fault }] : []
  })
  it.each(strikes)('ends $cut with an error the client throws, and never with [DONE]', async ({ fault }) => {
    simulator.setFaults([{ fault }])
    const { text, error } = await readUntilError(await open())
    expect(text).toMatch(/\d/)
    expect(error).toBeInstanceOf(OpenAI.APIError)
    const raw = await rawStream(front, lanes[lane])
    expect(raw).toContain('data: {"error":')
    expect(raw).not.toContain('[DONE]')
    expect(raw).not.toMatch(/"finish_reason":\s*"/)
  })

  it('goes on serving afterwards', async () => {
    const { text, error } = await readUntilError(await open())
    expect(error).toBeUndefined()
    expect(text).toContain('200')
  })
})

async function readUntilError(
  stream: AsyncIterable<OpenAI.ChatCompletionChunk>,
): Promise<{ readonly text: string; readonly error: unknown }> {
  let text = ''
  try {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  } catch (error) {
    return { text, error }
  }
  return { text, error: undefined }
}

async function rawStream(front: Front, model: string): Promise<string> {
  const answer = await (front.fetch ?? fetch)(`${front.baseURL}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${front.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Count to 200' }], stream: true }),
  })
  return answer.text()
}
