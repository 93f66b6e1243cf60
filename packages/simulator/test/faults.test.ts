import { EventStreamCodec } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FAULTS } from '../src/faults/fault-table.ts'
import { type Fault, type FaultKind, type Simulator, startSimulator } from '../src/index.ts'
import { SONNET_45, signedFetch, userText } from './clients.ts'
import { framesOf } from './event-stream.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.reset())
afterAll(() => simulator.close())

const codec = new EventStreamCodec(toUtf8, fromUtf8)
const COUNT = 'Count to 6'
const SPOKEN = '1 2 3 4 5 6'

type Api = 'converse' | 'converse-stream' | 'chat' | 'chat-stream'

function ask(api: Api, signal?: AbortSignal): Promise<Response> {
  if (api === 'converse' || api === 'converse-stream')
    return signedFetch(simulator, `/model/${encodeURIComponent(SONNET_45)}/${api}`, { messages: [userText(COUNT)] })
  const body = { model: 'gpt-4o', stream: api === 'chat-stream', messages: [{ role: 'user', content: COUNT }] }
  return fetch(`${simulator.openaiBaseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.openaiKey}` },
    body: JSON.stringify(body),
    redirect: 'manual',
    ...(signal ? { signal } : {}),
  })
}

/** What arrives, and whether the body ended as it should. */
async function read(answer: Response): Promise<{ bytes: Buffer; whole: boolean }> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of answer.body ?? []) chunks.push(chunk as Uint8Array)
    return { bytes: Buffer.concat(chunks), whole: true }
  } catch {
    return { bytes: Buffer.concat(chunks), whole: false }
  }
}

async function struck(fault: Fault, api: Api) {
  simulator.setFaults([{ fault }])
  const answer = await ask(api)
  return { answer, ...(await read(answer)) }
}

const eventTypes = (bytes: Buffer) =>
  framesOf(bytes).map(
    frame => codec.decode(frame).headers[':event-type']?.value ?? codec.decode(frame).headers[':exception-type']?.value,
  )
const events = (bytes: Buffer) =>
  bytes
    .toString('utf8')
    .split('\n\n')
    .filter(event => event !== '')
const contentEvents = (bytes: Buffer) => events(bytes).filter(event => /"content":"[^"]+"/.test(event))

