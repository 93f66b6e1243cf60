import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, type CallReport, createGateway, memoryKeyStore } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { images } from '../packages/bedrock/test/images.ts'

/** With what they cost by the million tokens of text. */
const models = [
  ['amazon.titan-embed-text-v1', 1536, 0.1],
  ['amazon.titan-embed-text-v2:0', 1024, 0.02],
  ['amazon.titan-embed-image-v1', 1024, 0.8],
  ['cohere.embed-english-v3', 1024, 0.1],
  ['cohere.embed-multilingual-v3', 1024, 0.1],
  ['us.cohere.embed-v4:0', 1536, 0.12],
  ['amazon.nova-2-multimodal-embeddings-v1:0', 3072, 0.135],
  ['text-embedding-3-small', 1536, 0.02],
] as const
const tokensPerMinute = 1_000_000
const titan = 'amazon.titan-embed-text-v2:0'
const png = `data:image/png;base64,${images.png}`
/** Texts whose tokens may be fewer bytes than one thinks. */
const texts = ['one', 'zwei drei', '𝄞 ♞ 漢字', '\u0000', 'a'.repeat(500), '.', 'é è ê', 'last']

const reports: CallReport[] = []
let simulator: Simulator
let server: http.Server
let close: () => Promise<void>
beforeAll(async () => {
  simulator = await startSimulator()
  const gateway = createGateway({
    providers: [
      bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    auth: apiKeys(
      memoryKeyStore([
        { key: 'sk-free' },
        ...models.map(([model]) => ({ key: model, userId: model, rateLimit: { tokensPerMinute } })),
      ]),
    ),
    retry: { enabled: false },
    circuitBreaker: { enabled: false },
    coolDown: { enabled: false },
    onReport: report => reports.push(report),
    onError: () => undefined,
  })
  server = http.createServer(toNodeHandler(gateway))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  close = async () => {
    server.closeAllConnections()
    server.close()
    await gateway.close({ graceMs: 0 })
    await simulator.close()
  }
})
beforeEach(() => {
  simulator.reset()
  reports.length = 0
})
afterAll(() => close())

const baseUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
const client = () => new OpenAI({ baseURL: baseUrl(), apiKey: 'sk-free', maxRetries: 0 })

async function post(body: string, { key = 'sk-free', signal }: { key?: string; signal?: AbortSignal } = {}) {
  const response = await fetch(`${baseUrl()}/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
    ...(signal && { signal }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text }
}

async function reported(): Promise<CallReport> {
  await vi.waitFor(() => expect(reports).not.toHaveLength(0))
  return reports[0]!
}

describe.each(models)('embeddings of %s', (model, dimensions, usdPerMillion) => {
  it("come through OpenAI's client, which asks for base64, as the very floats that the model gave", async () => {
    const packed = await client().embeddings.create({ model, input: texts })
    const floats = await client().embeddings.create({ model, input: texts, encoding_format: 'float' })
    expect(packed.data.map(({ index }) => index)).toEqual(texts.map((_, index) => index))
    expect(packed.data[0]?.embedding).toHaveLength(dimensions)
    expect(packed.data.map(({ embedding }) => [...embedding])).toEqual(
      floats.data.map(({ embedding }) => embedding.map(Math.fround)),
    )
    expect(new Set(packed.data.map(({ embedding }) => embedding.join())).size).toBe(texts.length)
    expect(packed.usage).toEqual(floats.usage)
  })

  it('cost their tokens, which are within what was reserved for them', async () => {
    const remaining = async () => {
      reports.length = 0
      const { headers } = await post(JSON.stringify({ model, input: texts }), { key: model })
      const { usage, costUsd } = await reported()
      return { left: Number(headers.get('x-ratelimit-remaining-tokens')), used: usage?.prompt_tokens ?? -1, costUsd }
    }
    const [first, second] = [await remaining(), await remaining()]
    expect(first.used).toBeGreaterThan(texts.length)
    expect(first.left - second.left).toBe(first.used)
    expect(first.costUsd).toBeCloseTo((first.used * usdPerMillion) / 1e6, 12)
    const reserved = tokensPerMinute - first.left
    expect(reserved).toBeGreaterThanOrEqual(first.used)
  })
})

describe('embeddings of OpenAI', () => {
  it.each(['float', 'base64'])('pass as the bytes they came as: %s', async encoding_format => {
    const body = `{ "model":"text-embedding-3-small",  "input":["a","b"],"encoding_format":"${encoding_format}", "new":1}`
    const through = await post(body)
    const [sent] = simulator.requests()
    expect(sent?.body).toBe(body)
    const straight = await fetch(`${simulator.openaiBaseUrl}/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.openaiKey}`, 'content-type': 'application/json' },
      body,
    })
    expect(through).toMatchObject({ status: 200, text: await straight.text() })
  })
})

describe('an input that has no embedding', () => {
  const many = (count: number) => JSON.stringify(Array.from({ length: count }, () => 'x'))

  it.each([
    ['none', undefined, 'input'],
    ['null', 'null', 'input'],
    ['a number', '5', 'input'],
    ['an object', '{"text":"a"}', 'input'],
    ['an empty text', '""', 'input'],
    ['a blank text', '" \\n"', 'input'],
    ['an empty array', '[]', 'input'],
    ['an empty text among others', '["a",""]', 'input'],
    ['a blank text among others', '["a"," "]', 'input[1]'],
    ['a number among texts', '["a",1]', 'input'],
    ['null among texts', '["a",null]', 'input'],
    ['objects', '[{"text":"a"}]', 'input'],
    ['token ids', '[1,2,3]', 'input[0]'],
    ['arrays of token ids', '[[1,2],[3]]', 'input[0]'],
    ['arrays of texts', '[["a"]]', 'input'],
    ['deep arrays', '[[[1]]]', 'input'],
    ['2,049 texts', many(2_049), 'input'],
    ['3,000 texts', many(3_000), 'input'],
  ])('is a 400 that names it: %s', async (_name, input, param) => {
    const { status, text } = await post(`{"model":"${titan}"${input === undefined ? '' : `,"input":${input}`}}`)
    const { error } = JSON.parse(text) as { error: { message: string; param: string; type: string } }
    expect({ status, param: error.param, type: error.type }).toEqual({
      status: 400,
      param,
      type: 'invalid_request_error',
    })
    expect(simulator.requests()).toEqual([])
  })

  it('is not 2,048 texts', async () => {
    const { status, text } = await post(`{"model":"us.cohere.embed-v4:0","dimensions":256,"input":${many(2_048)}}`)
    const { data } = JSON.parse(text) as { data: { index: number }[] }
    expect([status, data.length, data.at(-1)?.index, simulator.requests().length]).toEqual([200, 2_048, 2_047, 22])
  })

  it.each([
    ['dimensions', '"many"'],
    ['dimensions', '0'],
    ['dimensions', '300'],
    ['encoding_format', '"hex"'],
    ['input_type', '5'],
    ['truncate', 'true'],
  ])('is a good one with a bad %s: %s', async (param, value) => {
    const { status, text } = await post(`{"model":"${titan}","input":["a"],"${param}":${value}}`)
    expect([status, (JSON.parse(text) as { error: { param: string } }).error.param]).toEqual([400, param])
    expect(simulator.requests()).toEqual([])
  })
})

describe('a call of many items', () => {
  const input = Array.from({ length: 40 }, (_, index) => `text ${index}`)
  const ask = (options: Parameters<typeof post>[1] = {}) => post(JSON.stringify({ model: titan, input }), options)

  it('that fails at one is answered with its index and no vector, and costs what was used', async () => {
    simulator.setFaults([
      { match: { times: 20 }, fault: { kind: 'delay', ms: 0 } },
      { match: { times: 1 }, fault: { kind: 'status', status: 400, message: 'Words of AWS.' } },
    ])
    const { status, headers, text } = await ask()
    const { error } = JSON.parse(text) as { error: { message: string; param: string } }
    expect(status).toBe(400)
    expect(error.message).toMatch(/^`input\[(\d+)\]`: Bedrock: Words of AWS\.$/)
    expect(error.message).toContain(error.param)
    expect(text).not.toContain('embedding"')
    const report = await reported()
    // Two tokens each; up to three others were under way, whose tokens nobody told.
    expect(report.usage?.prompt_tokens).toBeGreaterThanOrEqual(20 * 2)
    expect(report.usage?.prompt_tokens).toBeLessThanOrEqual(20 * 2 + 3 * 3)
    expect(report.costUsd).toBeCloseTo(((report.usage?.prompt_tokens ?? 0) * 0.02) / 1e6, 12)
    expect(Number(headers.get('x-modelgate-cost-usd'))).toBeGreaterThan(0)
  })

  it('whose client leaves ends its calls, begins no more, and costs what was used', async () => {
    simulator.setFaults([
      { match: { times: 10 }, fault: { kind: 'delay', ms: 0 } },
      { fault: { kind: 'delay', ms: 3_600_000 } },
    ])
    const leaving = new AbortController()
    const left = expect(ask({ signal: leaving.signal })).rejects.toThrow()
    await simulator.waitFor(() => simulator.requests().length === 14)
    leaving.abort()
    await left
    const report = await reported()
    await simulator.settled()
    const outcomes = simulator.requests().map(({ outcome }) => outcome)
    expect(outcomes.filter(outcome => outcome === 'closed-by-client')).toHaveLength(4)
    expect(outcomes).toHaveLength(14)
    expect(report).toMatchObject({ status: 'cancelled', usageSource: 'estimated' })
    // Ten that were answered and four that were under way; not all forty.
    expect(report.usage?.prompt_tokens).toBeGreaterThanOrEqual(10 * 2 + 4)
    expect(report.usage?.prompt_tokens).toBeLessThanOrEqual(10 * 2 + 4 * 3)
  })

  it('with images costs nobody knows how much, which is told as unknown', async () => {
    const model = 'amazon.titan-embed-image-v1'
    const { status, headers } = await post(JSON.stringify({ model, input: ['a cat', png] }))
    expect(status).toBe(200)
    expect(headers.get('x-modelgate-cost-usd')).toBeNull()
    expect(await reported()).toMatchObject({ costUsd: null })
  })

  it('with an image goes on from a model of texts to one that takes it', async () => {
    const providers = [bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential })]
    const targets = [`bedrock/${titan}`, 'bedrock/us.cohere.embed-v4:0'] as const
    await using gateway = createGateway({ providers, routes: { embed: { targets } } })
    const { data, model } = await gateway.embed({ model: 'embed', input: ['a cat', png] })
    expect([data.length, model]).toEqual([2, 'us.cohere.embed-v4:0'])
    expect(simulator.requests().map(request => request.model)).toEqual([model, model])
  })
})
