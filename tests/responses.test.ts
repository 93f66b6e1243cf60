import type OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, type Front, openers } from './setup/fronts.ts'

/** One model a lane; the client names it and nothing else changes. */
const lanes = {
  Bedrock: 'anthropic.claude-3-sonnet-20240229-v1:0',
  OpenAI: 'gpt-4o-mini',
} as const

const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
} as const

const person = {
  type: 'json_schema',
  name: 'person',
  schema: {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  },
  strict: true,
} as const

describe.each(Object.entries(openers))('the Responses API of the official client through %s', (_name, open) => {
  let front: Front
  let client: OpenAI
  beforeAll(async () => {
    front = await open()
    client = clientOf(front)
  })
  afterAll(() => front[Symbol.asyncDispose]())

  describe.each(Object.entries(lanes))('on a %s model', (_lane, model) => {
    it.each([false, true])('answers a text, with its usage (streamed: %s)', async stream => {
      const response = await respond(client, { model, input: 'Say exactly: the door is open' }, stream)
      expect(response).toMatchObject({
        object: 'response',
        status: 'completed',
        error: null,
        incomplete_details: null,
        output: [{ type: 'message', role: 'assistant', status: 'completed' }],
        store: false,
      })
      expect(response.output_text).toContain('the door is open')
      expect(response.model).toContain(model)
      const usage = response.usage!
      expect(usage.input_tokens).toBeGreaterThan(0)
      expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens)
    })

    it('numbers its events, begins and ends with the response, and tells the text in pieces', async () => {
      const events = await eventsOf(client, { model, input: 'Count to 12' })
      expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
      const types = events.map(({ type }) => type)
      const deltas = types.filter(type => type === 'response.output_text.delta')
      expect(deltas.length).toBeGreaterThan(3)
      expect(types.filter(type => type !== 'response.output_text.delta')).toEqual([
        'response.created',
        'response.in_progress',
        'response.output_item.added',
        'response.content_part.added',
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.completed',
      ])
    })

    it.each([false, true])('calls a tool and answers from its result (streamed: %s)', async stream => {
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'get_weather in Paris please' }]
      const asked = await respond(client, { model, input, tools: [weather] }, stream)
      const call = asked.output.find(item => item.type === 'function_call')!
      expect(call).toMatchObject({ name: 'get_weather', status: 'completed' })
      expect(JSON.parse(call.arguments)).toHaveProperty('city')
      input.push(...(asked.output as OpenAI.Responses.ResponseInput), {
        type: 'function_call_output',
        call_id: call.call_id,
        output: '{"sky":"violet"}',
      })
      const answered = await respond(client, { model, input, tools: [weather] }, stream)
      expect(answered.output_text).toContain('violet')
    })

    it.each([false, true])('calls a tool of a namespace, as Codex has them (streamed: %s)', async stream => {
      const tools = [{ type: 'namespace' as const, name: 'sky', description: 'What is above', tools: [weather] }]
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'sky__get_weather in Paris please' }]
      // What Codex tells OpenAI of itself.
      const body = { model, input, tools, client_metadata: { thread_id: 't' } }
      const asked = await respond(client, body, stream)
      expect(asked.tools).toMatchObject(tools)
      const call = asked.output.find(item => item.type === 'function_call')!
      expect(call).toMatchObject({ namespace: 'sky', name: 'get_weather', status: 'completed' })
      input.push(...(asked.output as OpenAI.Responses.ResponseInput), {
        type: 'function_call_output',
        call_id: call.call_id,
        output: '{"sky":"violet"}',
      })
      const answered = await respond(client, body, stream)
      expect(answered.output_text).toContain('violet')
    })

    it.each([false, true])('has tools looked for, and calls one that was found (streamed: %s)', async stream => {
      const search = {
        type: 'tool_search' as const,
        execution: 'client' as const,
        description: 'Finds tools',
        parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
      }
      const input: OpenAI.Responses.ResponseInput = [
        { type: 'additional_tools', role: 'developer', tools: [{ ...weather, name: 'get_time' }, search] },
        { role: 'user', content: 'tool_search please' },
      ]
      const asked = await respond(client, { model, input }, stream)
      const call = asked.output.find(item => item.type === 'tool_search_call')!
      expect(call).toMatchObject({ execution: 'client', status: 'completed', call_id: expect.any(String) })
      expect(call.arguments).toEqual({ query: expect.any(String) })
      const sky = { type: 'namespace' as const, name: 'sky', description: 'What is above' }
      const found = [{ ...sky, tools: [{ ...weather, defer_loading: true }] }]
      input.push(...(asked.output as OpenAI.Responses.ResponseInput), {
        type: 'tool_search_output',
        call_id: call.call_id,
        execution: 'client',
        status: 'completed',
        tools: found,
      })
      const told = await respond(client, { model, input }, stream)
      expect(told.output_text).toContain('sky__get_weather')
      input.push(...(told.output as OpenAI.Responses.ResponseInput))
      input.push({ role: 'user', content: 'sky__get_weather in Paris please' })
      const answered = await respond(client, { model, input }, stream)
      const called = { type: 'function_call', namespace: 'sky', name: 'get_weather', status: 'completed' }
      expect(answered.output).toContainEqual(expect.objectContaining(called))
    })

    it('repeats the metadata, which go no further', async () => {
      const metadata = { team: 'support' }
      const response = await client.responses.create({ model, input: 'Say exactly: hello', metadata })
      expect(response).toMatchObject({ status: 'completed', metadata })
    })

    it('gets an answer in a form', async () => {
      const response = await client.responses.parse({ model, input: 'a person', text: { format: person } })
      expect(response.output_parsed).toEqual({ name: expect.any(String), age: expect.any(Number) })
    })

    it.each([false, true])('tells that an answer was cut at its cap (streamed: %s)', async stream => {
      const response = await respond(client, { model, input: 'Count to 50', max_output_tokens: 3 }, stream)
      expect(response).toMatchObject({
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [{ type: 'message', status: 'incomplete' }],
      })
    })
  })

  it.each([
    [{ input: 'hi', previous_response_id: 'resp_1' }, 'previous_response_id', 'send the whole conversation in `input`'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0].type', 'with `store: false`'],
    [{ input: 'hi', tools: [{ type: 'web_search' }] }, 'tools[0].type', 'Tools that OpenAI runs itself are not served'],
    [
      { input: 'hi', tools: [{ type: 'namespace', name: 'n', description: 'd', tools: [{ type: 'mcp' }] }] },
      'tools[0].tools[0].type',
      'Tools that OpenAI runs itself are not served',
    ],
    [
      { input: 'hi', tools: [{ type: 'tool_search' }] },
      'tools[0].execution',
      'Tools that OpenAI runs itself are not served',
    ],
    [{ input: 'hi', max_output_tokens: 0 }, 'max_output_tokens', 'at least 1'],
    [{}, 'input', 'is missing'],
  ])('says what is wrong with %j', async (body, param, words) => {
    const asked = client.responses.create({ model: lanes.OpenAI, ...body } as OpenAI.Responses.ResponseCreateParams)
    await expect(asked).rejects.toMatchObject({ status: 400, param, message: expect.stringContaining(words) })
  })
})

async function respond(
  client: OpenAI,
  body: OpenAI.Responses.ResponseCreateParamsNonStreaming,
  stream: boolean,
): Promise<OpenAI.Responses.Response> {
  return stream ? client.responses.stream({ ...body, stream: true }).finalResponse() : client.responses.create(body)
}

async function eventsOf(
  client: OpenAI,
  body: OpenAI.Responses.ResponseCreateParamsNonStreaming,
): Promise<OpenAI.Responses.ResponseStreamEvent[]> {
  const events: OpenAI.Responses.ResponseStreamEvent[] = []
  for await (const event of await client.responses.create({ ...body, stream: true })) events.push(event)
  return events
}
