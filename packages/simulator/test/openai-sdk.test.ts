import type OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { openaiClient } from './clients.ts'

let simulator: Simulator
let client: OpenAI
beforeAll(async () => {
  simulator = await startSimulator()
  client = openaiClient(simulator)
})
afterAll(() => simulator.close())

type Params = OpenAI.Chat.ChatCompletionCreateParams
const user = (content: string) => [{ role: 'user' as const, content }]
const create = (params: Omit<Params, 'model' | 'stream'> & { model?: string }) =>
  client.chat.completions.create({ model: 'gpt-4o-mini', ...params })
const tool = (
  name: string,
  description: string,
  parameters: Record<string, unknown>,
): OpenAI.Chat.ChatCompletionTool => ({
  type: 'function',
  function: { name, description, parameters },
})
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

async function streamed(params: Omit<Params, 'model' | 'stream'>) {
  const chunks: OpenAI.Chat.ChatCompletionChunk[] = []
  const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', ...params, stream: true })
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

describe('chat completions', () => {
  it('answers as OpenAI does', async () => {
    const answer = await create({ messages: user('Say exactly: hi') })
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'gpt-4o-mini',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hi', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      service_tier: 'default',
    })
    expect(answer.id).toMatch(/^chatcmpl-\w{29}$/)
    expect(answer.usage?.total_tokens).toBe((answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0))
  })

  it('streams a role chunk, content, a finish chunk, then usage without choices', async () => {
    const chunks = await streamed({ messages: user('Count to 5'), stream_options: { include_usage: true } })
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null })
    expect(chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')).toBe('1 2 3 4 5')
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 5 } })
    expect(chunks.slice(0, -1).every(chunk => chunk.usage === null)).toBe(true)
    expect(new Set(chunks.map(chunk => chunk.id)).size).toBe(1)
  })

  it('leaves usage and obfuscation out as asked', async () => {
    const chunks = await streamed({ messages: user('hi'), stream_options: { include_obfuscation: false } })
    expect(chunks.some(chunk => 'usage' in chunk || 'obfuscation' in chunk)).toBe(false)
    expect((await streamed({ messages: user('hi') })).every(chunk => 'obfuscation' in chunk)).toBe(true)
  })

  it('calls a custom tool with a text, whole and streamed, and by force', async () => {
    const tools = [{ type: 'custom' as const, custom: { name: 'apply_patch', description: 'Patches' } }]
    const messages = [{ role: 'user' as const, content: 'apply_patch please' }]
    const whole = await create({ messages, tools, tool_choice: { type: 'custom', custom: { name: 'apply_patch' } } })
    const [call] = whole.choices[0]?.message.tool_calls ?? []
    expect(call).toEqual({ id: call?.id, type: 'custom', custom: { name: 'apply_patch', input: expect.any(String) } })
    const chunks = await streamed({ messages, tools })
    const deltas: unknown[] = chunks.flatMap(chunk => chunk.choices[0]?.delta.tool_calls ?? [])
    expect(deltas[0]).toMatchObject({ index: 0, type: 'custom', custom: { name: 'apply_patch', input: '' } })
    const input = deltas.map(delta => (delta as { custom: { input: string } }).custom.input).join('')
    expect(input).toBe((call as { custom: { input: string } }).custom.input)
    const answered = { role: 'tool' as const, tool_call_id: call!.id, content: 'done' }
    const second = await create({ messages: [...messages, whole.choices[0]!.message, answered], tools })
    expect(second.choices[0]?.message.content).toContain('apply_patch answered: done')
  })

  it('calls a tool, then cites its answer', async () => {
    const tools = [
      tool('get_weather', 'Weather of a city', city),
      tool('get_time', 'Local time', { type: 'object', properties: {} }),
    ]
    const asked = user('What is the weather in Paris?')
    const first = await create({ messages: asked, tools })
    const message = first.choices[0]!.message
    expect(first.choices[0]?.finish_reason).toBe('tool_calls')
    expect(message.content).toBeNull()
    const [call] = message.tool_calls ?? []
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } })
    const answered = { role: 'tool' as const, tool_call_id: call!.id, content: 'sunny' }
    const second = await create({ messages: [...asked, message, answered], tools })
    expect(second.choices[0]?.message.content).toContain('get_weather answered: sunny')
  })

  it('streams parallel calls by their own index, and a call without arguments as {}', async () => {
    const tools = [
      tool('get_weather', 'Weather of a city', city),
      tool('get_time', 'Local time', { type: 'object', properties: {} }),
    ]
    const chunks = await streamed({ messages: user('Call get_weather and get_time for Rome'), tools })
    const calls = new Map<number, { name: string; json: string }>()
    for (const delta of chunks.flatMap(chunk => chunk.choices[0]?.delta.tool_calls ?? [])) {
      const call = calls.get(delta.index) ?? { name: '', json: '' }
      call.name += delta.function?.name ?? ''
      call.json += delta.function?.arguments ?? ''
      calls.set(delta.index, call)
    }
    expect([...calls]).toEqual([
      [0, { name: 'get_weather', json: '{"city":"Rome"}' }],
      [1, { name: 'get_time', json: '{}' }],
    ])
  })

  it('begins a single streamed call in the chunk that has the role', async () => {
    const chunks = await streamed({ messages: user('weather in Rome'), tools: [tool('get_weather', '', city)] })
    expect(chunks[0]?.choices[0]?.delta).toMatchObject({
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id: expect.stringMatching(/^call_/), function: { name: 'get_weather', arguments: '' } }],
    })
  })

  it('makes one call where parallel calls are refused, and none where tools are', async () => {
    const tools = [tool('a_tool', 'a', city), tool('b_tool', 'b', city)]
    const messages = user('a_tool and b_tool please')
    const one = await create({ messages, tools, parallel_tool_calls: false })
    expect(one.choices[0]?.message.tool_calls).toHaveLength(1)
    const none = await create({ messages, tools, tool_choice: 'none' })
    expect(none.choices[0]?.message.tool_calls).toBeUndefined()
    const forced = await create({ messages: user('hello'), tools, tool_choice: 'required' })
    expect(forced.choices[0]?.message.tool_calls).toHaveLength(1)
  })

  it('answers the deprecated functions with function_call', async () => {
    const answer = await create({
      messages: user('weather in Oslo'),
      functions: [{ name: 'get_weather', parameters: city }],
    })
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
    })
  })

  it('obeys max tokens, stop, n and schemas', async () => {
    const long = await create({ messages: user('Count to 9'), max_tokens: 2 })
    expect(long.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '1 2' } })
    const stopped = await create({ messages: user('Count to 9'), stop: ' 3' })
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: '1 2' } })
    const several = await create({ messages: user('Which colour?'), n: 3 })
    expect(several.choices.map(choice => choice.index)).toEqual([0, 1, 2])
    expect(new Set(several.choices.map(choice => choice.message.content)).size).toBe(3)
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, old: { type: 'boolean' } },
      required: ['name', 'old'],
    }
    const json = await create({
      messages: user('I met Ada yesterday'),
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema } },
    })
    expect(JSON.parse(json.choices[0]?.message.content ?? '')).toEqual({ name: 'Ada', old: true })
  })

  it('counts the thinking of reasoning models', async () => {
    const answer = await create({ model: 'gpt-5-mini', messages: user('Say exactly: hi') })
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0)
    expect(answer.choices[0]?.message).not.toHaveProperty('reasoning_content')
  })
})

