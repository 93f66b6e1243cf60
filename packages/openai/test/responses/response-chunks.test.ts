import { createAccumulator } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { ResponseChunks } from '../../src/responses/response-chunks.ts'
import type { OutputItem, ResponseEvent, ResponseObject } from '../../src/responses/responses-wire.ts'
import { toCompletion } from '../../src/responses/to-completion.ts'

const head = { object: 'response', id: 'resp_1', created_at: 7, model: 'gpt-6.1-sol-2026-09-29' }
const usage = {
  input_tokens: 20,
  input_tokens_details: { cached_tokens: 10, cache_write_tokens: 4 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 29,
}
const citation = { type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 0, end_index: 2 }

const thought: OutputItem = { type: 'reasoning', summary: [{ text: 'I ' }, { text: 'think.' }] }
const said: OutputItem = {
  type: 'message',
  content: [{ type: 'output_text', text: 'It is 9.', annotations: [citation] }],
}
const saidMore: OutputItem = { type: 'message', content: [{ type: 'output_text', text: 'Bye.' }] }
const refused: OutputItem = { type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }
const called: OutputItem = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' }
const ran: OutputItem = { type: 'custom_tool_call', call_id: 'call_2', name: 'run', input: 'ls -l' }
const searched: OutputItem = { type: 'web_search_call' }

/** As OpenAI streams it, text in two pieces. */
function eventsOf(response: ResponseObject, hasDeltas = true): ResponseEvent[] {
  const items = (response.output ?? []).flatMap((item, output_index): ResponseEvent[] => [
    { type: 'response.output_item.added', output_index, item: { ...item, arguments: '', input: '', content: [] } },
    ...(hasDeltas || !item.call_id ? deltasOf(item).map(event => ({ ...event, output_index })) : []),
    { type: 'response.output_item.done', output_index, item },
  ])
  return [
    { type: 'response.created', response: { ...head, status: 'in_progress' } },
    { type: 'response.in_progress', response: { ...head, status: 'in_progress' } },
    ...items,
    { type: `response.${response.status}`, response },
  ]
}

function deltasOf({ type, content, summary = [], arguments: json = '', input = '' }: OutputItem): ResponseEvent[] {
  const pieces = (text: string, event: string): ResponseEvent[] =>
    [text.slice(0, 3), text.slice(3)].map(delta => ({ type: event, delta }))
  if (type === 'function_call') return pieces(json, 'response.function_call_arguments.delta')
  if (type === 'custom_tool_call') return pieces(input, 'response.custom_tool_call_input.delta')
  return [
    ...(summary ?? []).flatMap(({ text = '' }, summary_index) =>
      pieces(text, 'response.reasoning_summary_text.delta').map(event => ({ ...event, summary_index })),
    ),
    ...(content ?? []).flatMap(({ text, refusal, annotations = [] }) => [
      ...(text === undefined
        ? pieces(refusal ?? '', 'response.refusal.delta')
        : pieces(text, 'response.output_text.delta')),
      ...(annotations ?? []).map(annotation => ({ type: 'response.output_text.annotation.added', annotation })),
    ]),
  ]
}

const url_citation = { url: 'https://a.test', title: 'A', start_index: 0, end_index: 2 }
const weather = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }
const run = { id: 'call_2', type: 'custom', custom: { name: 'run', input: 'ls -l' } }

const answers: readonly (readonly [what: string, response: ResponseObject, message: object, finish: string])[] = [
  [
    'text, with its sources',
    { status: 'completed', output: [said] },
    { content: 'It is 9.', annotations: [{ type: 'url_citation', url_citation }] },
    'stop',
  ],
  [
    'several messages',
    { status: 'completed', output: [saidMore, searched, saidMore] },
    { content: 'Bye.\n\nBye.' },
    'stop',
  ],
  ['a refusal', { status: 'completed', output: [refused] }, { content: null, refusal: 'No.' }, 'stop'],
  [
    'calls',
    { status: 'completed', output: [called, ran] },
    { content: null, tool_calls: [weather, run] },
    'tool_calls',
  ],
  [
    'text and a call',
    { status: 'completed', output: [saidMore, called] },
    { content: 'Bye.', tool_calls: [weather] },
    'tool_calls',
  ],
  [
    'what was thought',
    { status: 'completed', output: [thought, saidMore] },
    { content: 'Bye.', reasoning_content: 'I \n\nthink.' },
    'stop',
  ],
  [
    'what was cut by its cap',
    { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [saidMore] },
    { content: 'Bye.' },
    'length',
  ],
  [
    'what was filtered',
    { status: 'incomplete', incomplete_details: { reason: 'content_filter' }, output: [] },
    { content: '' },
    'content_filter',
  ],
]

