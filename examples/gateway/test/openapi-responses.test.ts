import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { responseExample } from '../src/openapi/schemas/response-example.ts'
import { type App, startApp } from '../src/start-app.ts'
import { bodiesSeen, demoKey, setFaults } from './chat-over-http.ts'
import { documentedFetch } from './documented-fetch.ts'
import { temporaryFile } from './run-gateway.ts'
import { type Script, type ScriptedUpstream, scriptedUpstream } from './scripted-upstream.ts'

const config = {
  keys: [{ key: demoKey }, { key: 'sk-health', permissions: ['health'] }],
  routes: { fast: ['openai/gpt-4o-mini'], think: ['bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0'] },
  maxAttempts: 1,
}

function start(more: object = {}): Promise<App> {
  const file = temporaryFile('modelgate.json', JSON.stringify({ ...config, ...more }))
  return startApp({ PORT: '0', SHUTDOWN_GRACE_MS: '0', MODELGATE_CONFIG: file }, () => undefined)
}

function respond({ url }: Pick<App, 'url'>, body: object, headers: Readonly<Record<string, string>> = {}) {
  return documentedFetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-API-Key': demoKey, ...headers },
    body: JSON.stringify({ model: 'fast', input: 'Say exactly: hello', ...body }),
  })
}

/** The types of all events that came. */
const seen = new Set<string>()
const question = { role: 'user', content: 'What is the weather in Paris?' }
const weather = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }
const remoteFile = { type: 'input_file', file_url: 'https://example.com/a.pdf' }

