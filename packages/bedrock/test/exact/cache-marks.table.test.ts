import { sonnet45 } from '../a-call.ts'
import { images } from '../images.ts'
import {
  breakpoint,
  brief,
  cache_control,
  call,
  called,
  entry,
  hello,
  helloTurn,
  hour,
  hourPoint,
  marks,
  nova,
  pdf,
  png,
  point,
  result,
  sonnet4,
  tool,
  toolUse,
} from './cached-prompts.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const marked: readonly RequestRow[] = [
  {
    it: 'puts a point behind a marked part',
    request: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a', cache_control },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    },
    sends: { messages: [{ role: 'user', content: [{ text: 'a' }, point, { text: 'b' }] }] },
  },
  {
    it: "puts a point behind a marked message's last block",
    request: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
          cache_control,
        },
      ],
    },
    sends: { messages: [{ role: 'user', content: [{ text: 'a' }, { text: 'b' }, point] }] },
  },
  {
    it: 'puts one point where a part and its message are marked',
    request: {
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control }], cache_control: hour }],
    },
    sends: { messages: [{ role: 'user', content: [{ text: 'a' }, point] }] },
    drops: ['cache_control.ttl'],
  },
  {
    it: 'puts a point behind a marked image',
    request: {
      model: sonnet45,
      messages: [
        {
          role: 'user',
          content: [
            { ...png, cache_control },
            { type: 'text', text: 'a' },
          ],
        },
      ],
    },
    sends: {
      messages: [
        { role: 'user', content: [{ image: { format: 'png', source: { bytes: images.png } } }, point, { text: 'a' }] },
      ],
    },
  },
  {
    it: 'puts a point behind a marked system message',
    request: { messages: [{ ...brief, cache_control }, { role: 'developer', content: 'Be kind.' }, hello] },
    sends: { system: [{ text: 'Be brief.' }, point, { text: 'Be kind.' }], messages: [helloTurn] },
  },
  {
    it: 'puts a point behind a marked part of a system message',
    request: {
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'One.' },
            { type: 'text', text: 'Two.', cache_control },
          ],
        },
        hello,
      ],
    },
    sends: { system: [{ text: 'One.' }, { text: 'Two.' }, point] },
  },
  {
    it: 'puts a point behind a marked assistant message',
    request: { messages: [hello, { role: 'assistant', content: 'Hi', cache_control }, hello] },
    sends: { messages: [helloTurn, { role: 'assistant', content: [{ text: 'Hi' }, point] }, helloTurn] },
  },
  {
    it: 'keeps the point of a prefilled answer, whose end is trimmed',
    request: { messages: [hello, { role: 'assistant', content: [{ type: 'text', text: 'Hi ', cache_control }] }] },
    sends: { messages: [helloTurn, { role: 'assistant', content: [{ text: 'Hi' }, point] }] },
  },
  {
    it: 'puts a point behind a marked tool',
    request: { tools: [tool('f', { cache_control }), tool('g')] },
    sends: { toolConfig: { tools: [entry('f'), point, entry('g')] } },
  },
  {
    it: 'puts a point behind a marked tool call',
    request: {
      tools: [tool('f')],
      messages: [
        hello,
        { role: 'assistant', tool_calls: [call('x')], cache_control },
        { role: 'tool', tool_call_id: 'x', content: 'sunny' },
      ],
    },
    sends: {
      messages: [
        helloTurn,
        { role: 'assistant', content: [toolUse('x'), point] },
        { role: 'user', content: [result('x')] },
      ],
    },
  },
  {
    it: 'puts the point of a tool message behind all results of its turn, which stand together',
    request: called({ cache_control }),
    sends: {
      messages: [
        helloTurn,
        { role: 'assistant', content: [toolUse('x'), toolUse('y')] },
        { role: 'user', content: [result('x'), result('y'), point] },
      ],
    },
  },
  {
    it: 'hoists a point out of a tool result',
    request: called({ content: [{ type: 'text', text: 'sunny', cache_control }] }),
    sends: {
      messages: [
        helloTurn,
        { role: 'assistant', content: [toolUse('x'), toolUse('y')] },
        { role: 'user', content: [result('x'), result('y'), point] },
      ],
    },
  },
  {
    it: 'puts a text between a document and the point that may not follow it',
    request: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { ...pdf, cache_control },
          ],
        },
      ],
    },
    sends: {
      messages: [{ role: 'user', content: [{ text: 'a' }, { document: { format: 'pdf' } }, { text: '.' }, point] }],
    },
  },
  {
    it: 'puts nothing between them for Nova',
    request: {
      model: nova,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { ...pdf, cache_control },
          ],
        },
      ],
    },
    sends: { messages: [{ role: 'user', content: [{ text: 'a' }, { document: { format: 'pdf' } }, point] }] },
  },
  {
    it: 'puts no point behind reasoning',
    request: {
      model: sonnet45,
      messages: [
        hello,
        {
          role: 'assistant',
          content: null,
          thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 'RXJv' }],
          cache_control,
        },
        hello,
      ],
    },
    sends: {
      messages: [
        helloTurn,
        {
          role: 'assistant',
          content: [{ reasoningContent: { reasoningText: { text: 'Hm.', signature: 'RXJv' } } }, { text: '.' }],
        },
        helloTurn,
      ],
    },
    drops: ['cache_control'],
  },
  {
    it: 'says that the mark of a blank part was lost with it',
    request: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: ' ', cache_control },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    },
    sends: { messages: [{ role: 'user', content: [{ text: 'b' }] }] },
    drops: ['cache_control'],
  },
  {
    it: "takes OpenAI's own mark",
    request: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a', prompt_cache_breakpoint: breakpoint },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    },
    sends: { messages: [{ role: 'user', content: [{ text: 'a' }, point, { text: 'b' }] }] },
  },
  ...(['30m', '12h'] as const).map(
    (ttl): RequestRow => ({
      it: `takes OpenAI's ${ttl} for ${ttl === '30m' ? 'five minutes, which each hit renews' : 'an hour'}`,
      request: {
        model: sonnet45,
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'a', prompt_cache_breakpoint: { ...breakpoint, ttl } }] },
        ],
      },
      sends: { messages: [{ role: 'user', content: [{ text: 'a' }, ttl === '30m' ? point : hourPoint] }] },
    }),
  ),
  ...(['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'us.anthropic.claude-opus-4-7', sonnet45] as const).map(
    (model): RequestRow => ({
      it: `tells ${model} an hour`,
      request: { model, messages: [{ ...hello, cache_control: hour }] },
      sends: { messages: [{ role: 'user', content: [{ text: 'Hello' }, hourPoint] }] },
    }),
  ),
  ...[sonnet4, nova, 'us.anthropic.claude-3-7-sonnet-20250219-v1:0', 'us.anthropic.claude-opus-4-1-20250805-v1:0'].map(
    (model): RequestRow => ({
      it: `tells ${model} nothing of an hour, which it does not know`,
      request: { model, messages: [{ ...hello, cache_control: hour }] },
      sends: { messages: [{ role: 'user', content: [{ text: 'Hello' }, point] }] },
      omits: ['messages.0.content.1.cachePoint.ttl'],
      drops: ['cache_control.ttl'],
    }),
  ),
  {
    it: 'caches for five minutes where it does not know the time, and names it',
    request: { model: sonnet45, messages: [{ ...hello, cache_control: { type: 'ephemeral', ttl: '2h' as never } }] },
    sends: { messages: [{ role: 'user', content: [{ text: 'Hello' }, point] }] },
    drops: ['cache_control.ttl'],
  },
  {
    it: 'says five minutes, the default, to nobody',
    request: { model: sonnet45, messages: [{ ...hello, cache_control: { type: 'ephemeral', ttl: '5m' } }] },
    omits: ['messages.0.content.1.cachePoint.ttl'],
  },
  {
    it: 'keeps for an hour what stands before an hour',
    request: {
      model: sonnet45,
      tools: [tool('f', { cache_control })],
      messages: [
        { ...brief, cache_control: hour },
        { ...hello, cache_control },
      ],
    },
    sends: {
      toolConfig: { tools: [entry('f'), hourPoint] },
      system: [{ text: 'Be brief.' }, hourPoint],
      messages: [{ role: 'user', content: [{ text: 'Hello' }, point] }],
    },
    omits: ['messages.0.content.1.cachePoint.ttl'],
  },
  { it: 'takes four marks', request: { messages: marks(4) }, drops: [] },
  {
    it: 'leaves out the earliest of five marks in the conversation, and says so',
    request: { messages: [{ ...brief, cache_control }, ...marks(5)], tools: [tool('f', { cache_control })] },
    sends: {
      toolConfig: { tools: [entry('f'), point] },
      system: [{ text: 'Be brief.' }, point],
      messages: [
        { role: 'user', content: [{ text: 'q0' }] },
        { role: 'assistant', content: [{ text: 'a0' }] },
        { role: 'user', content: [{ text: 'q1' }] },
        { role: 'assistant', content: [{ text: 'a1' }] },
        { role: 'user', content: [{ text: 'q2' }] },
        { role: 'assistant', content: [{ text: 'a2' }] },
        { role: 'user', content: [{ text: 'q3' }, point] },
        { role: 'assistant', content: [{ text: 'a3' }] },
        { role: 'user', content: [{ text: 'q4' }, point] },
      ],
    },
    drops: ['cache_control'],
  },
  {
    it: 'leaves out the earliest of five marked tools',
    request: { tools: ['a', 'b', 'c', 'd', 'e'].map(name => tool(name, { cache_control })) },
    sends: {
      toolConfig: {
        tools: [entry('a'), entry('b'), point, entry('c'), point, entry('d'), point, entry('e'), point],
      },
    },
    drops: ['cache_control'],
  },
  {
    it: 'puts no point among the tools of Nova, and says so',
    request: { model: nova, tools: [tool('f', { cache_control })], messages: [{ ...brief, cache_control }, hello] },
    sends: { toolConfig: { tools: [entry('f')] }, system: [{ text: 'Be brief.' }, point] },
    drops: ['cache_control'],
  },
  {
    it: 'puts no point beside tool results of Nova, and says so',
    request: { model: nova, ...called({ cache_control }) },
    sends: {
      messages: [
        helloTurn,
        { role: 'assistant', content: [toolUse('x'), toolUse('y')] },
        { role: 'user', content: [result('x'), result('y')] },
      ],
    },
    drops: ['cache_control'],
  },
]

requestRows('marks on a prompt', marked)