const chatUsage = {
  prompt_tokens: 20,
  prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 4 },
  completion_tokens: 9,
  completion_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 29,
}

describe.each(answers)('a response that is %s', (_, response, message, finish_reason) => {
  const whole = { ...head, usage, service_tier: 'default', ...response }
  const expected = {
    id: 'resp_1',
    created: 7,
    model: head.model,
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
    usage: chatUsage,
    service_tier: 'default',
  }

  it('is a completion', () => {
    expect(toCompletion(whole)).toMatchObject({ object: 'chat.completion', ...expected })
  })

  it.each([true, false])('is chunks that add up to the same, calls in pieces: %s', hasDeltas => {
    const chunks = new ResponseChunks({ model: 'fast', includeUsage: true })
    const all = eventsOf(whole, hasDeltas).flatMap(event => chunks.translate(event))
    expect(all.map(({ choices: [choice] }) => choice?.delta.role).filter(Boolean)).toEqual(['assistant'])
    expect(all.map(({ choices: [choice] }) => choice?.finish_reason).filter(Boolean)).toEqual([finish_reason])
    expect(all.at(-1)).toMatchObject({ choices: [], usage: chatUsage })
    expect(all.slice(0, -1).every(chunk => chunk.usage === null)).toBe(true)
    const accumulator = createAccumulator()
    for (const chunk of all) accumulator.add(chunk)
    if (finish_reason !== 'content_filter') expect(accumulator.completion()).toMatchObject(expected)
    expect(chunks.facts).toMatchObject({
      terminal: true,
      finishReason: finish_reason,
      usage: chatUsage,
      responseId: 'resp_1',
    })
  })
})

describe('an answer that is odd', () => {
  const empty: OutputItem = { type: 'message', content: [{ type: 'output_text', text: '' }] }
  const odd: readonly (readonly [what: string, output: OutputItem[] | null, content: string | null])[] = [
    ['nothing', null, ''],
    ['null among its items', [null, saidMore] as unknown[] as OutputItem[], 'Bye.'],
    [
      'lists that are null',
      [{ type: 'reasoning', summary: null }, { type: 'message', content: null }, saidMore],
      'Bye.',
    ],
    ['an empty message before another', [empty, saidMore], 'Bye.'],
    ['a refusal behind a text', [saidMore, refused], 'Bye.'],
  ]
  it.each(odd)('as %s is the same, whole and in chunks', (_, output, content) => {
    const response = { ...head, status: 'completed', output }
    const sound = { ...response, output: (output ?? []).filter(Boolean) }
    const chunks = new ResponseChunks({ model: 'fast', includeUsage: false })
    const all = eventsOf(sound).flatMap(event => chunks.translate(event))
    expect(toCompletion(response).choices[0]?.message.content).toBe(content)
    expect(all.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('')).toBe(content)
  })

  it('as a message that comes at once is said, too', () => {
    const chunks = new ResponseChunks({ model: 'fast', includeUsage: false })
    const item = { type: 'response.output_item.done', output_index: 0, item: saidMore }
    expect(chunks.translate(item)).toMatchObject([{ choices: [{ delta: { content: 'Bye.' } }] }])
    expect(chunks.translate({ type: 'response.output_item.added', item: null })).toEqual([])
  })

  it('as one whose tier is known at its end tells that', () => {
    const chunks = new ResponseChunks({ model: 'fast', includeUsage: true })
    chunks.translate({ type: 'response.in_progress', response: { ...head, service_tier: 'auto' } })
    const last = chunks.translate({ type: 'response.completed', response: { ...head, usage, service_tier: 'default' } })
    expect(last.map(({ id, service_tier: tier }) => [id, tier])).toEqual([
      ['resp_1', 'default'],
      ['resp_1', 'default'],
    ])
  })
})

describe('a streamed response', () => {
  it('says nothing before its first words, and nothing after its end', () => {
    const chunks = new ResponseChunks({ model: 'fast', includeUsage: false })
    const [created, ...rest] = eventsOf({ ...head, usage, status: 'completed', output: [saidMore] })
    expect(chunks.translate(created!)).toEqual([])
    const all = rest.flatMap(event => chunks.translate(event))
    expect(all.map(({ usage: told }) => told)).toEqual(all.map(() => undefined))
    expect(chunks.translate({ type: 'response.output_text.delta', delta: 'more' })).toEqual([])
  })

  it('knows about how much passed, where its end never comes', () => {
    const chunks = new ResponseChunks({ model: 'fast', includeUsage: false })
    chunks.translate({ type: 'response.output_text.delta', delta: 'x'.repeat(360) })
    expect(chunks.facts.completionTokensPassed?.()).toBe(100)
    expect(chunks.facts).toMatchObject({ terminal: false })
  })
})
