import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'
import { describe, expect, it } from 'vitest'
import { createFaultPlan } from '../src/faults/fault-plan.ts'
import { FAULTS } from '../src/faults/fault-table.ts'
import type { Fault, FaultKind } from '../src/index.ts'
import { SONNET_45, userText } from './clients.ts'
import { framesOf } from './event-stream.ts'
import { fileSimulator } from './file-simulator.ts'
import { signedFetch } from './signed-fetch.ts'

const simulator = await fileSimulator()

const codec = new EventStreamCodec(toUtf8, fromUtf8)
const COUNT = 'Count to 6'
const SPOKEN = '1 2 3 4 5 6'

type Api = 'converse' | 'converse-stream' | 'chat' | 'chat-stream'

interface Asking {
  readonly signal?: AbortSignal
  readonly more?: object
}

function ask(api: Api, { signal, more }: Asking = {}): Promise<Response> {
  if (api === 'converse' || api === 'converse-stream')
    return signedFetch(simulator, `/model/${encodeURIComponent(SONNET_45)}/${api}`, { messages: [userText(COUNT)] })
  const body = { model: 'gpt-4o', stream: api === 'chat-stream', messages: [{ role: 'user', content: COUNT }], ...more }
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

async function struck(fault: Fault, api: Api, asking?: Asking) {
  simulator.setFaults([{ fault }])
  const answer = await ask(api, asking)
  return { answer, ...(await read(answer)) }
}

/** The bytes of an HTTP/1.1 answer in the pieces that they arrived in, head included, until there were enough of them. */
async function rawReads(content: string, enough: (reads: readonly Buffer[]) => boolean): Promise<Buffer[]> {
  const body = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content }] })
  const socket = connect(simulator.port, '127.0.0.1')
  const head = `authorization: Bearer ${simulator.openaiKey}\r\ncontent-length: ${Buffer.byteLength(body)}`
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: simulator\r\n${head}\r\n\r\n${body}`)
  const reads: Buffer[] = []
  for await (const bytes of socket) {
    reads.push(bytes as Buffer)
    if (enough(reads)) break
  }
  return reads
}

const failureOf = (error: unknown) => (error as Error & { cause?: { code?: string } }).cause?.code

/** Every API's answer fails to come at all. */
async function expectNoAnswer(fault: Fault): Promise<void> {
  for (const api of ['converse', 'converse-stream', 'chat', 'chat-stream'] as const) {
    simulator.setFaults([{ fault }])
    const error: unknown = await ask(api).catch((thrown: unknown) => thrown)
    expect([api, failureOf(error)]).toEqual([api, expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/)])
    await simulator.settled()
    expect(simulator.requests().at(-1)).toMatchObject({ outcome: 'cut', status: undefined, sentBytes: 0 })
  }
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
  async 'slow-head'() {
    simulator.setFaults([{ fault: { kind: 'slow-head', ms: 1_000 } }])
    const whole = (reads: readonly Buffer[]) => Buffer.concat(reads).includes('[DONE]')
    const reads = (await rawReads(COUNT, whole)).map(String)
    expect(reads[0]).toBe(
      'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n'.slice(0, reads[0]?.length),
    )
    const inHead = reads.findIndex((_read, index) =>
      reads
        .slice(0, index + 1)
        .join('')
        .includes('\r\n\r\n'),
    )
    expect(inHead).toBeGreaterThan(4)
    for (const api of ['converse', 'chat', 'chat-stream'] as const)
      expect((await struck({ kind: 'slow-head', ms: 20 }, api)).whole).toBe(true)
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
    const answer = await ask('chat-stream', { signal: control.signal })
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
  'reset-before-head': () => expectNoAnswer({ kind: 'reset-before-head' }),
  'close-before-head': () => expectNoAnswer({ kind: 'close-before-head' }),
  async 'close-on-accept'() {
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'close-on-accept' } }])
    const closed = connect(simulator.port, '127.0.0.1')
    closed.resume()
    await once(closed, 'end')
    expect(simulator.requests()).toEqual([])
    const open = connect(simulator.port, '127.0.0.1')
    open.write('GET /_simulator/requests HTTP/1.0\r\n\r\n')
    expect(String(await once(open, 'data'))).toContain('200 OK')
    await once(open, 'close')
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
    const refused = await struck({ ...fault, exceptionType: 'rate_limit_exceeded' }, 'chat')
    expect([refused.answer.status, refused.bytes.toString()]).toEqual([
      429,
      expect.stringContaining('"rate_limit_exceeded"'),
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
    for (const api of ['converse', 'chat'] as const) {
      for (const afterFrames of [0, 1]) {
        const whole = await struck({ kind: 'bad-crc', afterFrames }, api)
        expect(() => JSON.parse(whole.bytes.toString()) as unknown).toThrow(SyntaxError)
      }
    }
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
    const longest = (text: string) => Math.max(...text.split('\n').map(line => line.length))
    expect(longest(bytes.toString())).toBeGreaterThan(3_000_000)
    expect(simulator.requests().at(-1)?.sentBytes).toBe(bytes.length)
    const first = await struck({ kind: 'long-line', bytes: 1_000_000, afterFrames: 0 }, 'chat-stream')
    expect(first.bytes.subarray(0, 10).toString()).toBe('data: aaaa')
  },
  async 'gzip-bomb'() {
    const { answer, bytes } = await struck({ kind: 'gzip-bomb', bytes: 5_000_000 }, 'chat')
    expect([answer.headers.get('content-encoding'), bytes.length]).toEqual(['gzip', 5_000_000])
  },
  async 'byte-by-byte'() {
    const { bytes, whole } = await struck({ kind: 'byte-by-byte' }, 'converse-stream')
    expect([whole, eventTypes(bytes).at(-1)]).toEqual([true, 'metadata'])
  },
  async 'split-utf8'() {
    simulator.setFaults([{ fault: { kind: 'split-utf8' } }])
    const text = 'ä 日本 🎉 plain'
    const whole = (reads: readonly Buffer[]) => Buffer.concat(reads).includes('[DONE]')
    const reads = await rawReads(`Say exactly: ${text}`, whole)
    // Each ends with the first byte of a character, and the end of its chunk.
    const torn = reads.filter(bytes => /[\xc2-\xf4]\r\n$/.test(bytes.toString('latin1')))
    expect(torn).toHaveLength(4)
    const bedrock = await struck({ kind: 'split-utf8' }, 'converse-stream')
    expect([bedrock.whole, eventTypes(bedrock.bytes).at(-1)]).toEqual([true, 'metadata'])
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
  async 'stream-options-refused'() {
    const fault = { kind: 'stream-options-refused' } as const
    const refused = await struck(fault, 'chat-stream', { more: { stream_options: { include_usage: true } } })
    expect([refused.answer.status, JSON.parse(refused.bytes.toString())]).toEqual([
      400,
      {
        error: {
          message: "Unknown parameter: 'stream_options'.",
          type: 'invalid_request_error',
          param: 'stream_options',
          code: 'unknown_parameter',
        },
      },
    ])
    for (const api of ['chat', 'chat-stream', 'converse', 'converse-stream'] as const)
      expect([api, (await struck(fault, api)).answer.status]).toEqual([api, 200])
  },
}

describe('every fault', () => {
  it('has a story', () => {
    expect(Object.keys(STORIES).toSorted()).toEqual(Object.keys(FAULTS).toSorted())
  })

  it('stands in the README', () => {
    const [, faults = ''] = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split('## Faults')
    const named = [...faults.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, kinds = '']) => kinds.match(/[^`, ]+/g) ?? [])
    expect(named.toSorted()).toEqual(Object.keys(FAULTS).toSorted())
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

  it('strike connections apart from requests', async () => {
    simulator.setFaults([
      { match: { times: 1 }, fault: { kind: 'close-on-accept' } },
      { fault: { kind: 'status', status: 503 } },
    ])
    const call = () => request(simulator.url, { agent: false }).end()
    const [error] = (await once(call(), 'error')) as [Error]
    expect(error.message).toBe('socket hang up')
    const [answer] = (await once(call(), 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(404)
    expect((await ask('chat')).status).toBe(503)
  })

  it('for connections are not used up by requests, nor the other way round', () => {
    const plan = createFaultPlan()
    const fault = { kind: 'close-on-accept' } as const
    plan.set([
      { match: { times: 1 }, fault },
      { match: { times: 1 }, fault: { kind: 'crlf' } },
    ])
    const request = { operation: 'chat', model: 'gpt-4o' }
    expect([plan.take(request), plan.take(request)]).toEqual([{ kind: 'crlf' }, undefined])
    expect([plan.takeForConnection(), plan.takeForConnection()]).toEqual([fault, undefined])
  })

  it('spare callers whose credentials are refused anyway', async () => {
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'status', status: 500 } }])
    expect((await fetch(`${simulator.openaiBaseUrl}/models`)).status).toBe(401)
    expect((await ask('chat')).status).toBe(500)
  })
})
