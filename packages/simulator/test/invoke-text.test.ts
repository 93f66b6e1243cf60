import { describe, expect, it } from 'vitest'
import { type JsonObject, parseJson, pick } from '../src/json.ts'
import { framesOf } from './event-stream.ts'
import { fileSimulator } from './file-simulator.ts'

const simulator = await fileSimulator()

function post(path: string, body: JsonObject): Promise<Response> {
  const headers = { authorization: `Bearer ${simulator.bearerToken}`, 'content-type': 'application/json' }
  return fetch(`${simulator.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}
const invoke = (model: string, body: JsonObject, verb = 'invoke') =>
  post(`/model/${encodeURIComponent(model)}/${verb}`, body)

async function chunksOf(model: string, body: JsonObject): Promise<readonly unknown[]> {
  const response = await invoke(model, body, 'invoke-with-response-stream')
  return framesOf(Buffer.from(await response.arrayBuffer())).map(frame => {
    const payload = parseJson(frame.toString('utf8', 12 + frame.readUInt32BE(4), frame.length - 4))
    return parseJson(Buffer.from(String(pick(payload, 'bytes')), 'base64').toString())
  })
}

const titan = 'amazon.titan-tg1-large'
const command = 'cohere.command-text-v14'
const claude = 'anthropic.claude-v2:1'
const llama = 'meta.llama3-8b-instruct-v1:0'
const mistral = 'mistral.mistral-7b-instruct-v0:2'
const jamba = 'ai21.jamba-1-5-mini-v1:0'
const turn = '\n\nHuman: hi\n\nAssistant:'
const messages = [{ role: 'user', content: 'hi' }]

describe('InvokeModel refuses', () => {
  it.each<[string, JsonObject, string]>([
    [titan, {}, 'required key [inputText] not found'],
    [titan, { inputText: 5 }, '#/inputText: expected type: String, found: Number'],
    [titan, { inputText: 'a', top_k: 1 }, '#: extraneous key [top_k] is not permitted'],
    [titan, { inputText: 'a', textGenerationConfig: { topK: 1 } }, '#/textGenerationConfig: extraneous key [topK]'],
    [
      titan,
      { inputText: 'a', textGenerationConfig: { temperature: 2 } },
      '#/textGenerationConfig/temperature: 2 is not less or equal to 1',
    ],
    [command, { prompt: '' }, '#/prompt: expected minLength: 1, actual: 0'],
    [command, { prompt: 'a', top_p: 1 }, 'extraneous key [top_p]'],
    [claude, { prompt: turn }, 'required key [max_tokens_to_sample] not found'],
    [
      claude,
      { prompt: 'hi', max_tokens_to_sample: 9 },
      'prompt must start with "\n\nHuman:" turn after an optional system prompt',
    ],
    [claude, { prompt: '\n\nHuman: hi', max_tokens_to_sample: 9 }, 'prompt must end with "\n\nAssistant:" turn'],
    [claude, { prompt: turn, max_tokens_to_sample: 9, system: 's' }, 'extraneous key [system]'],
    [claude, { messages }, 'required key [anthropic_version] not found'],
    [llama, { prompt: 'a', max_gen_len: 9_000 }, '#/max_gen_len: 9000 is not less or equal to 8192'],
    [llama, { prompt: 'a', stop: ['x'] }, 'extraneous key [stop]'],
    [mistral, { prompt: 'a', temperature: 1.5 }, '#/temperature: 1.5 is not less or equal to 1'],
    [jamba, { messages: [] }, '#/messages: expected minItems: 1, actual: 0'],
    [jamba, { messages, max_tokens: 5_000 }, '#/max_tokens: 5000 is not less or equal to 4096'],
    [jamba, { messages, top_k: 1 }, 'extraneous key [top_k]'],
  ])('%s: %j', async (model, body, says) => {
    const response = await invoke(model, body)
    expect(response.status).toBe(400)
    expect(response.headers.get('x-amzn-errortype')).toMatch(/^ValidationException/)
    expect(String(pick(await response.json(), 'message'))).toContain(says)
  })

  it('nothing that is right', async () => {
    const right: readonly [string, JsonObject][] = [
      [titan, { inputText: 'User: a\nBot:', textGenerationConfig: { maxTokenCount: 9, stopSequences: ['User:'] } }],
      [command, { prompt: 'a', stream: true, p: 0.5, k: 5 }],
      [claude, { prompt: `s${turn} I`, max_tokens_to_sample: 9 }],
      [claude, { anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages }],
      [jamba, { messages, temperature: 2, n: 1 }],
    ]
    for (const [model, body] of right) expect((await invoke(model, body)).status).toBe(200)
  })
})

it('Titan Large does not answer Converse', async () => {
  const response = await invoke(titan, { messages: [{ role: 'user', content: [{ text: 'hi' }] }] }, 'converse')
  expect(response.status).toBe(400)
})

describe('InvokeModel streams', () => {
  const metrics = 'amazon-bedrock-invocationMetrics'

  it.each<[string, JsonObject]>([
    [titan, { inputText: 'hi' }],
    [command, { prompt: 'hi' }],
    [claude, { prompt: turn, max_tokens_to_sample: 90 }],
    [claude, { anthropic_version: 'x', max_tokens: 90, messages }],
    [llama, { prompt: 'hi' }],
    [mistral, { prompt: 'hi' }],
    [jamba, { messages }],
    ['amazon.nova-micro-v1:0', { messages: [{ role: 'user', content: [{ text: 'hi' }] }] }],
  ])('%s: Bedrock’s own count stands in the last chunk alone: %j', async (model, body) => {
    const chunks = await chunksOf(model, body)
    const told = chunks.map(chunk => pick(chunk, metrics, 'outputTokenCount'))
    expect(told.slice(0, -1).every(count => count === undefined)).toBe(true)
    expect(told.at(-1)).toBeGreaterThan(0)
  })

  it('Command says all of it again in the last', async () => {
    const chunks = await chunksOf(command, { prompt: 'Say exactly: one two' })
    expect(
      chunks
        .slice(0, -1)
        .map(chunk => pick(chunk, 'text'))
        .join(''),
    ).toBe('one two')
    expect(chunks.at(-1)).toMatchObject({ text: 'one two', is_finished: true, finish_reason: 'COMPLETE' })
  })

  it('Claude’s Messages count the prompt first and the answer where it ends', async () => {
    const chunks = await chunksOf(claude, { anthropic_version: 'x', max_tokens: 90, messages })
    expect(chunks[0]).toMatchObject({
      type: 'message_start',
      message: { usage: { input_tokens: expect.any(Number) as number } },
    })
    expect(chunks.slice(-2)).toMatchObject([
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    ])
  })

  it('Jamba’s first chunk has the role, and its last the usage', async () => {
    const chunks = await chunksOf(jamba, { messages })
    expect(chunks[0]).toMatchObject({ choices: [{ delta: { role: 'assistant' } }] })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) as number } })
  })
})

describe('Bedrock’s OpenAI-compatible endpoint', () => {
  const tool = {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  }
  const asked = [{ role: 'user', content: 'Compare the weather in Paris and in Rome.' }]
  const path = '/openai/v1/chat/completions'

  it.each([
    ['openai.gpt-oss-20b-1:0', [0, 1], 2],
    ['openai.gpt-oss-120b-1:0', [1, 2], 1],
  ] as const)('%s counts calls as %j, with %d ids', async (model, indexes, ids) => {
    const text = await (await post(path, { model, messages: asked, tools: [tool], stream: true })).text()
    const events = text.split('\n\n').map(event => parseJson(event.replace('data: ', '')))
    const calls = events.flatMap(event => pick(event, 'choices', 0, 'delta', 'tool_calls') ?? [])
    expect([...new Set(calls.map(call => pick(call, 'index')))]).toEqual(indexes)
    expect(new Set(calls.map(call => pick(call, 'id')).filter(Boolean)).size).toBe(ids)
  })

  it('tells the thoughts of the one with quirks under another name than OpenAI', async () => {
    const answer: unknown = await (await post(path, { model: 'openai.gpt-oss-120b-1:0', messages })).json()
    expect(pick(answer, 'choices', 0, 'message', 'reasoning')).toMatch(/I will/)
  })
})
