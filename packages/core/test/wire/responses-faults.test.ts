import { describe, expect, it } from 'vitest'
import { responsesFaults } from '../../src/wire/responses-faults.ts'

const user = { role: 'user', content: 'hi' }
const tool = { type: 'function', name: 'f', parameters: {} }
const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' }
const document = { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' }

const ask = (parts: unknown) => ({ input: [{ role: 'user', content: parts }] })

describe('the faults of a request for a response', () => {
  it.each<[string, object]>([
    ['a text', { input: 'hi' }],
    ['an empty text, as chats take it', { input: '' }],
    ['nulls for all that may be left out', { ...nulls(), input: 'hi' }],
    ['what asks for nothing to be kept', { input: 'hi', store: false, background: false, truncation: 'disabled' }],
    [
      'items of an answer as they came',
      { input: [user, { id: null, status: null, phase: null, type: 'message', role: 'assistant', content: [] }] },
    ],
    [
      'reasoning of another API',
      { input: [user, { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' }] },
    ],
    [
      'results with pictures and files',
      { input: [user, call, { type: 'function_call_output', call_id: 'c1', output: [picture(), document] }] },
    ],
    ['a grammar', { input: 'hi', tools: [custom({ type: 'grammar', definition: 'start: "a"', syntax: 'lark' })] }],
    [
      'members of tools that ask for nothing',
      {
        input: 'hi',
        tools: [
          { ...tool, defer_loading: false, async: false, output_schema: null, allowed_callers: ['direct'] },
          { ...custom({ type: 'text' }), defer_loading: null, async: null, allowed_callers: null, frobnicate: true },
        ],
      },
    ],
    ...[[tool], [{ ...tool, defer_loading: true }], [{ type: 'namespace', name: 'crm', tools: [tool] }]].map(
      (tools): [string, object] => [
        `tools that were found, ${JSON.stringify(tools)}`,
        { input: [user, { type: 'tool_search_output', call_id: 'c1', execution: 'client', tools }] },
      ],
    ),
    ['members that nobody knows', { input: 'hi', frobnicate: true }],
    ['one answer', { input: 'hi', n: 1, modalities: ['text'] }],
  ])('are none in %s', (_what, body) => {
    expect(responsesFaults({ model: 'm', ...body })).toEqual([])
  })

  it.each<[object, string, string]>([
    [{}, 'input', '`input` is missing; it must be a string or an array.'],
    [{ input: null }, 'input', '`input` must be a string or an array, got null.'],
    [{ input: [] }, 'input', '`input` must not be empty.'],
    [{ input: ['hi'] }, 'input[0]', '`input[0]` must be an object, got a string.'],
    [
      { input: [{ type: null, ...user }] },
      'input[0].type',
      '`input[0].type` must be one of message, function_call, function_call_output, custom_tool_call_output, custom_tool_call, tool_search_call, tool_search_output, additional_tools, reasoning, got null.',
    ],
    [
      { input: [{ role: 'tool', tool_call_id: 'c1', content: 'x' }] },
      'input[0].role',
      "What a tool gave is { type: 'function_call_output', call_id, output }.",
    ],
    [ask([{ type: 'text', text: 'hi' }]), 'input[0].content[0].type', "A text is { type: 'input_text', text }."],
    [
      ask([{ type: 'input_file', file_url: 'https://example.com/a.pdf' }]),
      'input[0].content[0].file_url',
      '`input[0].content[0].file_url` is not fetched here; send the file in `file_data`.',
    ],
    [
      { input: 'hi', tools: [{ type: 'function', function: { name: 'f' } }] },
      'tools[0].name',
      "A tool is { type: 'function', name, description, parameters }.",
    ],
    [{ input: 'hi', tools: [{ ...tool, strict: 'yes' }] }, 'tools[0].strict', 'must be true or false'],
    [
      { input: 'hi', tools: [tool, { ...tool, defer_loading: true }] },
      'tools[1].defer_loading',
      '`tools[1].defer_loading` is not served: the model is shown every tool at once; leave it out or send false.',
    ],
    [{ input: 'hi', tools: [{ ...tool, async: true }] }, 'tools[0].async', 'leave it out or send false'],
    [
      { input: 'hi', tools: [{ ...tool, output_schema: { type: 'object' } }] },
      'tools[0].output_schema',
      '`tools[0].output_schema` is not served: a chat cannot say it; describe the output in `description`.',
    ],
    [
      { input: 'hi', tools: [{ ...tool, allowed_callers: ['programmatic'] }] },
      'tools[0].allowed_callers',
      "leave it out or send ['direct']",
    ],
    [
      { input: 'hi', tools: [{ type: 'custom', name: 'c', defer_loading: true }] },
      'tools[0].defer_loading',
      'leave it out or send false',
    ],
    [{ input: 'hi', tools: [custom({ type: 'grammar' })] }, 'tools[0].format.definition', 'is missing'],
    [
      { input: 'hi', tools: [tool], tool_choice: { type: 'function', function: { name: 'f' } } },
      'tool_choice.name',
      "A choice is { type: 'function', name }.",
    ],
    [
      { input: 'hi', text: { format: { type: 'json_schema', json_schema: { name: 'p', schema: {} } } } },
      'text.format.name',
      "A form is { type: 'json_schema', name, schema }.",
    ],
    [{ input: 'hi', store: 'yes' }, 'store', '`store` must be true or false'],
    [{ input: 'hi', background: 'yes' }, 'background', '`background` must be true or false'],
    [{ input: 'hi', truncation: 'much' }, 'truncation', "'much' is not a truncation"],
    [{ messages: [user] }, 'messages', "`messages` is not served: that is a chat's; send `input`."],
    [{ input: 'hi', max_tokens: 3 }, 'max_tokens', 'send `max_output_tokens`'],
    [{ input: 'hi', max_completion_tokens: 3 }, 'max_completion_tokens', 'send `max_output_tokens`'],
    [{ input: 'hi', response_format: { type: 'json_object' } }, 'response_format', 'send `text.format`'],
    [{ input: 'hi', reasoning_effort: 'low' }, 'reasoning_effort', 'send `reasoning.effort`'],
    [{ input: 'hi', verbosity: 'low' }, 'verbosity', 'send `text.verbosity`'],
    [{ input: 'hi', logprobs: true }, 'logprobs', "send `include: ['message.output_text.logprobs']`"],
    [{ input: 'hi', functions: [{ name: 'f' }] }, 'functions', 'send `tools`'],
    [{ input: 'hi', function_call: 'auto' }, 'function_call', 'send `tool_choice`'],
    [{ input: 'hi', n: 2 }, 'n', 'a response is one answer'],
    [{ input: 'hi', modalities: ['text', 'audio'] }, 'modalities', 'a response is text'],
    [{ input: 'hi', audio: { voice: 'alloy', format: 'mp3' } }, 'audio', 'a response is text'],
  ])('name what is wrong with %j', (body, param, words) => {
    const [fault] = responsesFaults({ model: 'm', ...body })
    expect(fault).toMatchObject({ param, message: expect.stringContaining(words) })
  })

  it('quote nothing of what was said', () => {
    const secret = 'my dear diary'
    const bodies = [
      { input: [secret] },
      ask([{ type: 'input_text', text: { secret } }]),
      { input: 'hi', instructions: [secret] },
    ]
    for (const body of bodies) expect(JSON.stringify(responsesFaults(body))).not.toContain(secret)
  })
})

function nulls(): object {
  const names =
    'instructions stream stream_options max_output_tokens max_tool_calls text reasoning tools tool_choice parallel_tool_calls include top_logprobs temperature top_p metadata user previous_response_id conversation store background prompt context_management truncation messages max_tokens n logprobs'
  return Object.fromEntries(names.split(' ').map(name => [name, null]))
}

function picture(): object {
  return { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' }
}

function custom(format: object): object {
  return { type: 'custom', name: 'c', format }
}
