import { describe, expect, it } from 'vitest'
import { ownParam } from '../../src/responses/own-terms.ts'
import { ResponseBuilder } from '../../src/responses/response-builder.ts'
import { toChatRequest } from '../../src/responses/to-chat-request.ts'
import type { ResponsesRequest } from '../../src/wire/responses-request.ts'
import { chunkOf } from '../support/chunks.ts'

const tool = { type: 'function', parameters: { type: 'object' } } as const
const request: ResponsesRequest = {
  model: 'm',
  instructions: 'be brief',
  input: [
    { role: 'user', content: 'hi' },
    { type: 'function_call', call_id: 'c1', namespace: 'crm', name: 'find', arguments: '{}' },
    { type: 'custom_tool_call', call_id: 'c2', namespace: 'crm', name: 'write', input: 'x' },
    { type: 'function_call', call_id: 'c3', name: 'find', arguments: '{}' },
  ],
  tools: [
    {
      type: 'namespace',
      name: 'crm',
      description: 'Customers.',
      tools: [
        { ...tool, name: 'find', description: 'Finds one.' },
        { type: 'custom', name: 'write' },
      ],
    },
    { ...tool, name: 'find' },
    { type: 'namespace', name: 'mail', tools: [{ ...tool, name: 'send' }] },
  ],
}

describe('tools of a namespace', () => {
  const { chat, origins, toolOrigins } = toChatRequest(request)

  it('stand in the chat under both names, as do their calls; what the namespace says of itself is told', () => {
    expect(chat.tools).toEqual([
      { type: 'function', function: { name: 'crm__find', description: 'Finds one.', parameters: { type: 'object' } } },
      { type: 'custom', custom: { name: 'crm__write' } },
      { type: 'function', function: { name: 'find', parameters: { type: 'object' } } },
      { type: 'function', function: { name: 'mail__send', parameters: { type: 'object' } } },
    ])
    expect(chat.messages).toMatchObject([
      { role: 'system', content: 'be brief' },
      { role: 'system', content: 'The tools whose names begin with crm__: Customers.' },
      { role: 'user' },
      {
        tool_calls: [
          { function: { name: 'crm__find' } },
          { custom: { name: 'crm__write' } },
          { function: { name: 'find' } },
        ],
      },
    ])
  })

  it.each([
    ['tools[0].function.name', 'tools[0].tools[0].name'],
    ['tools[1].custom.format.grammar.definition', 'tools[0].tools[1].format.definition'],
    ['tools[2].function.parameters', 'tools[1].parameters'],
    ['tools[3].function.name', 'tools[2].tools[0].name'],
    ['tools[9].function.name', 'tools[9].name'],
    ['messages[1].content', 'tools'],
  ])('%s is %s to the caller', (param, own) => {
    expect(ownParam(param, origins, toolOrigins)).toBe(own)
  })

  it.each([
    ['crm__find', { namespace: 'crm', name: 'find' }],
    ['find', { name: 'find' }],
    ['mail__other', { name: 'mail__other' }],
  ])('are told apart where the model calls %s', (name, told) => {
    const events: { readonly type: string; readonly name?: string }[] = []
    const tell = (type: string, members: object) => events.push({ type, ...members })
    const builder = new ResponseBuilder({ request, callId: 'c', tell })
    builder.add(
      chunkOf({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name, arguments: '{}' } }] }),
    )
    const [item] = builder.end().output
    const members = { type: 'function_call', status: 'completed', call_id: 'c1', arguments: '{}', ...told }
    expect(item).toEqual({ id: expect.any(String), ...members })
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'response.output_item.added', item: expect.objectContaining(told) }),
    )
    expect(events.find(event => event.type === 'response.function_call_arguments.done')?.name).toBe(told.name)
  })
})

it('keeps what a client tells OpenAI of itself from chats, which have no place for it', () => {
  const chat = toChatRequest({ model: 'm', input: 'hi', client_metadata: { thread_id: 't' } } as ResponsesRequest).chat
  expect(chat).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] })
})

describe('tools that come in the conversation', () => {
  const find = { ...tool, name: 'find' }
  const search = {
    type: 'tool_search',
    execution: 'client',
    description: 'Looks.',
    parameters: tool.parameters,
  } as const
  const looking: ResponsesRequest = {
    input: [
      { type: 'additional_tools', role: 'developer', tools: [search] },
      { type: 'tool_search_call', call_id: 'c1', execution: 'client', arguments: { query: 'x' } },
      { type: 'tool_search_output', call_id: 'c1', tools: [find, { type: 'namespace', name: 'crm', tools: [find] }] },
      { type: 'tool_search_call', call_id: 'c2', execution: 'client', arguments: 'x' },
      { type: 'tool_search_output', call_id: 'c2', tools: [find] },
      { type: 'tool_search_call', call_id: 'c3', execution: 'client', arguments: {} },
      { type: 'tool_search_output', call_id: 'c3', tools: [] },
    ],
  }
  const { chat, toolOrigins, origins } = toChatRequest(looking)

  it('are offered once, and the model is told which were found', () => {
    expect(chat.tools?.map(each => each.type === 'function' && each.function.name)).toEqual([
      'tool_search',
      'find',
      'crm__find',
    ])
    expect(toolOrigins).toEqual(['input[0].tools[0]', 'input[2].tools[0]', 'input[2].tools[1].tools[0]'])
    expect(chat.messages).toMatchObject([
      { tool_calls: [{ id: 'c1', function: { name: 'tool_search', arguments: '{"query":"x"}' } }] },
      { role: 'tool', tool_call_id: 'c1', content: 'find, crm__find' },
      { tool_calls: [{ id: 'c2', function: { name: 'tool_search', arguments: '"x"' } }] },
      { role: 'tool', tool_call_id: 'c2', content: 'find' },
      { tool_calls: [{ id: 'c3' }] },
      { role: 'tool', tool_call_id: 'c3', content: 'no tool was found' },
    ])
    expect(ownParam('messages[0].tool_calls[0].id', origins)).toBe('input[1].call_id')
  })

  it.each([
    ['{"query":"x"}', { query: 'x' }],
    ['{"que', '{"que'],
    ['', {}],
  ])('are looked for with %s', (text, told) => {
    const types: string[] = []
    const builder = new ResponseBuilder({ request: looking, callId: 'c', tell: type => types.push(type) })
    const called = { name: 'tool_search', arguments: text }
    builder.add(chunkOf({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: called }] }))
    const members = {
      type: 'tool_search_call',
      status: 'completed',
      call_id: 'c1',
      execution: 'client',
      arguments: told,
    }
    expect(builder.end().output).toEqual([{ id: expect.any(String), ...members }])
    expect(types.slice(2)).toEqual(['response.output_item.added', 'response.output_item.done', 'response.completed'])
  })
})