describe('the rest of the API', () => {
  it('embeds text and tokens, as floats or base64, in any length the model has', async () => {
    const [model, input] = ['text-embedding-3-small', ['cats and dogs', 'dogs and cats', 'compilers']]
    const byBase64 = await client.embeddings.create({ model, input })
    const byFloat = await client.embeddings.create({ model, input, encoding_format: 'float' })
    expect(byBase64.data).toEqual(byFloat.data)
    const [a, b, c] = byFloat.data.map(entry => entry.embedding)
    const dot = (left: number[] = [], right: number[] = []) =>
      left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0)
    expect(dot(a, a)).toBeCloseTo(1, 5)
    expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.5)
    const short = await client.embeddings.create({ model, input: [[1, 2, 3], [4]], dimensions: 256 })
    expect(short.data.map(entry => entry.embedding.length)).toEqual([256, 256])
    expect(short.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 })
  })

  it.each([
    ['text-embedding-ada-002', { input: 'x', dimensions: 10 }, 'does not support specifying dimensions'],
    ['text-embedding-3-small', { input: 'x', dimensions: 5000 }, 'Must be less than or equal to 1536'],
    ['text-embedding-3-small', { input: '' }, 'empty strings'],
    ['text-embedding-3-small', { input: [] }, "'$.input' is invalid"],
    ['gpt-4o', { input: 'x' }, 'not allowed to generate embeddings'],
    ['nope', { input: 'x' }, 'does not exist'],
  ])('refuses embeddings of %s for %j', async (model, rest, message) => {
    await expect(client.embeddings.create({ model, ...rest })).rejects.toThrow(message)
  })

  it('lists its models and knows each', async () => {
    const models = await client.models.list()
    expect(models.data.map(model => model.id)).toContain('o3-mini')
    await expect(client.models.retrieve('gpt-4o')).resolves.toMatchObject({ id: 'gpt-4o', object: 'model' })
    await expect(client.models.retrieve('gpt-0')).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  })

  it('refuses a wrong key, a missing one, and unknown addresses', async () => {
    const wrong = openaiClient(simulator, 'sk-wrong-key-with-length').models.list()
    await expect(wrong).rejects.toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' })
    await expect(wrong).rejects.toThrow('sk-wrong************ngth')
    expect((await fetch(`${simulator.openaiBaseUrl}/models`)).status).toBe(401)
    const lost = await fetch(`${simulator.openaiBaseUrl}/nothing`)
    expect(lost.status).toBe(404)
    expect(await lost.json()).toMatchObject({ error: { message: 'Invalid URL (GET /v1/nothing)', code: null } })
  })

  it('refuses a body that is no JSON', async () => {
    const headers = { authorization: `Bearer ${simulator.openaiKey}` }
    const answer = await fetch(`${simulator.openaiBaseUrl}/chat/completions`, { method: 'POST', headers, body: '{' })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('could not parse the JSON body')
  })

  it("serves Bedrock's own OpenAI-compatible path to Bedrock's callers", async () => {
    const path = `${simulator.url}/openai/v1/chat/completions`
    const body = JSON.stringify({ model: 'openai.gpt-oss-20b-1:0', messages: user('Say exactly: hi') })
    const ask = (key: string) => fetch(path, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body })
    const content = expect.stringMatching(/^<reasoning>.+<\/reasoning>hi$/s) as string
    expect(await (await ask(simulator.bearerToken)).json()).toMatchObject({ choices: [{ message: { content } }] })
    expect((await ask(simulator.openaiKey)).status).toBe(403)
  })
})