/** One story a fault; a fault without one fails the test. */
const STORIES: Readonly<Record<FaultKind, () => Promise<void>>> = {
  async status() {
    const fault = { kind: 'status', status: 429, message: 'Slow down', headers: { 'retry-after': '2' } } as const
    const bedrock = await struck(fault, 'converse-stream')
    expect(bedrock.answer.status).toBe(429)
    expect(bedrock.answer.headers.get('x-amzn-errortype')).toMatch(/^ThrottlingException/)
    expect(bedrock.answer.headers.get('retry-after')).toBe('2')
    expect(JSON.parse(bedrock.bytes.toString())).toEqual({ message: 'Slow down' })
    const openai = await struck({ ...fault, errorType: 'tokens' }, 'chat')
    expect(JSON.parse(openai.bytes.toString())).toEqual({
      error: { message: 'Slow down', type: 'tokens', param: null, code: 'rate_limit_exceeded' },
    })
  },
  async delay() {
    simulator.setFaults([{ fault: { kind: 'delay', ms: 120 } }])
    const start = performance.now()
    const answer = await ask('chat')
    expect(performance.now() - start).toBeGreaterThan(110)
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: SPOKEN } }] })
  },
  async 'slow-first-content'() {
    simulator.setFaults([{ fault: { kind: 'slow-first-content', ms: 400 } }])
    const start = performance.now()
    const answer = await ask('converse-stream')
    const headAt = performance.now() - start
    const { bytes, whole } = await read(answer)
    expect(headAt).toBeLessThan(300)
    expect(performance.now() - start).toBeGreaterThan(390)
    expect([whole, eventTypes(bytes)[0], eventTypes(bytes).at(-1)]).toEqual([true, 'messageStart', 'metadata'])
  },
  async stall() {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 2 } }])
    const control = new AbortController()
    const answer = await ask('chat-stream', control.signal)
    let text = ''
    const reading = (async () => {
      for await (const chunk of answer.body ?? []) {
        text += Buffer.from(chunk as Uint8Array).toString()
        if (contentEvents(Buffer.from(text)).length === 2) setTimeout(() => control.abort(), 30)
      }
    })()
    await expect(reading).rejects.toThrow('abort')
    expect(contentEvents(Buffer.from(text))).toHaveLength(2)
    await simulator.waitFor(request => request.outcome === 'closed-by-client')
  },
  async cut() {
    for (const api of ['converse', 'converse-stream', 'chat', 'chat-stream'] as const) {
      const { answer, bytes, whole } = await struck({ kind: 'cut', atByte: 25 }, api)
      expect([api, answer.status, bytes.length, whole]).toEqual([api, 200, 25, false])
      await simulator.settled()
      expect(simulator.requests().at(-1)?.outcome).toBe('cut')
    }
  },
  async reset() {
    const stream = await struck({ kind: 'reset', afterFrames: 3 }, 'chat-stream')
    expect([contentEvents(stream.bytes).length, stream.whole]).toEqual([3, false])
    const whole = await struck({ kind: 'reset' }, 'converse')
    expect([whole.answer.status, whole.whole]).toEqual([200, false])
  },
  async 'end-without-terminal'() {
    const bedrock = await struck({ kind: 'end-without-terminal' }, 'converse-stream')
    expect(bedrock.whole).toBe(true)
    expect(eventTypes(bedrock.bytes).at(-1)).toBe('contentBlockStop')
    const openai = await struck({ kind: 'end-without-terminal' }, 'chat-stream')
    expect(openai.whole).toBe(true)
    expect(openai.bytes.toString()).not.toMatch(/\[DONE\]|"finish_reason":"/)
    expect(contentEvents(openai.bytes)).toHaveLength(6)
  },
  async exception() {
    const fault = { kind: 'exception', exceptionType: 'throttlingException', message: 'Too many tokens' } as const
    const first = await struck(fault, 'converse-stream')
    expect([first.answer.status, eventTypes(first.bytes)]).toEqual([200, ['throttlingException']])
    const later = await struck({ ...fault, afterFrames: 2 }, 'converse-stream')
    expect(eventTypes(later.bytes)).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockDelta',
      'throttlingException',
    ])
    const unstreamed = await struck(fault, 'converse')
    expect([unstreamed.answer.status, unstreamed.answer.headers.get('x-amzn-errortype')]).toEqual([
      429,
      expect.stringMatching(/^ThrottlingException/),
    ])
    const openai = await struck({ ...fault, afterFrames: 1 }, 'chat-stream')
    expect(JSON.parse(events(openai.bytes).at(-1)?.replace('data: ', '') ?? '')).toMatchObject({
      error: { message: 'Too many tokens' },
    })
  },
  async 'bad-crc'() {
    const { bytes, whole } = await struck({ kind: 'bad-crc', afterFrames: 2 }, 'converse-stream')
    const readable = framesOf(bytes).map(frame => {
      try {
        return codec.decode(frame) !== undefined
      } catch {
        return false
      }
    })
    expect([whole, readable.indexOf(false), readable.lastIndexOf(false)]).toEqual([true, 3, 3])
    const openai = await struck({ kind: 'bad-crc' }, 'chat-stream')
    expect(() => events(openai.bytes).map(event => JSON.parse(event.replace('data: ', '')) as unknown)).toThrow(
      SyntaxError,
    )
  },
  async html() {
    const { answer, bytes } = await struck({ kind: 'html' }, 'converse')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/html'])
    expect(bytes.toString()).toContain('<html>')
  },
  async 'content-type'() {
    const { answer } = await struck({ kind: 'content-type', value: 'text/plain' }, 'chat')
    expect(answer.headers.get('content-type')).toBe('text/plain')
  },
  async redirect() {
    const { answer } = await struck({ kind: 'redirect', location: 'http://169.254.169.254/' }, 'chat')
    expect([answer.status, answer.headers.get('location')]).toEqual([307, 'http://169.254.169.254/'])
  },
  async garbage() {
    const { bytes } = await struck({ kind: 'garbage', afterFrames: 1 }, 'converse-stream')
    expect(() => framesOf(bytes).map(frame => codec.decode(frame))).toThrow()
    const whole = await struck({ kind: 'garbage' }, 'chat')
    expect(() => JSON.parse(whole.bytes.toString()) as unknown).toThrow(SyntaxError)
  },
  async 'absurd-length'() {
    const { bytes } = await struck({ kind: 'absurd-length', afterFrames: 0 }, 'converse-stream')
    expect(bytes.readUInt32BE(0)).toBe(0x7fffffff)
  },
  async 'unknown-event'() {
    const { bytes } = await struck({ kind: 'unknown-event' }, 'converse-stream')
    expect(eventTypes(bytes).slice(1, 4)).toEqual(['contentBlockDelta', 'simulatorNovelty', 'contentBlockDelta'])
  },
  async 'long-line'() {
    const { bytes } = await struck({ kind: 'long-line', bytes: 3_000_000 }, 'chat-stream')
    expect(
      Math.max(
        ...bytes
          .toString()
          .split('\n')
          .map(line => line.length),
      ),
    ).toBeGreaterThan(3_000_000)
  },
  async 'gzip-bomb'() {
    const { answer, bytes } = await struck({ kind: 'gzip-bomb', bytes: 5_000_000 }, 'chat')
    expect([answer.headers.get('content-encoding'), bytes.length]).toEqual(['gzip', 5_000_000])
  },
  async 'byte-by-byte'() {
    const { bytes, whole } = await struck({ kind: 'byte-by-byte' }, 'converse-stream')
    expect([whole, eventTypes(bytes).at(-1)]).toEqual([true, 'metadata'])
  },
  async crlf() {
    const { bytes } = await struck({ kind: 'crlf' }, 'chat-stream')
    expect(bytes.toString()).toMatch(/data: \[DONE\]\r\n\r\n$/)
    expect(bytes.toString()).not.toMatch(/[^\r]\n/)
  },
  async 'multi-line'() {
    const { bytes } = await struck({ kind: 'multi-line' }, 'chat-stream')
    const joined = events(bytes).map(event => event.replaceAll(/^data: /gm, ''))
    const parsed = joined.slice(0, -1).map(event => JSON.parse(event) as { choices: { delta: { content?: string } }[] })
    expect(joined[0]?.split('\n').length).toBeGreaterThan(5)
    expect(parsed.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')).toBe(SPOKEN)
  },
}

