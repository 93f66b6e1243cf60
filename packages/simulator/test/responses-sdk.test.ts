import type OpenAI from 'openai'
import { APIError } from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { openaiClient } from './clients.ts'

let simulator: Simulator
let client: OpenAI
beforeAll(async () => {
  simulator = await startSimulator()
  client = openaiClient(simulator)
})
afterAll(() => simulator.close())
afterEach(() => simulator.reset())

type Params = Omit<OpenAI.Responses.ResponseCreateParams, 'stream'>
type Event = OpenAI.Responses.ResponseStreamEvent
const model = 'gpt-5.6-sol'
const create = (params: Params) => client.responses.create({ model, ...params, stream: false })
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const weather = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: city,
  strict: false,
}
const patch = { type: 'custom' as const, name: 'apply_patch', description: 'Patches' }
const encrypted: Params = { include: ['reasoning.encrypted_content'], store: false }

async function streamed(params: Params) {
  const events: Event[] = []
  for await (const event of await client.responses.create({ model, ...params, stream: true })) events.push(event)
  return events
}

/** What was answered, as it is sent again. */
const sentBack = ({ output }: OpenAI.Responses.Response) => output as OpenAI.Responses.ResponseInput

/** The same request whole and streamed by the client's own accumulator; ids apart they are one. */
async function bothWays(params: Params) {
  const whole = await create(params)
  const final = await client.responses.stream({ model, ...params }).finalResponse()
  const bare = (response: OpenAI.Responses.Response) =>
    JSON.parse(JSON.stringify(response), (key, value: unknown) =>
      ['id', 'call_id', 'created_at', 'parsed', 'parsed_arguments', 'output_parsed'].includes(key) ? undefined : value,
    ) as unknown
  expect(bare(final)).toEqual(bare(whole))
  return whole
}

