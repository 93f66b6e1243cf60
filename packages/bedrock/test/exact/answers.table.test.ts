import { createToolNames } from '../../src/tools/tool-names.ts'
import type { AnswerBlock } from '../../src/wire/converse-answer-wire.ts'
import { answer, call, called, cited, kinds, madeUp, noted, thinking, web } from './answer-blocks.ts'
import { answerRows } from './answer-row.ts'

answerRows('the text of an answer', [
  {
    it: 'is its content',
    answer: answer([{ text: 'Grüße 🎉' }]),
    message: { content: 'Grüße 🎉' },
    finish: 'stop',
  },
  {
    it: 'in several blocks is joined without a separator',
    answer: answer([{ text: 'a' }, { text: ' b' }, { text: 'c' }]),
    message: { content: 'a bc' },
  },
  { it: 'that is none is null', answer: answer([]), message: { content: null }, finish: 'stop' },
  { it: 'that is empty is null', answer: answer([{ text: '' }]), message: { content: null } },
  { it: 'that is blank is kept', answer: answer([{ text: ' \n' }]), message: { content: ' \n' } },
  {
    it: 'stays beside tool calls, before and behind them',
    answer: answer([{ text: 'a' }, call('f', { x: 1 }), { text: 'b' }], { stopReason: 'tool_use' }),
    message: { content: 'ab', tool_calls: [called('f', '{"x":1}')] },
    finish: 'tool_calls',
  },
  {
    it: 'is kept when a guardrail put it in the place of the answer',
    answer: answer([{ text: 'Sorry, I cannot.' }], { stopReason: 'guardrail_intervened' }),
    message: { content: 'Sorry, I cannot.' },
    finish: 'content_filter',
  },
  {
    it: 'with thinking tags of a model that writes them is not touched',
    answer: answer([{ text: '<thinking>Hm.</thinking> Yes.' }]),
    message: { content: '<thinking>Hm.</thinking> Yes.' },
  },
  {
    it: 'is all that is read of blocks that nobody knows',
    answer: answer([{ hologram: { depth: 3 } } as AnswerBlock, { text: 'a' }]),
    message: { content: 'a' },
  },
])

answerRows('tool calls', [
  {
    it: 'have their input as JSON text',
    answer: answer([call('f', { a: [1, { b: null }], c: 'ü' })]),
    message: { tool_calls: [called('f', '{"a":[1,{"b":null}],"c":"ü"}')] },
  },
  {
    it: 'without input have an empty object',
    answer: answer([call('f', {})]),
    message: { tool_calls: [called('f', '{}')] },
  },
  {
    it: 'without an id get one',
    answer: answer([call('f', {}, '')]),
    message: { tool_calls: [called('f', '{}', madeUp)] },
  },
  {
    it: 'keep the ids that other vendors write',
    answer: answer([call('f', {}, 'functions.f:0')]),
    message: { tool_calls: [called('f', '{}', 'functions.f:0')] },
  },
  {
    it: 'come back under the caller’s name',
    answer: answer([call('files_read', {})]),
    rules: { toolNames: createToolNames(['files/read']) },
    message: { tool_calls: [called('files/read', '{}')] },
  },
  {
    it: 'may be many',
    answer: answer([call('f', { a: 1 }, 't1'), call('g', {}, 't2'), call('f', { a: 2 }, 't3')]),
    message: { tool_calls: [called('f', '{"a":1}', 't1'), called('g', '{}', 't2'), called('f', '{"a":2}', 't3')] },
  },
  {
    it: 'of tools that nobody offered are told all the same',
    answer: answer([call('invented', {})]),
    message: { tool_calls: [called('invented', '{}')] },
  },
  {
    it: 'that Bedrock answered itself stay hidden',
    answer: answer([
      { toolUse: { toolUseId: 's', name: 'nova_grounding', input: { q: 1 }, type: 'server_tool_use' } },
      { text: 'Found.' },
    ]),
    message: { content: 'Found.' },
    finish: 'stop',
  },
  {
    it: 'that Bedrock answered itself do not hide those for the client',
    answer: answer([
      { toolUse: { toolUseId: 's', name: 'nova_code', input: {}, type: 'server_tool_use' } },
      call('f', { x: 1 }),
    ]),
    message: { tool_calls: [called('f', '{"x":1}')] },
    finish: 'tool_calls',
  },
  {
    it: 'are cut to the first where the caller takes one',
    answer: answer([call('f', { a: 1 }, 't1'), call('g', {}, 't2')]),
    rules: { oneToolCall: true },
    message: { tool_calls: [called('f', '{"a":1}', 't1')] },
    finish: 'tool_calls',
  },
])

