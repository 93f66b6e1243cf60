import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { toLambdaHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim } from '@modelgate/aws/lambda/testing'
import { bedrock } from '@modelgate/bedrock'
import { type CallReport, createGateway, type GatewayOptions } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { mcpContext } from '@modelgate/mcp-context'
import { openai } from '@modelgate/openai'
import { type Fault, type Simulator, startSimulator } from '@modelgate/simulator'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

type Input = OpenAI.Responses.ResponseInput
type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const lanes = { OpenAI: 'gpt-4o-mini', Bedrock: claude }
const ways = [
  ['whole', false],
  ['streamed', true],
] as const
const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
} as const

const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const lambdaContext = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }

const thinking = (model: string): Omit<Body, 'input'> => ({ model, tools: [weather], reasoning: { effort: 'low' } })

let simulator: Simulator
const opened: (() => Promise<void>)[] = []
beforeAll(async () => {
  simulator = await startSimulator({ frameDelayMs: 1 })
})
afterEach(async () => {
  simulator.reset()
  for (const close of opened.splice(0)) await close()
})
afterAll(() => simulator.close())

function gatewayWith(options: Partial<GatewayOptions> = {}) {
  const reports: CallReport[] = []
  const gateway = createGateway({
    providers: [
      bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    auth: () => ({ tenant: 'acme' }),
    circuitBreaker: { enabled: false },
    retry: { enabled: false },
    coolDown: { enabled: false },
    onError: () => {},
    onReport: report => reports.push(report),
    ...options,
  })
  opened.push(() => gateway.close({ graceMs: 0 }))
  return { gateway, reports }
}

async function serve(options: Partial<GatewayOptions> = {}) {
  const { gateway, reports } = gatewayWith(options)
  const server = http.createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  opened.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const client = new OpenAI({ baseURL, apiKey: 'x', maxRetries: 0 })
  const post = async (body: object, headers: Record<string, string> = {}) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
    const response = await fetch(`${baseURL}/responses`, { ...sent, body: JSON.stringify(body) })
    return { response, text: await response.text() }
  }
  const respond = (body: Body, streamed: boolean): Promise<OpenAI.Responses.Response> =>
    streamed ? client.responses.stream({ ...body, stream: true }).finalResponse() : client.responses.create(body)
  return { client, post, respond, reports }
}

/** What was asked of models; a gateway also asks Bedrock which models there are. */
const asked = () => simulator.requests().filter(({ path }) => /converse|chat\/completions/.test(path))

function strike(fault: Fault): void {
  const operations = ['converse', 'converse-stream', 'chat']
  simulator.setFaults(operations.map(operation => ({ match: { operation, times: 1 }, fault })))
}

