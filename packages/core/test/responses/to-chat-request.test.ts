import { describe, expect, it } from 'vitest'
import { toChatRequest } from '../../src/responses/to-chat-request.ts'
import type { ResponsesRequest } from '../../src/wire/responses-request.ts'

const tools = [
  { type: 'function', name: 'f', description: null, parameters: { type: 'object' }, strict: null },
] as const

/** What asks for nothing, and what nobody knows. */
const more = { defer_loading: false, async: false, output_schema: null, allowed_callers: ['direct'], x: 1 }

const chatOf = (members: Partial<ResponsesRequest> & Readonly<Record<string, unknown>>) =>
  toChatRequest({ model: 'm', input: 'hi', ...members }).chat

describe('a request for a response as a chat', () => {
  it('has what both APIs call alike as it is', () => {
    const shared = { temperature: 0, top_p: 1, user: 'u', service_tier: 'flex', safety_identifier: 's', stop: ['x'] }
    expect(chatOf(shared)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...shared })
  })

  it.each<[Partial<ResponsesRequest>, object]>([
    [{ max_output_tokens: 5 }, { max_completion_tokens: 5 }],
    [{ reasoning: { effort: 'low', summary: 'auto' } }, { reasoning_effort: 'low' }],
    [{ reasoning: { effort: 'none' } }, { reasoning_effort: 'none' }],
    [{ text: { verbosity: 'high' } }, { verbosity: 'high' }],
    [{ text: { format: { type: 'text' } } }, {}],
    [{ text: { format: { type: 'json_object' } } }, { response_format: { type: 'json_object' } }],
    [
      { text: { format: { type: 'json_schema', name: 'p', schema: { type: 'object' }, strict: true } } },
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'p', schema: { type: 'object' }, strict: true },
        },
      },
    ],
    [{ include: ['message.output_text.logprobs'] }, { logprobs: true }],
    [
      { include: ['message.output_text.logprobs'], top_logprobs: 3 },
      { logprobs: true, top_logprobs: 3 },
    ],
    [{ include: ['reasoning.encrypted_content'], top_logprobs: 0 }, {}],
    [{ stream: true }, { stream: true, stream_options: { include_usage: true } }],
    [{ stream: false }, { stream: false }],
    [{ tools }, { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] }],
    [
      { tools: [{ type: 'custom', name: 'c', format: { type: 'grammar', definition: 'x', syntax: 'regex' } }] },
      {
        tools: [
          {
            type: 'custom',
            custom: { name: 'c', format: { type: 'grammar', grammar: { definition: 'x', syntax: 'regex' } } },
          },
        ],
      },
    ],
    [
      { tools: [{ type: 'custom', name: 'c', format: { type: 'text' } }] },
      { tools: [{ type: 'custom', custom: { name: 'c', format: { type: 'text' } } }] },
    ],
    [
      { tools: [{ ...tools[0], ...more }] },
      { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' }, x: 1 } }] },
    ],
    [{ tools: [{ type: 'custom', name: 'c', ...more }] }, { tools: [{ type: 'custom', custom: { name: 'c', x: 1 } }] }],
    [{ tools: [], parallel_tool_calls: true, tool_choice: 'auto' }, {}],
    [{ tool_choice: 'none' }, {}],
    // Who forces a tool that there is none of is told so, by whoever answers the chat.
    [{ tool_choice: 'required' }, { tool_choice: 'required' }],
    [
      { tools: [], tool_choice: { type: 'function', name: 'f' } },
      { tool_choice: { type: 'function', function: { name: 'f' } } },
    ],
    // OpenAI refuses a chat with metadata unless it is to be stored.
    [{ metadata: { team: 'a' } }, {}],
  ])('%j is %j', (members, chat) => {
    expect(chatOf(members)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...chat })
  })

  it.each<[NonNullable<ResponsesRequest['tool_choice']>, unknown]>([
    ['auto', 'auto'],
    ['required', 'required'],
    [
      { type: 'custom', name: 'c' },
      { type: 'custom', custom: { name: 'c' } },
    ],
    [
      { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
    ],
  ])('chooses %j', (choice, expected) => {
    expect(chatOf({ tools, tool_choice: choice }).tool_choice).toEqual(expected)
  })

  it('marks where the cache of a prompt ends', () => {
    const cache_control = { type: 'ephemeral' }
    const marked = { ...tools[0], cache_control }
    expect(chatOf({ tools: [marked] }).tools?.[0]).toMatchObject({ cache_control })
  })
})