answerRows('tools whose input is wrapped', [
  {
    it: 'are called with what is in the wrapping',
    answer: answer([{ toolUse: { toolUseId: 't1', name: 'list', input: { value: { 'filter[id]': 'a"}' } } } }]),
    rules: { wrappedTools: new Set(['list']) },
    message: {
      tool_calls: [{ id: 't1', type: 'function', function: { name: 'list', arguments: '{"filter[id]":"a\\"}"}' } }],
    },
    finish: 'tool_calls',
  },
  {
    it: 'are called with nothing where nothing is wrapped',
    answer: answer([{ toolUse: { toolUseId: 't1', name: 'list', input: {} } }]),
    rules: { wrappedTools: new Set(['list']) },
    message: { tool_calls: [{ id: 't1', type: 'function', function: { name: 'list', arguments: '{}' } }] },
  },
  {
    it: 'are told from others, whose input may look like a wrapping',
    answer: answer([{ toolUse: { toolUseId: 't1', name: 'set', input: { value: 1 } } }]),
    rules: { wrappedTools: new Set(['list']) },
    message: { tool_calls: [{ id: 't1', type: 'function', function: { name: 'set', arguments: '{"value":1}' } }] },
  },
])

answerRows('custom tools', [
  {
    it: 'get their text out of the object',
    answer: answer([call('sql', { input: 'select "ü😀"\n' })]),
    rules: kinds({ sql: 'custom' }),
    message: { tool_calls: [{ id: 't1', type: 'custom', custom: { name: 'sql', input: 'select "ü😀"\n' } }] },
    finish: 'tool_calls',
  },
  {
    it: 'get nothing out of an empty object',
    answer: answer([call('sql', {})]),
    rules: kinds({ sql: 'custom' }),
    message: { tool_calls: [{ id: 't1', type: 'custom', custom: { name: 'sql', input: '' } }] },
  },
  {
    it: 'get the JSON of an object of another shape',
    answer: answer([call('sql', { query: 'select' })]),
    rules: kinds({ sql: 'custom' }),
    message: { tool_calls: [{ id: 't1', type: 'custom', custom: { name: 'sql', input: '{"query":"select"}' } }] },
  },
  {
    it: 'come back under the caller’s name, beside functions',
    answer: answer([call('f', {}, 't1'), call('my_sql', { input: 'a' }, '')]),
    rules: { ...kinds({ my_sql: 'custom' }), toolNames: createToolNames(['my.sql']) },
    message: {
      tool_calls: [called('f', '{}', 't1'), { id: madeUp, type: 'custom', custom: { name: 'my.sql', input: 'a' } }],
    },
  },
  {
    it: 'count as the one call that a caller takes',
    answer: answer([call('sql', { input: 'a' }, 't1'), call('sql', { input: 'b' }, 't2')]),
    rules: { ...kinds({ sql: 'custom' }), oneToolCall: true },
    message: { tool_calls: [{ id: 't1', type: 'custom', custom: { name: 'sql', input: 'a' } }] },
  },
])