it.each(Object.entries(lanes))('finds a result behind what its user said meanwhile (%s)', async (_lane, model) => {
  const { respond } = await serve()
  const input: Input = [
    { role: 'user', content: 'get_weather for Paris' },
    { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' },
    { role: 'user', content: 'and hurry' },
    { type: 'function_call_output', call_id: 'call_1', output: 'violet' },
  ]
  expect(await respond({ model, tools: [weather], input }, false)).toMatchObject({ status: 'completed' })
})

describe.each(ways)('a thought goes back to its model as it was signed (%s)', (_way, streamed) => {
  it.each(['', '#redacted', '#preamble', '#redacted #preamble', '#no-id'])('in a loop of tools %s', async words => {
    const { respond } = await serve()
    const input: Input = [{ role: 'user', content: `get_weather for Paris ${words}` }]
    const question = thinking(claude)
    const first = await respond({ ...question, input }, streamed)
    const kinds = first.output.map(({ type }) => type)
    expect(kinds).toEqual(['reasoning', ...(words.includes('#preamble') ? ['message'] : []), 'function_call'])
    const call = first.output.find(item => item.type === 'function_call')!
    input.push(...(first.output as Input), { type: 'function_call_output', call_id: call.call_id, output: 'violet' })
    const second = await respond({ ...question, input }, streamed)
    expect(second.output_text).toContain('violet')
    const sent = JSON.stringify(asked().at(-1)?.json)
    expect(sent).toContain('"signature":"')
    expect(sent.includes('redactedContent')).toBe(words.includes('#redacted'))
    expect(sent).toContain('"thinking":{"type":"enabled"')
  })

  it('and is refused where somebody has edited it', async () => {
    const { respond } = await serve()
    const question = thinking(claude)
    const input: Input = [{ role: 'user', content: 'get_weather for Paris' }]
    const { output } = await respond({ ...question, input }, streamed)
    const edited = (output as Input).map(item => {
      if (item.type !== 'reasoning') return item
      const [mark, kept = ''] = item.encrypted_content!.split('.')
      const blocks = Buffer.from(kept, 'base64url').toString().replace('The user', 'Nobody')
      return { ...item, encrypted_content: `${mark}.${Buffer.from(blocks).toString('base64url')}` }
    })
    const call = output.find(item => item.type === 'function_call')!
    const result = { type: 'function_call_output', call_id: call.call_id, output: 'violet' } as const
    await expect(respond({ ...question, input: [...input, ...edited, result] }, streamed)).rejects.toMatchObject({
      status: 400,
    })
  })

  it.each(['openai.gpt-oss-120b-1:0', 'us.amazon.nova-2-lite-v1:0'])('by %s, which signs none', async model => {
    const { respond } = await serve()
    const input: Input = [{ role: 'user', content: 'get_weather for Paris' }]
    const question = thinking(model)
    const { output } = await respond({ ...question, input }, streamed)
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'function_call'])
    const call = output.find(item => item.type === 'function_call')!
    input.push(...(output as Input), { type: 'function_call_output', call_id: call.call_id, output: 'violet' })
    expect((await respond({ ...question, input }, streamed)).output_text).toContain('violet')
  })
})

it('what Bedrock has no place for is told in the words of who asked for it', async () => {
  const { post, reports } = await serve()
  const picture = { type: 'input_image', image_url: png, detail: 'low' }
  const content = [{ type: 'input_text', text: 'Say exactly: violet' }, picture]
  const asked = { model: 'us.amazon.nova-lite-v1:0', input: [{ role: 'user', content }] }
  const more = { reasoning: { effort: 'low' }, text: { verbosity: 'low' }, metadata: { a: 'b' }, frobnicate: true }
  const { response } = await post({ ...asked, ...more })
  const dropped = response.headers.get('x-modelgate-dropped-params')?.split(', ').toSorted()
  expect(dropped).toEqual(['frobnicate', 'input.image_url.detail', 'reasoning.effort', 'text.verbosity'])
  expect(reports[0]?.droppedParams).toContain('reasoning_effort')
})