describe('a response', () => {
  let gateway: App
  beforeAll(async () => {
    gateway = await start()
  })
  afterAll(() => gateway.close())

  it.each<[string, object, string]>([
    ['text', {}, 'hello'],
    ['reasoning', { model: 'think', reasoning: { effort: 'low' } }, '"encrypted_content"'],
    ['an answer that is cut', { input: 'Count to 50', max_output_tokens: 3 }, '"status":"incomplete"'],
    [
      'tool calls, and what repeats the request',
      {
        input: [question],
        instructions: 'Be brief.',
        tools: [weather, { type: 'custom', name: 'note' }],
        tool_choice: { type: 'function', name: 'get_weather' },
        text: { verbosity: 'low' },
        metadata: { who: 'a test' },
        store: false,
        truncation: 'disabled',
      },
      '"function_call"',
    ],
  ])('is as the document says, whole and streamed: %s', async (_name, body, holds) => {
    for (const stream of [false, true]) {
      const answer = await respond(gateway, { ...body, stream })
      const text = await answer.text()
      expect([answer.status, text]).toEqual([200, expect.stringContaining(holds)])
      expect(typesIn(text)).toHaveLength(stream ? text.match(/^data: /gm)!.length : 0)
    }
  })

  it.each<[string, object]>([
    ['text', {}],
    ['reasoning', { model: 'think', reasoning: { effort: 'low' } }],
    ['a tool call', { input: [question], tools: [weather] }],
  ])('holds items that the schema of requests takes back as they are: %s', async (_name, body) => {
    const { output } = (await (await respond(gateway, body)).json()) as { readonly output: readonly object[] }
    expect(output.length).toBeGreaterThan(0)
    expect(isDocumented({ input: [question, ...output] })).toBe(true)
  })

  it('has all members of the example that the document gives', async () => {
    const answer = (await (await respond(gateway, {})).json()) as object
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(Object.keys(responseExample)))
  })

  it.each<[string, string, object]>([
    ['whole', 'message', { content: [{ text: 'hello' }] }],
    ['tools', 'function_call', { name: 'get_weather' }],
    ['result', 'message', { content: [{ text: expect.stringContaining('Sunny, 21 degrees') }] }],
    ['json', 'message', { content: [{ text: expect.stringMatching(/^\{"city":".+"\}$/) }] }],
  ])('is what the example of the document is meant to give: %s', async (name, type, members) => {
    const answer = (await (await respond(gateway, exampleOf(name))).json()) as { readonly output: readonly object[] }
    expect(answer.output).toEqual([expect.objectContaining({ type })])
    expect(answer.output).toMatchObject([members])
  })

  it('streams the events that stand in the document, in their order', async () => {
    const answer = await respond(gateway, exampleOf('streamed'))
    expect(typesIn(await answer.text())).toEqual(typesIn(operation.responses[200].content['text/event-stream'].example))
  })

  it('asks for the permission that chats ask for', async () => {
    const answer = await respond(gateway, {}, { 'X-API-Key': 'sk-health' })
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('completions')])
  })

  it.each<[string, object, string]>([
    ['an earlier response', { previous_response_id: 'resp_1' }, 'previous_response_id'],
    ['a conversation', { conversation: 'conv_1' }, 'conversation'],
    ['a kept answer', { store: true }, 'store'],
    ['the background', { background: true }, 'background'],
    ['a kept prompt', { prompt: { id: 'pmpt_1' } }, 'prompt'],
    ['a shortened conversation', { truncation: 'auto' }, 'truncation'],
    ['a compacted one', { context_management: [{ type: 'compaction' }] }, 'context_management'],
    ['an item by its id', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0].type'],
    ['a conversation of nothing', { input: [] }, 'input'],
    ['an answer of no length', { max_output_tokens: 0 }, 'max_output_tokens'],
    ['a tool of OpenAI’s own', { tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  ])('is refused, and does not follow the schema of requests: %s', async (_name, body, param) => {
    expect(isDocumented({ model: 'fast', input: 'hi', ...body })).toBe(false)
    const answer = await respond(gateway, body)
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'invalid_request', param } }])
  })

  it('is asked of the upstream with what the document says travels on', async () => {
    const cache_control = { type: 'ephemeral' }
    const prompt_cache_breakpoint = { mode: 'explicit' }
    const part = { type: 'input_text', text: 'Say exactly: hello', cache_control, prompt_cache_breakpoint }
    const input = [{ role: 'user', content: [part] }]
    await respond(gateway, { input, seed: 7, service_tier: 'flex', prompt_cache_key: 'ours', safety_identifier: 'ann' })
    expect(JSON.parse((await bodiesSeen(gateway.simulator)).at(-1)!)).toMatchObject({
      messages: [{ role: 'user', content: [{ type: 'text', prompt_cache_breakpoint }] }],
      seed: 7,
      service_tier: 'flex',
      prompt_cache_key: 'ours',
      safety_identifier: 'ann',
    })
    const long = { ...part, text: 'A long prompt. '.repeat(1000) }
    await respond(gateway, { model: 'think', input: [{ role: 'user', content: [long] }] })
    expect((await bodiesSeen(gateway.simulator)).at(-1)).toContain('"cachePoint"')
  })

  it('is refused where a file would have to be fetched', async () => {
    const answer = await respond(gateway, { input: [{ role: 'user', content: [remoteFile] }] })
    const param = 'input[0].content[0].file_url'
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { param } }])
  })

  it.each(['previous_response_id', 'conversation', 'prompt', 'context_management'])(
    'may be asked for by a client that says that it has no %s',
    async member => {
      expect(isDocumented({ input: 'hi', [member]: null })).toBe(true)
      expect((await respond(gateway, { [member]: null })).status).toBe(200)
    },
  )
})

describe('a response of an upstream that fails', () => {
  const told = new Set<string>()

  it.each<object>([
    { kind: 'status', status: 429 },
    { kind: 'html' },
    { kind: 'exception', exceptionType: 'throttlingException', afterFrames: 2 },
    { kind: 'end-without-terminal' },
    { kind: 'reset', afterFrames: 2 },
  ])('is as the document says: %o', async fault => {
    for (const [model, stream] of [
      ['fast', false],
      ['fast', true],
      ['think', true],
    ] as const) {
      const app = await start()
      await setFaults(app.simulator, [{ fault }])
      const answer = await respond(app, { model, stream })
      told.add(`${answer.status} ${typesIn(await answer.text()).at(-1) ?? ''}`.trim())
      await app.close()
    }
  })

  it('is looked at before it began and after', () => {
    expect([...told]).toEqual(expect.arrayContaining(['200 response.failed', '429', '502']))
  })
})