describe('every fault', () => {
  it('has a story', () => {
    expect(Object.keys(STORIES).toSorted()).toEqual(Object.keys(FAULTS).toSorted())
  })

  it.each(Object.entries(STORIES))('%s strikes as it says', (_kind, story) => story())
})

describe('fault rules', () => {
  it('strike only what they match, as often as they say, the first of them first', async () => {
    simulator.setFaults([
      { match: { operation: 'chat', times: 2 }, fault: { kind: 'status', status: 500 } },
      { match: { model: 'gpt-4o', times: 1 }, fault: { kind: 'status', status: 503 } },
      { match: { model: 'gpt-4' }, fault: { kind: 'status', status: 400 } },
    ])
    const statuses: number[] = []
    for (let round = 0; round < 4; round++) statuses.push((await ask('chat')).status)
    expect(statuses).toEqual([500, 500, 503, 200])
    expect((await ask('converse')).status).toBe(200)
  })

  it('count anew once set again, and end with a reset', async () => {
    const rules = [{ match: { times: 1 }, fault: { kind: 'status', status: 500 } as const }]
    simulator.setFaults(rules)
    expect([(await ask('chat')).status, (await ask('chat')).status]).toEqual([500, 200])
    simulator.setFaults(rules)
    expect((await ask('chat')).status).toBe(500)
    simulator.setFaults(rules)
    simulator.reset()
    expect((await ask('chat')).status).toBe(200)
  })

  it('spare callers whose credentials are refused anyway', async () => {
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'status', status: 500 } }])
    expect((await fetch(`${simulator.openaiBaseUrl}/models`)).status).toBe(401)
    expect((await ask('chat')).status).toBe(500)
  })
})
