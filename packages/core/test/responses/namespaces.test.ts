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
