import { describe, expect, it } from 'vitest'
import { chatFaults } from '../../src/wire/request-schemas.ts'
import { checkChatRequest, checkEmbeddingsRequest } from '../../src/wire/validate-request.ts'

const user = { role: 'user', content: 'hi' }
const chat = (edits: object): object => ({ model: 'fast', messages: [user], ...edits })
const withMessage = (message: unknown): object => chat({ messages: [user, message] })
const withCall = (call: unknown): object => withMessage({ role: 'assistant', content: null, tool_calls: [call] })
const called = { name: 'f', arguments: '{}' }

describe('checkChatRequest', async () => {
  it.each([
    ['a plain chat', chat({})],
    ['no model, which the caller decides about', { messages: [user] }],
    [
      'every role',
      chat({
        messages: [
          { role: 'system', content: 's' },
          { role: 'developer', content: [{ type: 'text', text: 'd' }] },
          {
            role: 'user',
            content: [
              { type: 'text', text: '' },
              { type: 'image_url', image_url: { url: 'https://x/y.png' } },
            ],
          },
          { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: called }] },
          { role: 'tool', tool_call_id: 'c', content: '' },
          { role: 'assistant', content: null, function_call: called, tool_calls: null },
          { role: 'function', name: 'f', content: null },
          {
            role: 'assistant',
            content: '',
            reasoning_content: 'r',
            thinking_blocks: [{ type: 'thinking', thinking: 't' }],
          },
        ],
      }),
    ],
    [
      'zero, false, empty and null',
      chat({
        temperature: 0,
        top_p: 0,
        seed: 0,
        top_logprobs: 0,
        presence_penalty: 0,
        stream: false,
        store: false,
        user: '',
        n: null,
        max_tokens: null,
        stop: null,
        tools: null,
        stream_options: null,
        response_format: null,
        logit_bias: null,
      }),
    ],
    ['seeds of 64 bits', chat({ seed: Number('9223372036854775807') })],
    ['undefined members, as code writes them', chat({ temperature: undefined, tools: undefined, stream: undefined })],
    ['unknown fields anywhere', chat({ top_k: 5, thinking: { type: 'enabled' }, messages: [{ ...user, extra: 1 }] })],
    [
      'unknown kinds of part, tool and format',
      chat({
        messages: [{ role: 'user', content: [{ type: 'video_url', video_url: {} }] }],
        tools: [{ type: 'web_search' }],
        response_format: { type: 'grammar', grammar: 'x' },
      }),
    ],
    [
      'tools of both kinds',
      chat({
        tools: [
          { type: 'function', function: { name: 'f', parameters: { type: 'object' }, strict: null } },
          { type: 'custom', custom: { name: 'c' } },
        ],
        tool_choice: { type: 'function', function: { name: 'f' } },
      }),
    ],
    ['a part type named like an Object member', withMessage({ role: 'user', content: [{ type: 'constructor' }] })],
  ])('passes %s', async (_, request) => {
    expect(await checkChatRequest(request)).toEqual([])
  })

  it('leaves the value as it is, frozen or not', async () => {
    const request = Object.freeze(chat({ unknown: Object.freeze({ a: 1 }) }))
    const before = JSON.stringify(request)
    expect(await checkChatRequest(request)).toEqual([])
    expect(JSON.stringify(request)).toBe(before)
  })

  const faults: [object, string, string][] = [
    [{ model: 'm' }, 'messages', '`messages` is missing; it must be an array.'],
    [chat({ model: '' }), 'model', '`model` must not be empty.'],
    [chat({ model: 5 }), 'model', '`model` must be a string, got 5.'],
    [chat({ model: null }), 'model', '`model` must be a string, got null.'],
    [chat({ messages: [] }), 'messages', '`messages` must not be empty.'],
    [chat({ messages: 'hello' }), 'messages', '`messages` must be an array, got a string.'],
    [chat({ messages: ['hello'] }), 'messages[0]', '`messages[0]` must be an object, got a string.'],
    [
      withMessage({ role: 'robot', content: 'x' }),
      'messages[1].role',
      "`messages[1].role`: 'robot' is not a role; use one of system, developer, user, assistant, tool, function.",
    ],
    [
      withMessage({ content: 'x' }),
      'messages[1].role',
      '`messages[1].role` is missing; use one of system, developer, user, assistant, tool, function.',
    ],
    [
      withMessage({ role: 7 }),
      'messages[1].role',
      '`messages[1].role` must be one of system, developer, user, assistant, tool, function, got 7.',
    ],
    [
      withMessage({ role: 'user' }),
      'messages[1].content',
      '`messages[1].content` is missing; it must be a string or an array.',
    ],
    [
      withMessage({ role: 'user', content: null }),
      'messages[1].content',
      '`messages[1].content` must be a string or an array, got null.',
    ],
    [
      withMessage({ role: 'user', content: {} }),
      'messages[1].content',
      '`messages[1].content` must be a string or an array, got an object.',
    ],
    [
      withMessage({ role: 'user', content: ['x'] }),
      'messages[1].content[0]',
      '`messages[1].content[0]` must be an object, got a string.',
    ],
    [
      withMessage({ role: 'user', content: [{ text: 'x' }] }),
      'messages[1].content[0].type',
      '`messages[1].content[0].type` is missing; it must be a string.',
    ],
    [
      withMessage({ role: 'user', content: [{ type: 'text' }] }),
      'messages[1].content[0].text',
      "`messages[1].content[0].text` is missing; an object of type 'text' must have it.",
    ],
    [
      withMessage({ role: 'user', content: [{ type: 'text', text: undefined }] }),
      'messages[1].content[0].text',
      "`messages[1].content[0].text` is missing; an object of type 'text' must have it.",
    ],
    [
      withMessage({ role: 'user', content: [{ type: 'image_url', image_url: 'https://x' }] }),
      'messages[1].content[0].image_url',
      "`messages[1].content[0].image_url` must be an object, got a string. A picture is { type: 'image_url', image_url: { url } }.",
    ],
    [
      withMessage({ role: 'assistant', content: 3 }),
      'messages[1].content',
      '`messages[1].content` must be a string or an array, got a number.',
    ],
    [
      withMessage({ role: 'tool', content: 'x' }),
      'messages[1].tool_call_id',
      '`messages[1].tool_call_id` is missing; it must be a string.',
    ],
    [
      withMessage({ role: 'function', content: 'x' }),
      'messages[1].name',
      '`messages[1].name` is missing; it must be a string.',
    ],
    [
      withCall({ id: 'c', type: 'function' }),
      'messages[1].tool_calls[0].function',
      "`messages[1].tool_calls[0].function` is missing; an object of type 'function' must have it.",
    ],
    [
      withCall({ id: 'c', type: 'tool', function: called }),
      'messages[1].tool_calls[0].type',
      "`messages[1].tool_calls[0].type`: 'tool' is not a type; use one of function, custom.",
    ],
    [
      withCall({ type: 'function', function: called }),
      'messages[1].tool_calls[0].id',
      '`messages[1].tool_calls[0].id` is missing; it must be a string.',
    ],
    [
      withCall({ id: 'c', type: 'function', function: { name: 'f', arguments: {} } }),
      'messages[1].tool_calls[0].function.arguments',
      '`messages[1].tool_calls[0].function.arguments` must be a string, got an object.',
    ],
    [chat({ temperature: 'hot' }), 'temperature', '`temperature` must be a number, got the string "hot".'],
    [chat({ top_p: [] }), 'top_p', '`top_p` must be a number, got an empty array.'],
    [chat({ stream: 'true' }), 'stream', '`stream` must be true or false, got the string "true".'],
    [chat({ stream_options: true }), 'stream_options', '`stream_options` must be an object, got true.'],
    [
      chat({ stream_options: { include_usage: 1 } }),
      'stream_options.include_usage',
      '`stream_options.include_usage` must be true or false, got 1.',
    ],
    [chat({ n: 0 }), 'n', '`n` must be at least 1, got 0.'],
    [chat({ n: 129 }), 'n', '`n` must be at most 128, got 129.'],
    [chat({ n: 1.5 }), 'n', '`n` must be a whole number, got 1.5.'],
    [chat({ seed: 1.5 }), 'seed', '`seed` must be a whole number.'],
    [chat({ max_tokens: 0 }), 'max_tokens', '`max_tokens` must be at least 1, got 0.'],
    [
      chat({ max_completion_tokens: '100' }),
      'max_completion_tokens',
      '`max_completion_tokens` must be a number, got the string "100".',
    ],
    [chat({ stop: 3 }), 'stop', '`stop` must be a string or an array, got 3.'],
    [chat({ stop: ['a', 3] }), 'stop[1]', '`stop[1]` must be a string, got 3.'],
    [chat({ tools: {} }), 'tools', '`tools` must be an array, got an object.'],
    [
      chat({ tools: [{ type: 'function' }] }),
      'tools[0].function',
      "`tools[0].function` is missing; an object of type 'function' must have it. A tool is { type: 'function', function: { name, description, parameters } }.",
    ],
    [
      chat({ tools: [{ function: { name: 'f' } }] }),
      'tools[0].type',
      "`tools[0].type` is missing; it must be a string. A tool is { type: 'function', function: { name, description, parameters } }.",
    ],
    [
      chat({ tools: [{ type: 'function', function: { name: '' } }] }),
      'tools[0].function.name',
      '`tools[0].function.name` must not be empty.',
    ],
    [
      chat({ tools: [{ type: 'function', function: { name: 'f', parameters: 'none' } }] }),
      'tools[0].function.parameters',
      '`tools[0].function.parameters` must be an object, got the string "none".',
    ],
    [
      chat({ tool_choice: 'any' }),
      'tool_choice',
      "`tool_choice` must be 'none', 'auto', 'required' or an object, got the string \"any\".",
    ],
    [
      chat({ response_format: { type: 'json_schema' } }),
      'response_format.json_schema',
      "`response_format.json_schema` is missing; an object of type 'json_schema' must have it.",
    ],
    [
      chat({ response_format: 'json' }),
      'response_format',
      '`response_format` must be an object, got the string "json".',
    ],
    [chat({ logprobs: 5 }), 'logprobs', '`logprobs` must be true or false, got 5.'],
    [chat({ temperature: Number.POSITIVE_INFINITY }), 'temperature', '`temperature` must be a number, got Infinity.'],
    [[], '', 'The request body must be an object, got an empty array.'],
  ]

  it.each(faults)('%j is refused at %s', async (request, param, message) => {
    expect(await checkChatRequest(request)).toEqual([{ param, message }])
  })

  it('says the same after its schema was compiled', () => {
    for (let checks = 0; checks < 200; checks++) expect(chatFaults(chat({}))).toEqual([])
    for (const [request, param, message] of faults) expect(chatFaults(request)).toEqual([{ param, message }])
  })

  it('answers at once where nothing must be told, and once schemas are loaded', async () => {
    expect(checkChatRequest(chat({}))).toEqual([])
    expect(checkEmbeddingsRequest({ input: 'x' })).toEqual([])
    await checkChatRequest(chat({ tools: [] }))
    expect(checkChatRequest(chat({ n: 0 }))).toHaveLength(1)
    expect(checkEmbeddingsRequest({ input: '' })).toHaveLength(1)
  })

  it('names several faults, but not hundreds', async () => {
    expect((await checkChatRequest(chat({ temperature: 'hot', n: 0, stream: 1 }))).map(fault => fault.param)).toEqual([
      'stream',
      'n',
      'temperature',
    ])
    expect(await checkChatRequest(chat({ messages: Array.from({ length: 500 }, () => 1) }))).toHaveLength(10)
  })

  it('quotes no text of messages, and other strings only up to 60 characters', async () => {
    const secret = 'the launch code is 0000'
    const requests = [
      chat({ messages: secret }),
      chat({ messages: [secret] }),
      withMessage({ role: 'user', content: [secret] }),
      withMessage({ role: 'user', content: [{ type: 'image_url', image_url: secret }] }),
    ]
    for (const request of requests) expect(JSON.stringify(await checkChatRequest(request))).not.toContain('launch')
    const [fault] = await checkChatRequest(chat({ temperature: 'x'.repeat(5000) }))
    expect(fault?.message).toBe(`\`temperature\` must be a number, got the string "${'x'.repeat(57)}…".`)
    const [role] = await checkChatRequest(withMessage({ role: 'r'.repeat(5000) }))
    expect(role?.message.length).toBeLessThan(200)
  })
})