const custom = { name: 'note', input: 'a line' }
const citation = { start_index: 0, end_index: 4, title: 'A page', url: 'https://example.com/' }
const token = { token: 'well', bytes: [119, 101, 108, 108], logprob: -0.1 }

describe('a response of what the simulator does not say', () => {
  let upstream: ScriptedUpstream
  let gateway: App
  beforeAll(async () => {
    upstream = await scriptedUpstream()
    const scripted = { type: 'openai-compatible', baseURL: upstream.baseURL }
    gateway = await start({ providers: { scripted }, routes: { fast: ['scripted/scripted'] } })
  })
  afterAll(async () => {
    await gateway.close()
    await upstream[Symbol.asyncDispose]()
  })

  it.each<[string, Script]>([
    [
      'custom_tool_call_input',
      {
        message: { tool_calls: [{ id: 'call_1', type: 'custom', custom }] },
        deltas: [
          { tool_calls: [{ index: 0, id: 'call_1', type: 'custom', custom: { name: 'note', input: '' } }] },
          { tool_calls: [{ index: 0, custom: { input: 'a line' } }] },
        ],
        finishReason: 'tool_calls',
      },
    ],
    ['refusal', { message: { refusal: 'No.' }, deltas: [{ refusal: 'N' }, { refusal: 'o.' }], finishReason: 'stop' }],
    [
      'output_text.annotation',
      {
        message: { content: 'well', annotations: [{ type: 'url_citation', url_citation: citation }] },
        deltas: [{ content: 'well' }, { annotations: [{ type: 'url_citation', url_citation: citation }] }],
        finishReason: 'stop',
      },
    ],
    [
      'output_text',
      {
        message: { content: 'well' },
        deltas: [{ content: 'well' }],
        logprobs: { content: [{ ...token, top_logprobs: [token] }], refusal: null },
        finishReason: 'stop',
      },
    ],
    ['content_part', { message: { content: 'Once' }, deltas: [{ content: 'Once' }], finishReason: 'content_filter' }],
  ])('is as the document says, whole and streamed: %s', async (event, script) => {
    upstream.script = script
    const whole = await respond(gateway, {})
    expect(await whole.json()).toMatchObject({ output: [{ id: expect.any(String) }] })
    const streamed = await respond(gateway, { stream: true })
    expect(typesIn(await streamed.text())).toContainEqual(expect.stringContaining(`response.${event}.`))
  })
})

it('documents the events that there are, and no others', () => {
  const told = JSON.stringify(Object.entries(document.components.schemas).filter(([name]) => name.endsWith('Event')))
  const types = [...told.matchAll(/"((?:response\.[\w.]+|error))"/g)].map(([, type = '']) => type)
  expect(new Set(types)).toEqual(seen)
})

interface Published {
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
  readonly paths: {
    readonly '/v1/responses': {
      readonly post: {
        readonly requestBody: {
          readonly content: {
            readonly 'application/json': { readonly examples: Readonly<Record<string, { readonly value: object }>> }
          }
        }
        readonly responses: {
          readonly 200: { readonly content: { readonly 'text/event-stream': { readonly example: string } } }
        }
      }
    }
  }
}

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../openapi.json'), 'utf8')) as Published
const operation = document.paths['/v1/responses'].post
const ajv = new Ajv2020({ strict: false }).addSchema({ ...document, $id: 'document' })

function exampleOf(name: string): object {
  const { examples } = operation.requestBody.content['application/json']
  return examples[name]!.value
}

function isDocumented(request: object): boolean {
  return ajv.validate({ $ref: 'document#/components/schemas/ResponsesRequest' }, request)
}

function typesIn(events: string): string[] {
  const types = [...events.matchAll(/^event: (.*)$/gm)].map(([, type = '']) => type)
  for (const type of types) seen.add(type)
  return types
}
