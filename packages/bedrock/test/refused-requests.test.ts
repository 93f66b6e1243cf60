import { type GatewayError, isGatewayError } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { toConverseRequest } from '../src/request/converse-request.ts'

const model = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const user = { role: 'user', content: 'a' }
const f = { type: 'function', function: { name: 'f' } }
const call = { id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }

/** The error of a request as JSON may bring it, which its type would not allow. */
function refusalOf(more: object): GatewayError {
  try {
    toConverseRequest({ model, messages: [user], ...more } as never, capabilitiesOf(model), new Set())
  } catch (error) {
    if (isGatewayError(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const part = (content: unknown, role = 'user') => ({ messages: [{ role, content: [content] }] })
const assistant = (more: object) => ({ messages: [user, { role: 'assistant', content: 'b', ...more }, user] })
const wanted = 'the array that the answer came with'

describe('what Bedrock cannot be told is refused by its place, its kind and the remedy', () => {
  it.each<[object, string, string]>([
    [
      { tools: [{ type: 'web_search' }] },
      'tools[0]',
      "`tools[0]`: Bedrock cannot be sent a tool of type 'web_search'; leave it out, or declare a function.",
    ],
    [
      { tools: [{ type: 'custom', custom: { name: 'c', description: 5 } }] },
      'tools[0].custom.description',
      '`tools[0].custom.description` must be a string, got a number.',
    ],
    [
      { tools: [{ type: 'custom', custom: { name: 'c', format: 'text' } }] },
      'tools[0].custom.format',
      "`tools[0].custom.format` must be an object such as { type: 'text' }, got a string.",
    ],
    [
      { tools: [{ type: 'custom', custom: { name: 'c', format: { type: 'json' } } }] },
      'tools[0].custom.format.type',
      "`tools[0].custom.format.type`: 'json' is no format of a custom tool; use text or grammar.",
    ],
    [
      {
        tools: [f, { type: 'custom', custom: { name: 'c', format: { type: 'grammar', grammar: { syntax: 'ebnf' } } } }],
      },
      'tools[1].custom.format.grammar',
      "`tools[1].custom.format.grammar` must be an object such as { syntax: 'lark', definition: 'start: …' }, got an object.",
    ],
    [{ tools: [f, f] }, 'tools[1]', "`tools[1]`: 'f' is offered twice; give each tool a name of its own."],
    [
      { functions: [{ name: 'f' }], tools: [f] },
      'functions',
      '`functions`: the deprecated functions cannot stand beside tools; send all of them as tools.',
    ],
    [
      { functions: [{ name: 'f', parameters: 'x' }] },
      'functions[0].parameters',
      '`functions[0].parameters` must be a JSON Schema, got a string.',
    ],
    [
      { functions: [{ name: 'f', description: 5 }] },
      'functions[0].description',
      '`functions[0].description` must be a string, got a number.',
    ],
    [
      { functions: [{ name: 'f' }], function_call: { name: 'g' } },
      'function_call',
      "`function_call`: 'g' is none of the request's functions; name one of them.",
    ],
    [
      { functions: [{ name: 'f' }], function_call: 'required' },
      'function_call',
      "`function_call` must be 'none', 'auto' or { name: 'get_weather' }, got a string.",
    ],
    [
      { web_search_options: {} },
      'web_search_options',
      '`web_search_options`: this model on Bedrock cannot search the web; leave it out, or name Amazon Nova 2 Lite or Nova Premier.',
    ],
    [
      { tools: [f], tool_choice: { type: 'function' } },
      'tool_choice.function',
      "`tool_choice.function` is missing; it must be an object such as { name: 'get_weather' }.",
    ],
    [
      { tools: [f], tool_choice: { type: 'function', function: { name: 5 } } },
      'tool_choice.function.name',
      "`tool_choice.function.name` must be the name of one of the request's tools, got a number.",
    ],
    [
      { tools: [f], tool_choice: { type: 'function', function: { name: 'g' } } },
      'tool_choice',
      "`tool_choice`: 'g' is none of the request's tools; name one of them.",
    ],
    [
      { tools: [f], tool_choice: { type: 'custom', custom: null } },
      'tool_choice.custom',
      "`tool_choice.custom` must be an object such as { name: 'get_weather' }, got null.",
    ],
    [
      { tools: [f], tool_choice: { type: 'allowed_tools' } },
      'tool_choice.allowed_tools',
      "`tool_choice.allowed_tools` is missing; it must be an object such as { mode: 'auto', tools: […] }.",
    ],
    [
      { tools: [f], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'some', tools: [] } } },
      'tool_choice.allowed_tools.mode',
      "`tool_choice.allowed_tools.mode` must be 'auto' or 'required', got a string.",
    ],
    [
      { tools: [f], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: 'f' } } },
      'tool_choice.allowed_tools.tools',
      "`tool_choice.allowed_tools.tools` must be an array of the request's tools by name, got a string.",
    ],
    [
      { tools: [f], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [null, 'f', {}] } } },
      'tool_choice.allowed_tools.tools',
      "`tool_choice.allowed_tools.tools`: names none of the request's tools; name at least one.",
    ],
    [
      { tools: [f], tool_choice: { type: 'any' } },
      'tool_choice.type',
      "`tool_choice.type`: 'any' is no choice that Bedrock can be told; use function, custom or allowed_tools.",
    ],
    [
      { tool_choice: 'required' },
      'tool_choice',
      '`tool_choice`: there are no tools to choose from; send tools, or leave it out.',
    ],
    [
      assistant({ thinking_blocks: 'x' }),
      'messages[1].thinking_blocks',
      `\`messages[1].thinking_blocks\` must be ${wanted}, got a string.`,
    ],
    [
      assistant({ thinking_blocks: [null] }),
      'messages[1].thinking_blocks[0]',
      '`messages[1].thinking_blocks[0]` must be a block as the answer came with, got null.',
    ],
    [
      assistant({ thinking_blocks: [{ type: 'thought' }] }),
      'messages[1].thinking_blocks[0].type',
      "`messages[1].thinking_blocks[0].type` must be 'thinking' or 'redacted_thinking', got a string.",
    ],
    [
      assistant({ thinking_blocks: [{ type: 'thinking', thinking: 'a', signature: 5 }] }),
      'messages[1].thinking_blocks[0].signature',
      '`messages[1].thinking_blocks[0].signature` must be the string that the answer came with, got a number.',
    ],
    [
      { ...assistant({ thinking_blocks: 'x', tool_calls: [call] }), tools: [f], reasoning_effort: 'low' },
      'messages[1].thinking_blocks',
      `\`messages[1].thinking_blocks\` must be ${wanted}, got a string.`,
    ],
    [assistant({ refusal: [] }), 'messages[1].refusal', '`messages[1].refusal` must be a string, got an array.'],
    [
      part({ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }, 'system'),
      'messages[0].content[0]',
      "`messages[0].content[0]`: Bedrock takes only text in a system message, not a part of type 'image_url'; put it in a user message.",
    ],
    [
      part({ type: 'file', file: { filename: 'a.pdf', file_data: 5 } }),
      'messages[0].content[0].file.file_data',
      "`messages[0].content[0].file.file_data` must be a data: URL such as 'data:application/pdf;base64,…', got a number.",
    ],
    [
      part({ type: 'file', file: { filename: {}, file_data: 'data:application/pdf;base64,QUJD' } }),
      'messages[0].content[0].file.filename',
      "`messages[0].content[0].file.filename` must be a string such as 'report.pdf', got an object.",
    ],
    [
      part({ type: 'file', file: {} }),
      'messages[0].content[0]',
      "`messages[0].content[0]`: Bedrock cannot be sent a file without file_data; send its bytes as file_data, a data: URL such as 'data:application/pdf;base64,…'.",
    ],
    [
      part({ type: 'file', file: { file_data: 'data:constructor;base64,QUJD' } }),
      'messages[0].content[0]',
      "`messages[0].content[0]`: Bedrock cannot be sent a file of type 'constructor'; send pdf, csv, doc, docx, xls, xlsx, html, txt, md, an image, a video or a recording.",
    ],
    [
      part({ type: 'image_url', image_url: { url: '' } }),
      'messages[0].content[0]',
      "`messages[0].content[0]`: Bedrock cannot be sent an image without an address; send its bytes as a data: URL such as 'data:image/png;base64,…'.",
    ],
    [
      part({ type: 'image_url', image_url: { url: 'data:image/png;base64' } }),
      'messages[0].content[0]',
      "`messages[0].content[0]`: Bedrock cannot be sent an image whose data: URL is malformed; send its bytes as a data: URL such as 'data:image/png;base64,…'.",
    ],
    [
      { messages: [user, { role: 'tool', tool_call_id: 'z', content: 'b' }] },
      'messages[1].tool_call_id',
      "`messages[1].tool_call_id`: 'z' answers no tool call of the assistant message before it; send the id of one.",
    ],
    [
      { messages: [user, { role: 'function', name: 'f', content: 'b' }] },
      'messages[1].name',
      "`messages[1].name`: 'f' answers no function_call of the assistant message before it; send the name that was called.",
    ],
  ])('%j', (more, param, message) => {
    const { code, status, ...error } = refusalOf(more)
    expect({ code, status, param: error.param }).toEqual({ code: 'invalid_request', status: 400, param })
    expect(refusalOf(more).message).toBe(message)
  })

  it.each(['%%%%', 'AA AA%', 'QUJDR', 'QU=JD', 'ab-_', ''])('data that is %j instead of base64', data => {
    const error = refusalOf(part({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }))
    expect(error.param).toBe('messages[0].content[0]')
    expect(error.message).toContain('data that is no base64; encode the bytes')
    const document = { type: 'file', file: { file_data: `data:application/pdf;base64,${data}` } }
    expect(refusalOf(part(document)).param).toBe('messages[0].content[0]')
  })

  it.each(['QUJD', 'QUI=', 'QQ==', 'QQ', 'QU\nJD'])('but %j is base64', data => {
    const document = { type: 'file', file: { file_data: `data:application/pdf;base64,${data}` } }
    expect(() => refusalOf(part(document))).toThrow('nothing was refused')
  })
})