answerRows('the deprecated functions', [
  {
    it: 'are called by function_call',
    answer: answer([{ text: 'Let me look.' }, call('f', { a: 1 })], { stopReason: 'tool_use' }),
    rules: kinds({ f: 'function_call' }),
    message: { content: 'Let me look.', function_call: { name: 'f', arguments: '{"a":1}' } },
    finish: 'function_call',
  },
  {
    it: 'are called once an answer',
    answer: answer([call('f', { a: 1 }), call('f', { a: 2 })]),
    rules: kinds({ f: 'function_call' }),
    message: { function_call: { name: 'f', arguments: '{"a":1}' } },
    finish: 'function_call',
  },
  {
    it: 'without arguments have an empty object, and the caller’s name',
    answer: answer([call('a_b', {})]),
    rules: { ...kinds({ a_b: 'function_call' }), toolNames: createToolNames(['a.b']) },
    message: { function_call: { name: 'a.b', arguments: '{}' } },
  },
  {
    it: 'that were cut are a matter of length',
    answer: answer([call('f', { a: 1 })], { stopReason: 'max_tokens' }),
    rules: kinds({ f: 'function_call' }),
    message: { function_call: { name: 'f', arguments: '{"a":1}' } },
    finish: 'length',
  },
])

const jsonTool = kinds({ json: 'content' })
answerRows('the tool that stands for structured output', [
  {
    it: 'is the content, and no call',
    answer: answer([call('json', { a: ['ü', 1] })], { stopReason: 'tool_use' }),
    rules: jsonTool,
    message: { content: '{"a":["ü",1]}' },
    finish: 'stop',
  },
  {
    it: 'without members is an empty object',
    answer: answer([call('json', {})], { stopReason: 'tool_use' }),
    rules: jsonTool,
    message: { content: '{}' },
    finish: 'stop',
  },
  {
    it: 'is not spoilt by text before and behind it, which is told as reasoning',
    answer: answer([{ text: 'Here is ' }, call('json', { a: 1 }), { text: 'your JSON.' }]),
    rules: jsonTool,
    message: { content: '{"a":1}', reasoning_content: 'Here is your JSON.' },
    finish: 'stop',
  },
  {
    it: 'keeps reasoning before such text',
    answer: answer([thinking('Hm. ', 's'), { text: 'So: ' }, call('json', { a: 1 })]),
    rules: jsonTool,
    message: {
      content: '{"a":1}',
      reasoning_content: 'Hm. So: ',
      thinking_blocks: [{ type: 'thinking', thinking: 'Hm. ', signature: 's' }],
    },
  },
  {
    it: 'beside another tool leaves the call, and its finish',
    answer: answer([call('json', { a: 1 }, 't1'), call('f', {}, 't2')], { stopReason: 'tool_use' }),
    rules: jsonTool,
    message: { content: '{"a":1}', tool_calls: [called('f', '{}', 't2')] },
    finish: 'tool_calls',
  },
  {
    it: 'that was not called leaves text and calls as they are',
    answer: answer([{ text: 'Let me look.' }, call('f', {})], { stopReason: 'tool_use' }),
    rules: jsonTool,
    message: { content: 'Let me look.', tool_calls: [called('f', '{}')] },
    finish: 'tool_calls',
  },
  {
    it: 'that was not called leaves the text alone, citations too',
    answer: answer([{ text: 'A' }, cited('bc', web('https://a.example/1'))]),
    rules: jsonTool,
    message: { content: 'Abc', annotations: [noted(1, 3, 'a.example', 'https://a.example/1')] },
    finish: 'stop',
  },
  {
    it: 'called twice answers with the first',
    answer: answer([call('json', { a: 1 }), call('json', { a: 2 })]),
    rules: jsonTool,
    message: { content: '{"a":1}', reasoning_content: '{"a":2}' },
    finish: 'stop',
  },
  {
    it: 'is no call where the caller takes one',
    answer: answer([call('json', { a: 1 }), call('f', {}, 't2'), call('f', {}, 't3')]),
    rules: { ...jsonTool, oneToolCall: true },
    message: { content: '{"a":1}', tool_calls: [called('f', '{}', 't2')] },
  },
  {
    it: 'that was cut is a matter of length',
    answer: answer([call('json', { a: 1 })], { stopReason: 'max_tokens' }),
    rules: jsonTool,
    message: { content: '{"a":1}' },
    finish: 'length',
  },
])