describe('checkEmbeddingsRequest', async () => {
  const kinds = 'must hold non-empty strings, token ids or arrays of token ids, and only one of these; item'
  it.each([['a'], [['a', 'b']], [[1, 2, 3]], [[[1], [2, 3]]]])('passes the input %j', async input => {
    expect(
      await checkEmbeddingsRequest({ model: 'e', input, dimensions: null, encoding_format: 'base64', extra: 1 }),
    ).toEqual([])
  })

  it.each([
    [{ model: 'e' }, 'input', '`input` is missing; it must be a string or an array.'],
    [{ input: '' }, 'input', '`input` must not be empty.'],
    [{ input: [] }, 'input', '`input` must not be empty.'],
    [{ input: null }, 'input', '`input` must be a string, an array of strings or an array of token ids.'],
    [{ input: ['a', ''] }, 'input', `\`input\` ${kinds} 1 does not fit.`],
    [{ input: ['a', 1] }, 'input', `\`input\` ${kinds} 1 does not fit.`],
    [{ input: [1, 1.5] }, 'input', `\`input\` ${kinds} 1 does not fit.`],
    [{ input: [{}] }, 'input', `\`input\` ${kinds} 0 does not fit.`],
    [{ input: [[1], []] }, 'input', `\`input\` ${kinds} 1 does not fit.`],
    [{ input: 'a', model: '' }, 'model', '`model` must not be empty.'],
    [{ input: 'a', dimensions: 0 }, 'dimensions', '`dimensions` must be at least 1, got 0.'],
    [
      { input: 'a', encoding_format: 'hex' },
      'encoding_format',
      "`encoding_format`: 'hex' is not an encoding format; use one of float, base64.",
    ],
    [{ input: 'a', user: 1 }, 'user', '`user` must be a string, got 1.'],
  ])('%j is refused at %s', async (request, param, message) => {
    expect(await checkEmbeddingsRequest(request)).toEqual([{ param, message }])
  })
})