describe('responses', () => {
  it('answers as OpenAI does', async () => {
    const answer = await bothWays({ model: 'gpt-4o', input: 'Say exactly: hi', instructions: 'Be kind.' })
    expect(answer).toMatchObject({
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      instructions: 'Be kind.',
      model: 'gpt-4o',
      output: [
        {
          id: expect.stringMatching(/^msg_\w{48}$/),
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'hi', annotations: [], logprobs: [] }],
        },
      ],
      parallel_tool_calls: true,
      reasoning: { effort: null, summary: null },
      service_tier: 'default',
      store: true,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: 'auto',
      tools: [],
      truncation: 'disabled',
    })
    expect(answer.id).toMatch(/^resp_\w{48}$/)
    const { input_tokens = 0, output_tokens = 0, total_tokens } = answer.usage ?? {}
    expect(total_tokens).toBe(input_tokens + output_tokens)
  })

  it('thinks, and tells of it what it is asked for', async () => {
    const silent = await bothWays({ input: 'Say exactly: hi' })
    expect(silent.output.map(item => item.type)).toEqual(['reasoning', 'message'])
    expect(silent.output[0]).toEqual({ id: expect.stringMatching(/^rs_/), type: 'reasoning', summary: [] })
    expect(silent.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0)
    const told = await bothWays({ ...encrypted, input: 'Say exactly: hi', reasoning: { summary: 'auto' } })
    expect(told.output[0]).toMatchObject({
      summary: [{ type: 'summary_text', text: expect.stringContaining('I will answer at once') }],
      encrypted_content: expect.stringMatching(/^gAAAA/),
    })
    const none = await bothWays({ input: 'Say exactly: hi', reasoning: { effort: 'none' } })
    expect(none.output.map(item => item.type)).toEqual(['message'])
  })

  it('calls a tool, and cites its answer when its own items come back', async () => {
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'What is the weather in Paris?' }]
    const first = await bothWays({ ...encrypted, input, tools: [weather] })
    const call = first.output[1] as OpenAI.Responses.ResponseFunctionToolCall
    expect(call).toMatchObject({
      id: expect.stringMatching(/^fc_/),
      type: 'function_call',
      status: 'completed',
      call_id: expect.stringMatching(/^call_/),
      name: 'get_weather',
      arguments: '{"city":"Paris"}',
    })
    const output = { type: 'function_call_output' as const, call_id: call.call_id, output: 'sunny' }
    const second = await create({ ...encrypted, input: [...input, ...sentBack(first), output], tools: [weather] })
    expect(second.output_text).toContain('get_weather answered: sunny')
  })

  it('refers to its own thoughts where they were stored', async () => {
    for (const store of [true, false]) {
      const first = await create({ input: 'Say exactly: hi', store })
      const again = create({ input: [...sentBack(first), { role: 'user', content: 'Say exactly: ho' }], store })
      if (store) expect((await again).output_text).toBe('ho')
      else await expect(again).rejects.toMatchObject({ status: 404, param: 'input' })
    }
  })

  it('calls a custom tool with a text, by force too', async () => {
    const asked: Params = { input: 'apply_patch please', tools: [patch] }
    const [, call] = (await bothWays({ ...asked, tool_choice: { type: 'custom', name: 'apply_patch' } })).output
    expect(call).toMatchObject({ type: 'custom_tool_call', name: 'apply_patch', input: expect.any(String) })
  })

  it('offers the tools that are allowed, and makes one call where parallel ones are refused', async () => {
    const tools = [weather, { ...weather, name: 'get_time', description: 'Local time' }]
    const input = 'Call get_weather and get_time for Rome'
    const names = async (params: Params) =>
      (await create({ input, tools, ...params })).output.flatMap(item =>
        item.type === 'function_call' ? item.name : [],
      )
    expect(await names({})).toEqual(['get_weather', 'get_time'])
    expect(await names({ parallel_tool_calls: false })).toHaveLength(1)
    expect(await names({ tool_choice: 'none' })).toEqual([])
    const allowed = [{ type: 'function', name: 'get_time' }]
    expect(await names({ tool_choice: { type: 'allowed_tools', mode: 'required', tools: allowed } })).toEqual([
      'get_time',
    ])
  })

  it('makes functions strict that say nothing of it, where their schemas can be', async () => {
    const parameters = { type: 'object', properties: { city: {}, unit: { type: 'string' } }, required: ['city'] }
    const asked = async (tool: object) => {
      const tools = [{ ...weather, parameters, ...tool }]
      const { output, tools: used } = await create({ input: 'weather in Oslo', tools })
      return { used: used[0], made: Object.keys(JSON.parse((output[1] as { arguments: string }).arguments) as object) }
    }
    expect(await asked({})).toMatchObject({ used: { strict: false, parameters }, made: ['city'] })
    expect(await asked({ strict: undefined })).toMatchObject({
      used: { strict: true, parameters: { additionalProperties: false, required: ['city', 'unit'] } },
      made: ['city', 'unit'],
    })
    const open = { ...parameters, additionalProperties: true }
    expect(await asked({ strict: undefined, parameters: open })).toMatchObject({ used: { strict: false } })
  })

  it('obeys schemas', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, old: { type: 'boolean' } },
      required: ['name', 'old'],
      additionalProperties: false,
    }
    const format = { type: 'json_schema' as const, name: 'person', schema, strict: true }
    const { output_text } = await bothWays({ input: 'I met Ada yesterday', text: { format } })
    expect(JSON.parse(output_text)).toEqual({ name: 'Ada', old: true })
  })

  it('ends before its model does, for tokens or a filter', async () => {
    const long = await bothWays({ model: 'gpt-4o', input: 'Count to 99', max_output_tokens: 16 })
    expect(long).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
      usage: { output_tokens: 16 },
    })
    const thinking = await bothWays({ input: 'Count to 99 #max_output_tokens' })
    expect(thinking).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
    expect(thinking.output.map(item => item.type)).toEqual(['reasoning'])
    const cut = await bothWays({ input: 'weather in Rome #max_output_tokens', tools: [weather] })
    expect(cut).toMatchObject({
      status: 'incomplete',
      output: [{}, { type: 'function_call', status: 'incomplete', arguments: '{"city"' }],
    })
    const filtered = await bothWays({ input: 'Say exactly: hi #content_filter' })
    expect(filtered).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } })
    expect(filtered.output_text).toBe('hi')
  })

  it('declines on demand', async () => {
    const declined = await bothWays({ input: 'Say exactly: I cannot. #refusal' })
    expect(declined.output[1]).toMatchObject({ content: [{ type: 'refusal', refusal: 'I cannot.' }] })
  })

  it('refuses with a status, a param and a code that the client tells', async () => {
    const refused = create({ input: [{ type: 'function_call_output', call_id: 'call_x', output: '' }] })
    await expect(refused).rejects.toBeInstanceOf(APIError)
    await expect(refused).rejects.toMatchObject({
      status: 400,
      param: 'input',
      code: null,
      type: 'invalid_request_error',
    })
    await expect(create({ input: 'hi', max_output_tokens: 1 })).rejects.toMatchObject({
      status: 400,
      param: 'max_output_tokens',
      code: 'integer_below_min_value',
    })
  })
})

