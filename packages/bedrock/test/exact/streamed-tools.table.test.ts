import { createToolNames } from '../../src/tools/tool-names.ts'
import { kinds, madeUp } from './answer-blocks.ts'
import { streamRows } from './answer-row.ts'
import { end, input, opened, start, stop, stopped, text, toCalls, tool, wrote } from './stream-events.ts'

streamRows('streamed tool calls', [
  {
    it: 'are numbered among themselves from 0',
    events: [
      start,
      text('a', 0),
      end(0),
      tool(1, 'f'),
      input(1, '{"a"'),
      input(1, ':1}'),
      end(1),
      tool(4, 'g'),
      input(4, '{}'),
      end(4),
      stop('tool_use'),
    ],
    says: [
      { content: 'a' },
      opened(0, 'f', 't1'),
      wrote(0, '{"a"'),
      wrote(0, ':1}'),
      opened(1, 'g', 't4'),
      wrote(1, '{}'),
      toCalls,
    ],
  },
  {
    it: 'may interleave',
    events: [start, tool(0, 'f'), tool(1, 'g'), input(1, '1'), input(0, '0'), end(1), end(0), stop()],
    says: [opened(0, 'f', 't0'), opened(1, 'g', 't1'), wrote(1, '1'), wrote(0, '0'), toCalls],
  },
  {
    it: 'may interleave with text',
    events: [start, tool(0, 'f'), text('a', 1), input(0, '{}'), text('b', 1), end(0), end(1), stop()],
    says: [opened(0, 'f', 't0'), { content: 'a' }, wrote(0, '{}'), { content: 'b' }, toCalls],
  },
  {
    it: 'without arguments have an empty object, once',
    events: [start, tool(0, 'f'), end(0), stop('tool_use')],
    says: [opened(0, 'f', 't0'), wrote(0, '{}'), toCalls],
  },
  {
    it: 'of empty pieces have an empty object, once',
    events: [start, tool(0, 'f'), input(0, ''), input(0, ''), end(0), stop('tool_use')],
    says: [opened(0, 'f', 't0'), wrote(0, '{}'), toCalls],
  },
  {
    it: 'whose block never stops have an empty object before the finish',
    events: [start, tool(0, 'f'), stop('tool_use')],
    says: [opened(0, 'f', 't0'), wrote(0, '{}'), toCalls],
  },
  {
    it: 'without an id get one',
    events: [start, tool(0, 'f', { toolUseId: '' }), end(0), stop()],
    says: [opened(0, 'f', madeUp), wrote(0, '{}'), toCalls],
  },
  {
    it: 'come back under the caller’s name',
    rules: { toolNames: createToolNames(['files/read']) },
    events: [start, tool(0, 'files_read'), end(0), stop()],
    says: [opened(0, 'files/read', 't0'), wrote(0, '{}'), toCalls],
  },
  {
    it: 'that Bedrock answered itself stay hidden',
    events: [
      start,
      tool(0, 'nova_grounding', { toolUseId: 's', type: 'server_tool_use' }),
      input(0, '{"q":1}'),
      end(0),
      text('a', 1),
      stop(),
    ],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'finish as calls although the model says end_turn',
    events: [start, tool(0, 'f'), input(0, '{}'), end(0), stop('end_turn')],
    says: [opened(0, 'f', 't0'), wrote(0, '{}'), toCalls],
  },
  {
    it: 'are cut to the first where the caller takes one',
    rules: { oneToolCall: true },
    events: [start, tool(0, 'f'), end(0), tool(1, 'g'), input(1, '{"a":1}'), end(1), stop()],
    says: [opened(0, 'f', 't0'), wrote(0, '{}'), toCalls],
  },
])

