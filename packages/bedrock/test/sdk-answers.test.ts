import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bedrock } from '../src/index.ts'
import { aChat, chunksOf, completionOf, cutOf } from './a-call.ts'
import { aClient } from './a-client.ts'
import { eventFrame, joined } from './frames.ts'

/** What the server answers next: the simulator's models say nothing of this kind. */
let body: Uint8Array | string = ''
const server = createServer((request, response) => {
  request.resume()
  const type = request.url?.endsWith('-stream') ? 'application/vnd.amazon.eventstream' : 'application/json'
  response.writeHead(200, { 'content-type': type, 'x-amzn-requestid': 'r-1' }).end(body)
})
const credential = { accessKeyId: 'a', secretAccessKey: 'b' }
let providers: ReturnType<typeof bedrock>[]
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  providers = [
    bedrock({ endpoint: url, region: 'us-east-1', credentials: credential }),
    bedrock({ client: aClient({ url, credential }, 'http1') }),
  ]
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** What the default and the client make of the same answer. */
async function both<T>(read: (provider: ReturnType<typeof bedrock>) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (const provider of providers) results.push(await read(provider))
  return results
}

async function completions(answer: object | string) {
  body = typeof answer === 'string' ? answer : JSON.stringify(answer)
  return both(async ({ handlers }) => {
    if (!handlers.chat) throw new Error('no chats')
    return handlers.chat(aChat({})).then(
      result => ({ ...completionOf(result), created: 0 }),
      (error: unknown) => ({ error, shown: inspect(error) }),
    )
  })
}

async function streams(events: readonly (readonly [type: string, payload: object])[]) {
  body = joined(events.map(([type, payload]) => eventFrame(type, payload)))
  return both(async ({ handlers }) => {
    const result = await handlers.chat?.(aChat({ stream: true, stream_options: { include_usage: true } }))
    if (!result) throw new Error('no chats')
    return (await chunksOf(result)).map(chunk => ({ ...chunk, created: 0 }))
  })
}

const message = (...content: object[]) => ({
  output: { message: { role: 'assistant', content } },
  stopReason: 'end_turn',
})
const call = (input: unknown, more: object = {}) => ({ toolUse: { toolUseId: 't', name: 'f', input, ...more } })
const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5, cacheReadInputTokens: 7 }
const written = { ...usage, cacheWriteInputTokens: 4, cacheDetails: [{ ttl: '1h', inputTokens: 4 }] }
const source = { title: 'T', location: { web: { url: 'https://a.example/', domain: 'a.example' } } }

describe('an answer is the same through the client', () => {
  it.each<[string, object]>([
    ['with redacted reasoning', message({ reasoningContent: { redactedContent: 'b3BhcXVl/+8=' } }, { text: 'a' })],
    ['with signed reasoning', message({ reasoningContent: { reasoningText: { text: 'hm', signature: 's' } } })],
    ['with arguments of every kind', message(call({ a: null, b: [1.5, { c: [] }], bytes: 'QUJD', '': false }))],
    ['with arguments that no double holds', message(call({ a: 'X', b: ['Y', { c: 'Z' }] }))],
    ['with arguments that look like the SDK’s own', message(call({ a: { type: 'bigDecimal', string: 'x' } }))],
    ['with arguments that are a text', message(call('text'))],
    ['with a call that Bedrock ran', message(call({}, { type: 'server_tool_use' }), { text: 'a' })],
    ['with citations', message({ citationsContent: { content: [{ text: 'cited' }], citations: [] } })],
    ['with citations of the web', message({ citationsContent: { content: [{ text: 'cited' }], citations: [source] } })],
    ['with a guardrail’s trace', { ...message({ text: 'a' }), trace: { guardrail: { actionReason: 'blocked' } } }],
    ['with a cache write by its life', { ...message({ text: 'a' }), usage: written }],
    ['with a block that nobody knows yet', message({ hologram: { depth: 3 } }, { text: 'a' })],
    ['with usage and a service tier', { ...message({ text: 'a' }), usage, serviceTier: { type: 'flex' } }],
    ['with a stop reason that nobody knows yet', { ...message({ text: 'a' }), stopReason: 'bored' }],
    ['with nulls', { ...message({ text: 'a' }), usage: null, serviceTier: null, additionalModelResponseFields: null }],
    ['with nothing in it', message()],
  ])('%s', async (_name, answer) => {
    const text = JSON.stringify(answer)
      .replace('"X"', '12345678901234567890')
      .replace('"Y"', '1.00000000000000000001')
      .replace('"Z"', '1e-400')
    const [ours, theirs] = await completions(text)
    expect(ours).toHaveProperty('choices')
    expect(theirs).toEqual(ours)
  })

  it.each<[string, string]>([
    ['without a message', '{"output":{}}'],
    ['that is a list', '[]'],
    ['that is a text', '"a"'],
    ['that is empty', ''],
    ['that is cut', '{"output":{"message":{"content":[{"text":"secret'],
    ['that is HTML', '<html>secret</html>'],
  ])('or no answer: one %s', async (_name, answer) => {
    for (const failure of await completions(answer)) {
      expect(failure).toMatchObject({
        error: { code: 'upstream_bad_response' },
        shown: expect.not.stringContaining('secret') as string,
      })
    }
  })
})