describe('a value out of its range', () => {
  const efforts = 'none, minimal, low, medium, high, xhigh, max'
  const object = (param: string, such: string, got: string) => `\`${param}\` must be an object ${such}, got ${got}.`
  const guardrail = "such as { guardrailIdentifier: 'gr-1', guardrailVersion: '1' }"

  it.each<[object, string]>([
    [
      { reasoning_effort: 'extreme' },
      `\`reasoning_effort\`: 'extreme' is not a reasoning effort; use one of ${efforts}.`,
    ],
    [{ reasoning_effort: '' }, `\`reasoning_effort\`: '' is not a reasoning effort; use one of ${efforts}.`],
    [
      { reasoning_effort: 'constructor' },
      `\`reasoning_effort\`: 'constructor' is not a reasoning effort; use one of ${efforts}.`,
    ],
    [{ temperature: 2.1 }, '`temperature`: 2.1 is out of range; use 0 to 2.'],
    [{ temperature: -0.1 }, '`temperature`: -0.1 is out of range; use 0 to 2.'],
    [{ top_p: 1.1 }, '`top_p`: 1.1 is out of range; use 0 to 1.'],
    [{ top_p: -1 }, '`top_p`: -1 is out of range; use 0 to 1.'],
    [{ max_tokens: 0 }, '`max_tokens`: 0 is no whole number of at least 1; leave it out for no cap.'],
    [{ top_k: '5' }, '`top_k` must be a number, got a string.'],
    [{ n: 2 }, '`n`: Bedrock answers once a call, not 2 times; send that many calls.'],
    [
      { additional_model_request_fields: [1] },
      object('additional_model_request_fields', "of the model's own parameters", 'an array'),
    ],
    [{ guardrail_config: 'g' }, object('guardrail_config', guardrail, 'a string')],
    [{ guardrailConfig: 5 }, object('guardrailConfig', guardrail, 'a number')],
    [{ performance_config: 'fast' }, object('performance_config', "such as { latency: 'optimized' }", 'a string')],
    [{ request_metadata: true }, object('request_metadata', "such as { team: 'a' }", 'true')],
    [{ thinking: 'on' }, object('thinking', "such as { type: 'enabled', budget_tokens: 2048 }", 'a string')],
  ])('%j is refused by name, with what is possible', (more, message) => {
    const error = refusalOf(more)
    expect([error.code, error.param, error.message]).toEqual(['invalid_request', Object.keys(more)[0], message])
  })

  it('is refused even where the model would not be told it', () => {
    expect(() =>
      toConverseRequest(
        { model, messages: [{ role: 'user', content: 'a' }], temperature: 3 },
        capabilitiesOf('anthropic.claude-sonnet-5'),
        new Set(),
      ),
    ).toThrow('`temperature`')
  })
})