const sql = kinds({ sql: 'custom' })
const openedSql = { tool_calls: [{ index: 0, id: 't0', type: 'custom', custom: { name: 'sql', input: '' } }] }
const wroteSql = (piece: string) => ({ tool_calls: [{ index: 0, custom: { input: piece } }] })
streamRows('streamed custom tools', [
  {
    it: 'say their text as it comes',
    rules: sql,
    events: [
      start,
      tool(0, 'sql'),
      input(0, '{"inp'),
      input(0, 'ut": "sel'),
      input(0, 'ect'),
      input(0, '"}'),
      end(0),
      stop(),
    ],
    says: [openedSql, wroteSql('sel'), wroteSql('ect'), toCalls],
  },
  {
    it: 'hold an escape and half a character back',
    rules: sql,
    events: [
      start,
      tool(0, 'sql'),
      input(0, '{"input":"a\\'),
      input(0, 'n\\ud83d'),
      input(0, '\\ude00"}'),
      end(0),
      stop(),
    ],
    says: [openedSql, wroteSql('a'), wroteSql('\n'), wroteSql('😀'), toCalls],
  },
  {
    it: 'of another shape are told when they are whole',
    rules: sql,
    events: [start, tool(0, 'sql'), input(0, '{"q": '), input(0, '1}'), end(0), stop()],
    says: [openedSql, wroteSql('{"q":1}'), toCalls],
  },
  {
    it: 'without input say nothing',
    rules: sql,
    events: [start, tool(0, 'sql'), end(0), stop()],
    says: [openedSql, toCalls],
  },
  {
    it: 'that were cut keep what came',
    rules: sql,
    events: [start, tool(0, 'sql'), input(0, '{"input":"sel'), stop('max_tokens')],
    says: [openedSql, wroteSql('sel'), { finish: 'length' }],
  },
])

const legacy = kinds({ f: 'function_call' })
streamRows('streamed deprecated functions', [
  {
    it: 'are called by function_call',
    rules: legacy,
    events: [start, text('a'), end(0), tool(1, 'f'), input(1, '{"a"'), input(1, ':1}'), end(1), stop('tool_use')],
    says: [
      { content: 'a' },
      { function_call: { name: 'f', arguments: '' } },
      { function_call: { arguments: '{"a"' } },
      { function_call: { arguments: ':1}' } },
      { finish: 'function_call' },
    ],
  },
  {
    it: 'are called once',
    rules: legacy,
    events: [start, tool(0, 'f'), end(0), tool(1, 'f'), input(1, '{"b":1}'), end(1), stop('tool_use')],
    says: [
      { function_call: { name: 'f', arguments: '' } },
      { function_call: { arguments: '{}' } },
      { finish: 'function_call' },
    ],
  },
])

const json = kinds({ json: 'content' })
streamRows('streamed structured output', [
  {
    it: 'is content as it comes, and no call',
    rules: json,
    events: [start, tool(0, 'json'), input(0, '{"a"'), input(0, ':1}'), end(0), stop('tool_use')],
    says: [{ content: '{"a"' }, { content: ':1}' }, stopped],
  },
  {
    it: 'is not spoilt by text before it',
    rules: json,
    events: [start, text('Here is '), text('your JSON.'), end(0), tool(1, 'json'), input(1, '{}'), end(1), stop()],
    says: [{ content: '{}' }, { reasoning_content: 'Here is your JSON.' }, stopped],
  },
  {
    it: 'that was not called leaves the text, at its end',
    rules: json,
    events: [start, text('Let me '), text('look.'), end(0), tool(1, 'f'), input(1, '{}'), end(1), stop('tool_use')],
    says: [opened(0, 'f', 't1'), wrote(0, '{}'), { content: 'Let me look.' }, toCalls],
  },
  {
    it: 'beside another tool leaves the call',
    rules: json,
    events: [start, tool(0, 'json'), input(0, '{"a":1}'), end(0), tool(1, 'f'), end(1), stop('tool_use')],
    says: [{ content: '{"a":1}' }, opened(0, 'f', 't1'), wrote(0, '{}'), toCalls],
  },
])