const start = ['messageStart', { role: 'assistant' }] as const
const delta = (contentBlockIndex: number, of: object) =>
  ['contentBlockDelta', { contentBlockIndex, delta: of }] as const
const stop = (stopReason: string) => ['messageStop', { stopReason }] as const

describe('a stream is the same through the client', () => {
  it.each<[string, readonly (readonly [string, object])[]]>([
    [
      'with redacted and signed reasoning',
      [
        start,
        delta(0, { reasoningContent: { redactedContent: 'b3BhcXVl/+8=' } }),
        delta(1, { reasoningContent: { text: 'hm' } }),
        delta(1, { reasoningContent: { signature: 's' } }),
        delta(2, { text: 'a' }),
        stop('end_turn'),
        ['metadata', { usage, metrics: { latencyMs: 5 }, serviceTier: { type: 'flex' } }],
      ],
    ],
    [
      'with tools, one of them run by Bedrock',
      [
        start,
        ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 't', name: 'f' } } }],
        delta(0, { toolUse: { input: '{"a":12345678901234567890}' } }),
        ['contentBlockStop', { contentBlockIndex: 0 }],
        [
          'contentBlockStart',
          { contentBlockIndex: 1, start: { toolUse: { toolUseId: 'u', name: 'g', type: 'server_tool_use' } } },
        ],
        delta(1, { toolUse: { input: '{}' } }),
        stop('tool_use'),
      ],
    ],
    [
      'with events and deltas that nobody knows yet',
      [start, ['hologram', { depth: 3 }], delta(0, { hologram: { depth: 3 } }), delta(0, { text: 'a' }), stop('bored')],
    ],
    [
      'with citations and a trace',
      [
        start,
        delta(0, { text: 'cited' }),
        delta(0, { citation: source }),
        ['contentBlockStop', { contentBlockIndex: 0 }],
        stop('guardrail_intervened'),
        ['metadata', { usage: written, metrics: { latencyMs: 5 }, trace: { guardrail: { actionReason: 'blocked' } } }],
      ],
    ],
    ['without a messageStart', [delta(0, { text: 'a' }), stop('end_turn')]],
  ])('%s', async (_name, events) => {
    const [ours, theirs] = await streams(events)
    expect(ours?.length).toBeGreaterThan(1)
    expect(theirs).toEqual(ours)
  })

  it('whose event is no JSON is corrupt, and its text stays out of the error', async () => {
    const codec = new EventStreamCodec(toUtf8, fromUtf8)
    const headers = { ':message-type': 'event', ':event-type': 'contentBlockDelta' }
    const typed = Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }] as const)
    const broken = codec.encode({ headers: Object.fromEntries(typed), body: fromUtf8('{"delta":{"text":secret}}') })
    body = joined([eventFrame(...start), broken])
    const failures = await both(async ({ handlers }) => {
      const result = await handlers.chat?.(aChat({ stream: true }))
      if (!result) throw new Error('no chats')
      return cutOf(result)
    })
    for (const { error } of failures) {
      expect(error).toMatchObject({ code: 'upstream_bad_response' })
      expect(inspect(error)).not.toContain('secret')
    }
  })
})