describe.each(Object.entries(lanes))('a response of the lane of %s', (_lane, model) => {
  it.each<Fault>([
    { kind: 'end-without-terminal' },
    { kind: 'reset', afterFrames: 2 },
    { kind: 'exception', exceptionType: 'throttlingException', afterFrames: 2 },
    { kind: 'garbage', afterFrames: 2 },
    { kind: 'bad-crc', afterFrames: 2 },
  ])('that breaks off by %j is thrown by every way to read it, and told with its end', async fault => {
    const { client, post, reports } = await serve()
    const body = { model, input: 'Count to 9', stream: true } as const
    strike(fault)
    const texts: string[] = []
    const read = async () => {
      for await (const event of await client.responses.create(body)) {
        if (event.type === 'response.output_text.delta') texts.push(event.delta)
      }
    }
    await expect(read()).rejects.toThrow(OpenAI.APIError)
    strike(fault)
    await expect(client.responses.stream(body).finalResponse()).rejects.toThrow(OpenAI.APIError)
    strike(fault)
    const { text } = await post(body, { 'x-modelgate-report': 'comment' })
    const types = [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)
    expect(types.slice(-2)).toEqual(['error', 'response.failed'])
    expect(types).not.toContain('response.completed')
    expect(text).toMatch(/^: modelgate \{.*"callId"/m)
    expect(reports.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed'])
  })

  it.each(ways)('is refused by its status before its head (%s)', async (_way, stream) => {
    const { post, reports } = await serve()
    strike({ kind: 'status', status: 429, headers: { 'retry-after': '3' } })
    const { response, text } = await post({ model, input: 'hi', stream })
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3'])
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'upstream_rate_limited' } })
    expect(reports).toHaveLength(1)
  })

  it('that fails after its head went out early is created and failed, and never completed', async () => {
    const { client, post } = await serve({ streams: { commitAfterMs: 20 }, timeouts: { totalMs: 300 } })
    const body = { model, input: 'Count to 9', stream: true } as const
    strike({ kind: 'delay', ms: 2_000 })
    const { response, text } = await post(body)
    expect(response.status).toBe(200)
    const types = [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)
    expect(types).toEqual(['response.created', 'response.in_progress', 'error', 'response.failed'])
    strike({ kind: 'delay', ms: 2_000 })
    await expect(client.responses.stream(body).finalResponse()).rejects.toThrow(OpenAI.APIError)
  })

  it('stops its upstream when its client leaves', async () => {
    const { client } = await serve()
    const stream = await client.responses.create({ model, input: 'Count to 900', stream: true })
    for await (const event of stream) if (event.type === 'response.output_text.delta') break
    await simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
  })

  it('is reported, metered and priced as its chat', async () => {
    const { client, post, reports } = await serve()
    await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Count to 9' }] })
    const whole = await post({ model, input: 'Count to 9' })
    const streamed = await post({ model, input: 'Count to 9', stream: true }, { 'x-modelgate-report': 'comment' })
    const [chat, ...responses] = reports
    for (const { usage, costUsd, operation } of responses) {
      expect({ usage, costUsd, operation }).toEqual({
        usage: chat?.usage,
        costUsd: chat?.costUsd,
        operation: chat?.operation,
      })
    }
    expect(responses).toHaveLength(2)
    const { headers } = whole.response
    expect(Number(headers.get('x-modelgate-cost-usd'))).toBeCloseTo(chat?.costUsd ?? 0, 12)
    expect(headers.get('x-modelgate-provider')).toBe(model === claude ? 'bedrock' : 'openai')
    expect(streamed.text).toMatch(/\n\n: modelgate \{.*\n\nevent: response.completed\n/)
  })

  it('comes from the cache, streamed and whole, as it was', async () => {
    const routes = {
      cached: { targets: [`${model === claude ? 'bedrock' : 'openai'}/${model}`], cache: true },
    } as const
    const { post, respond } = await serve({ routes, cache: {} })
    const body = { model: 'cached', input: 'Count to 9' }
    const told = await post({ ...body, stream: true })
    const again = await post({ ...body, stream: true })
    expect(again.response.headers.get('x-modelgate-cache')).toBe('hit')
    expect(again.text).toBe(told.text)
    const [whole, streamed] = [await respond(body, false), await respond(body, true)]
    expect(streamed).toMatchObject({ id: whole.id, usage: whole.usage, output_text: whole.output_text })
    expect(streamed.output).toMatchObject(whole.output)
    expect(asked()).toHaveLength(1)
  })

  it.each(ways)('is given again for its idempotency key, and to no other question (%s)', async (_way, stream) => {
    const { post } = await serve({ idempotency: {} })
    const key = { 'idempotency-key': `key-${stream}` }
    const first = await post({ model, input: 'Count to 9', stream }, key)
    const again = await post({ model, input: 'Count to 9', stream }, key)
    expect(again.response.headers.get('x-modelgate-idempotent-replay')).toBe('true')
    expect(again.text).toBe(first.text)
    const other = await post({ model, input: 'Count to 8', stream }, key)
    expect(JSON.parse(other.text)).toMatchObject({ error: { code: 'idempotency_key_reused' } })
    expect(asked()).toHaveLength(1)
  })

  it('is another question for an idempotency key by what its chat does not have, and than that chat', async () => {
    const { post, client } = await serve({ idempotency: {} })
    const key = { 'idempotency-key': 'one-of-all' }
    const body = { model, input: 'Count to 9', metadata: { order: 'a' } }
    await post(body, key)
    for (const other of [
      { ...body, metadata: { order: 'b' } },
      { ...body, include: ['reasoning.encrypted_content'] },
      { ...body, instructions: '' },
    ]) {
      const { text } = await post(other, key)
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'idempotency_key_reused' } })
    }
    const messages = [{ role: 'user' as const, content: 'Count to 9' }]
    await expect(client.chat.completions.create({ model, messages }, { headers: key })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
    const again = await post({ metadata: { order: 'a' }, input: 'Count to 9', model }, key)
    expect(again.response.headers.get('x-modelgate-idempotent-replay')).toBe('true')
    expect(asked()).toHaveLength(1)
  })

  it('counts to the limits of its caller', async () => {
    const { client, post } = await serve({ auth: () => ({ tenant: 'acme', rateLimit: { requestsPerMinute: 1 } }) })
    await client.responses.create({ model, input: 'hi' })
    const { response, text } = await post({ model, input: 'hi', stream: true })
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'rate_limited' } })
  })

  it('has facts added to the last that its user said', async () => {
    const secret = 'a secret of the tests'
    const kettle = { productId: 'p-1', name: 'Hollin Kettle', price: 49.5, availability: 'in-stock' }
    const { post } = await serve({
      context: mcpContext({ source: () => ({ items: [kettle] }), secret, when: query => /kettle/.test(query) }),
    })
    const input = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: [{ type: 'input_text', text: 'Which kettle is quick?' }] },
    ]
    const { response } = await post({ model, instructions: 'Be brief.', input })
    expect(response.headers.get('x-modelgate-context')).toMatch(/^hit;items=1;/)
    expect(JSON.stringify(asked().at(-1)?.json)).toContain('Hollin Kettle')
    const off = await post({ model, input }, { 'x-modelgate-context': 'off' })
    expect(off.response.headers.get('x-modelgate-context')).toBe('off')
    expect(JSON.stringify(asked().at(-1)?.json)).not.toContain('Hollin Kettle')
  })

  it('is refused where its tenant has no money left', async () => {
    const { post } = await serve({ budgets: { tenants: { acme: { usdPerMonth: 0.000_000_1 } } } })
    const { response, text } = await post({ model, input: 'Count to 9', stream: true })
    expect([response.status, JSON.parse(text)]).toMatchObject([429, { error: { code: 'budget_exceeded' } }])
    expect(asked()).toEqual([])
  })

  it('comes through Lambda, buffered and streamed', async () => {
    const shim = installLambdaShim()
    try {
      const { gateway } = gatewayWith()
      const event = (stream: boolean) =>
        functionUrlEvent({
          method: 'POST',
          path: '/v1/responses',
          headers: { 'content-type': 'application/json' },
          body: { model, input: 'Say exactly: violet', stream },
        })
      const call = shim.invoke(toLambdaStreamHandler(gateway), event(true))
      expect(await call.text()).toMatch(/"text":"violet".*event: response.completed\n/s)
      await call.returned
      const whole = await toLambdaHandler(gateway)(event(false), lambdaContext)
      expect(JSON.parse(whole.body)).toMatchObject({ status: 'completed' })
    } finally {
      shim.uninstall()
    }
  })
})

it('a stream whose calls are mixed has failed, and is not told as one whose caller left', async () => {
  const { client, reports } = await serve()
  const tools = [weather, { ...weather, name: 'get_news', description: 'The news of a city' }]
  const input = 'get_weather and get_news for Paris, both #interleave'
  const failed = client.responses.stream({ model: claude, tools, input, stream: true }).finalResponse()
  await expect(failed).rejects.toThrow('went on with a tool call after it had begun the next item')
  await expect
    .poll(() => reports.map(({ status, errorCode }) => [status, errorCode]))
    .toEqual([['failed', 'upstream_bad_response']])
})