describe('very long conversations', () => {
  it('do not overflow the stack', () => {
    const parts = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'a' }))
    const messages = [{ role: 'system', content: parts }, user, { role: 'user', content: parts }]
    for (const id of [model, 'mistral.mistral-7b-instruct-v0:2']) {
      const { body } = toConverseRequest({ model: id, messages } as never, capabilitiesOf(id), new Set())
      expect(body.messages[0]?.content.length).toBeGreaterThan(200_000)
    }
  })

  it('may repeat a tool call id ten thousand times', () => {
    const calls = { role: 'assistant', tool_calls: Array.from({ length: 10_000 }, () => call) }
    const { body } = toConverseRequest(
      { model, messages: [user, calls], tools: [f] } as never,
      capabilitiesOf(model),
      new Set(),
    )
    const uses = (body.messages[1]?.content ?? []).map(block => ('toolUse' in block ? block.toolUse.toolUseId : ''))
    expect(new Set(uses).size).toBe(10_000)
  }, 5_000)

  it('keep arguments that are nested too deep as text', () => {
    const args = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const deep = { role: 'assistant', tool_calls: [{ ...call, function: { name: 'f', arguments: args } }] }
    const { body } = toConverseRequest(
      { model, messages: [user, deep], tools: [f] } as never,
      capabilitiesOf(model),
      new Set(),
    )
    expect(JSON.stringify(body)).toContain('rawInvalidInput')
  })
})