describe('streamed responses', () => {
  const types = (events: readonly Event[]) =>
    events.map(({ type }) => type.replace('response.', '')).filter((type, at, all) => type !== all[at - 1])

  it('tell each item from its beginning to its end, numbered', async () => {
    const events = await streamed({ input: 'Say exactly: hello there', reasoning: { summary: 'auto' } })
    expect(types(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ])
    expect(events.map(event => event.sequence_number)).toEqual(events.map((_event, index) => index))
    expect(events[0]).toMatchObject({ response: { status: 'in_progress', output: [], usage: null } })
  })

  it.each<[string, Params, string[]]>([
    [
      'calls',
      { input: 'weather in Rome', tools: [weather] },
      ['function_call_arguments.delta', 'function_call_arguments.done'],
    ],
    [
      'custom calls',
      { input: 'apply_patch please', tools: [patch] },
      ['custom_tool_call_input.delta', 'custom_tool_call_input.done'],
    ],
    ['refusals', { input: 'No #refusal' }, ['refusal.delta', 'refusal.done']],
  ])('tell %s', async (_what, params, told) => {
    const seen = types(await streamed(params))
    expect(seen.filter(type => told.includes(type))).toEqual(told)
  })

  it('hide their lengths unless they are told not to', async () => {
    const deltas = (events: readonly Event[]) => events.filter(({ type }) => type.endsWith('.delta'))
    const hidden = deltas(await streamed({ input: 'hi' }))
    expect(hidden.every(event => 'obfuscation' in event)).toBe(true)
    const open = deltas(await streamed({ input: 'hi', stream_options: { include_obfuscation: false } }))
    expect(open.some(event => 'obfuscation' in event)).toBe(false)
  })

  it('name each event on a line of its own, without [DONE]', async () => {
    const text = await raw('Say exactly: hi')
    expect(text).toMatch(/^event: response\.created\ndata: \{"type":"response\.created","sequence_number":0,/)
    expect(text).not.toContain('[DONE]')
  })
})

async function raw(input: string): Promise<string> {
  const answer = await fetch(`${simulator.openaiBaseUrl}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.openaiKey}` },
    body: JSON.stringify({ model, input, stream: true }),
  })
  return answer.text()
}

interface Told {
  readonly type: string
  readonly sequence_number: number
  readonly response?: { readonly id: string }
}

describe('faults strike responses', () => {
  it('with an error in the stream, then the response as it failed', async () => {
    const fault = { kind: 'exception', exceptionType: 'server_error', message: 'Sorry.', afterFrames: 2 } as const
    simulator.setFaults([{ match: { operation: 'responses' }, fault }])
    const text = await raw('Count to 9')
    const events = text.split('\n\n').filter(Boolean)
    const told = events.map(event => JSON.parse(event.split('\ndata: ')[1]!) as Told)
    expect(told.map(event => event.sequence_number)).toEqual(told.map((_event, index) => index))
    expect(told.filter(({ type }) => type === 'response.output_text.delta')).toHaveLength(2)
    expect(told.at(-2)).toMatchObject({ type: 'error', code: 'server_error', message: 'Sorry.', param: null })
    expect(told.at(-2)).toMatchObject({ error: { code: 'server_error', message: 'Sorry.', param: null } })
    expect(told.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { id: told[0]?.response?.id, status: 'failed', error: { code: 'server_error' } },
    })
    await expect(streamed({ input: 'Count to 9' })).rejects.toMatchObject({ code: 'server_error' })
  })

  it('before the first words, after which a stalled stream has told none but them', async () => {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 1 } }])
    const stream = await client.responses.create({ model, input: 'Count to 9', stream: true })
    const seen: string[] = []
    for await (const { type } of stream) {
      seen.push(type)
      if (type === 'response.output_text.delta') break
    }
    expect(seen).not.toContain('response.output_text.done')
    await simulator.settled()
    expect(simulator.requests()[0]).toMatchObject({ outcome: 'closed-by-client' })
  })

  it('with an end that nothing announced', async () => {
    simulator.setFaults([{ fault: { kind: 'end-without-terminal' } }])
    const events = await streamed({ input: 'Say exactly: hi' })
    expect(events.at(-1)?.type).toBe('response.output_item.done')
  })

  it.each(['crlf', 'multi-line', 'byte-by-byte', 'unknown-event'] as const)('and leave it whole: %s', async kind => {
    simulator.setFaults([{ fault: { kind } }])
    const events = await streamed({ input: 'Say exactly: hällo' })
    const deltas = events.flatMap(event => (event.type === 'response.output_text.delta' ? event.delta : []))
    expect(deltas.join('')).toBe('hällo')
    expect(events.at(-1)?.type).toBe('response.completed')
  })
})
