import type { ChatMessage } from '@modelgate/core'
import { expect } from 'vitest'
import { sonnet45 } from '../a-call.ts'
import { answer, calls, f, filler, image, result, said, text, use, user } from './message-shapes.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const nova = 'amazon.nova-lite-v1:0'
const sonnet46 = 'us.anthropic.claude-sonnet-4-6'
const system = (content: string, name?: string): ChatMessage => ({ role: 'system', content, ...(name && { name }) })
const turn = (role: string, ...texts: string[]) => ({ role, content: texts.map(value => ({ text: value })) })

const turns: readonly RequestRow[] = [
  {
    it: 'joins messages of one role in one turn, a block each',
    request: { messages: [user('a'), user('b'), said('c'), said('d'), user('e')] },
    sends: { messages: [turn('user', 'a', 'b'), turn('assistant', 'c', 'd'), turn('user', 'e')] },
  },
  {
    it: 'joins what is left on both sides of a message that was blank',
    request: { messages: [user('a'), said('\n'), user('b')] },
    sends: { messages: [turn('user', 'a', 'b')] },
  },
  {
    it: 'begins with the assistant where Claude takes it',
    request: { messages: [said('Welcome.'), user('a')] },
    sends: { messages: [turn('assistant', 'Welcome.'), turn('user', 'a')] },
  },
  {
    it: 'begins with the assistant where Qwen takes it',
    request: { model: 'qwen.qwen3-32b-v1:0', messages: [said('Welcome.'), user('a')] },
    sends: { messages: [turn('assistant', 'Welcome.'), turn('user', 'a')] },
  },
  {
    it: 'begins with a filler elsewhere',
    request: { model: nova, messages: [said('Welcome.'), user('a')] },
    sends: { messages: [filler, turn('assistant', 'Welcome.'), turn('user', 'a')] },
  },
  {
    it: 'ends with the assistant where Claude goes on with it',
    request: { model: sonnet45, messages: [user('a'), said('Once')] },
    sends: { messages: [turn('user', 'a'), turn('assistant', 'Once')] },
  },
  {
    it: 'has the user ask on where Claude 4.6 refuses to go on with it',
    request: { model: sonnet46, messages: [user('a'), said('Once ')] },
    sends: { messages: [turn('user', 'a'), turn('assistant', 'Once '), turn('user', 'Please continue.')] },
  },
  {
    it: 'has the user ask on where Claude thinks',
    request: { model: sonnet45, messages: [user('a'), said('Once')], reasoning_effort: 'low' },
    sends: { messages: [turn('user', 'a'), turn('assistant', 'Once'), turn('user', 'Please continue.')] },
  },
  {
    it: 'leaves out blank text among other text',
    request: { messages: [user([text(' \n'), text('a'), text('')])] },
    sends: { messages: [turn('user', 'a')] },
  },
  {
    it: 'says a filler where nobody said anything',
    request: { messages: [user(' ')] },
    sends: { messages: [filler] },
  },
  {
    it: 'leaves out blank instructions',
    request: { messages: [system(' '), user('a')] },
    omits: ['system'],
  },
  {
    it: 'trims the end of the last turn, where Claude refuses whitespace',
    request: { messages: [user('a'), said('Once \n')] },
    sends: { messages: [turn('user', 'a'), turn('assistant', 'Once')] },
  },
  {
    it: 'trims nothing else',
    request: { messages: [user(' a '), said(' b '), user(' c ')] },
    sends: { messages: [turn('user', ' a '), turn('assistant', ' b '), turn('user', ' c ')] },
  },
  {
    it: 'says leading instructions as blocks of system, in order',
    request: { messages: [system('s'), { role: 'developer', content: 'd' }, user('a')] },
    sends: { system: [{ text: 's' }, { text: 'd' }], messages: [turn('user', 'a')] },
  },
  {
    it: 'says each part of an instruction as a block',
    request: {
      messages: [{ role: 'system', content: [text('s') as never, text('t') as never] }, user('a')],
    },
    sends: { system: [{ text: 's' }, { text: 't' }] },
  },
  {
    it: 'hoists instructions of mid-conversation, and joins the turns around them',
    request: { messages: [user('a'), system('s'), user('b')] },
    sends: { system: [{ text: 's' }], messages: [turn('user', 'a', 'b')] },
  },
  {
    it: 'refuses an image as an instruction',
    request: { messages: [{ role: 'system', content: [image() as never] }, user('a')] },
    refuses: { param: 'messages[0].content[0]', says: /only text in a system message.*put it in a user message/ },
  },
  {
    it: 'says a filler where only instructions were given',
    request: { messages: [system('s')] },
    sends: { system: [{ text: 's' }], messages: [filler] },
  },
  {
    it: 'leaves out names, and says so',
    request: { messages: [system('s', 'n'), { role: 'user', name: 'ann', content: 'a' }] },
    sends: { system: [{ text: 's' }], messages: [turn('user', 'a')] },
    drops: ['messages.name'],
  },
  {
    it: 'says a refusal as text',
    request: { messages: [user('a'), { role: 'assistant', content: null, refusal: 'No.' }, user('b')] },
    sends: { messages: [turn('user', 'a'), turn('assistant', 'No.'), turn('user', 'b')] },
  },
  {
    it: 'says a refusal part as text, in its place',
    request: {
      messages: [
        user('a'),
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'b' },
            { type: 'refusal', refusal: 'No.' },
          ],
        },
        user('c'),
      ],
    },
    sends: { messages: [turn('user', 'a'), turn('assistant', 'b', 'No.'), turn('user', 'c')] },
  },
  {
    it: "leaves out an assistant's audio, and says so",
    request: { messages: [user('a'), { role: 'assistant', content: 'b', audio: { id: 'audio_1' } }, user('c')] },
    sends: { messages: [turn('user', 'a'), turn('assistant', 'b'), turn('user', 'c')] },
    drops: ['messages.audio'],
  },
  {
    it: 'refuses an image from the assistant, which Bedrock takes from the user only',
    request: { messages: [user('a'), { role: 'assistant', content: [image() as never] }, user('b')] },
    refuses: { param: 'messages[1].content[0]', says: /only text in a message of the assistant.*in a user message/ },
  },
]

const tools = [f]
const longId = (tail: string) => `fc_${'0'.repeat(80)}${tail}`
const hashed = /^call_[a-f0-9]{24}$/

const toolTurns: readonly RequestRow[] = [
  {
    it: 'merges the results of parallel calls in one turn, before its text',
    request: { tools, messages: [user('a'), calls('x', 'y'), result('x'), result('y'), user('b')] },
    sends: {
      messages: [
        turn('user', 'a'),
        { role: 'assistant', content: [use('x'), use('y')] },
        { role: 'user', content: [answer('x'), answer('y'), { text: 'b' }] },
      ],
    },
  },
  {
    it: 'puts a result before the text that came ahead of it',
    request: { tools, messages: [user('a'), calls('x'), user('b'), result('x')] },
    sends: {
      messages: [turn('user', 'a'), { content: [use('x')] }, { role: 'user', content: [answer('x'), { text: 'b' }] }],
    },
  },
  {
    it: 'answers a call whose result is missing with an error',
    request: { tools, messages: [user('a'), calls('x', 'y'), result('y'), user('b')] },
    sends: {
      messages: [
        turn('user', 'a'),
        { content: [use('x'), use('y')] },
        {
          content: [
            answer('y'),
            { toolResult: { toolUseId: 'x', status: 'error', content: [{ text: 'The tool gave no result.' }] } },
            { text: 'b' },
          ],
        },
      ],
    },
  },
  {
    it: 'answers the calls of a last turn',
    request: { tools, messages: [user('a'), calls('x')] },
    sends: {
      messages: [
        turn('user', 'a'),
        { content: [use('x')] },
        { role: 'user', content: [{ toolResult: { toolUseId: 'x', status: 'error' } }] },
      ],
    },
  },
  {
    it: 'refuses a result that answers no call',
    request: { tools, messages: [user('a'), calls('x'), result('x'), result('z')] },
    refuses: { param: 'messages[3].tool_call_id', says: /'z' answers no tool call.*send the id of one/ },
  },
  {
    it: 'joins two results for one call in one',
    request: { tools, messages: [user('a'), calls('x'), result('x', '1'), result('x', '2')] },
    sends: {
      messages: [{}, {}, { content: [answer('x', { text: '1' }, { text: '2' })] }],
    },
  },
  ...(
    [
      ['us.meta.llama3-3-70b-instruct-v1:0', 'Llama'],
      ['mistral.mistral-large-2407-v1:0', 'Mistral'],
      ['us.writer.palmyra-x5-v1:0', 'Palmyra'],
    ] as const
  ).map(
    ([model, family]): RequestRow => ({
      it: `leaves results alone in their turn for ${family}`,
      request: {
        model,
        tools,
        messages: [user('a'), calls('abcdefgh1'), result('abcdefgh1'), user('b')],
      },
      sends: {
        messages: [
          turn('user', 'a'),
          { content: [use('abcdefgh1')] },
          { role: 'user', content: [answer('abcdefgh1')] },
          turn('assistant', '.'),
          turn('user', 'b'),
        ],
      },
    }),
  ),
  ...(
    [
      ['us.meta.llama3-3-70b-instruct-v1:0', 'Llama'],
      ['mistral.mistral-large-2407-v1:0', 'Mistral'],
      ['us.writer.palmyra-x5-v1:0', 'Palmyra'],
    ] as const
  ).map(
    ([model, family]): RequestRow => ({
      it: `leaves calls alone in their turn for ${family}, too, behind what was said beside them`,
      request: {
        model,
        tools,
        messages: [user('a'), { ...calls('abcdefgh1', 'abcdefgh2'), content: 'I look.' }, result('abcdefgh1')],
      },
      sends: {
        messages: [
          turn('user', 'a'),
          turn('assistant', 'I look.'),
          turn('user', 'Please continue.'),
          { role: 'assistant', content: [use('abcdefgh1'), use('abcdefgh2')] },
          { role: 'user', content: [answer('abcdefgh1'), {}] },
        ],
      },
    }),
  ),
  {
    it: 'keeps what was said and the calls together for Claude',
    request: { tools, messages: [user('a'), { ...calls('x'), content: 'I look.' } as const, result('x')] },
    sends: { messages: [{}, { content: [{ text: 'I look.' }, use('x')] }, {}] },
  },
  {
    it: 'gives Palmyra no status, which it refuses',
    request: { model: 'us.writer.palmyra-x5-v1:0', tools, messages: [user('a'), calls('x')] },
    omits: ['messages[2].content[0].toolResult.status'],
  },
  {
    it: 'tells calls and results as text where no tools are offered',
    request: { messages: [user('a'), calls('x'), result('x'), user('b')] },
    sends: {
      messages: [
        turn('user', 'a'),
        turn('assistant', '[Called the tool f with {"a":1}]'),
        turn('user', '[The tool f returned]', 'done', 'b'),
      ],
    },
    omits: ['toolConfig'],
  },
  {
    it: 'tells them as text where the caller chose none of its tools',
    request: { tools, tool_choice: 'none', messages: [user('a'), calls('x'), result('x')] },
    sends: { messages: [{}, turn('assistant', '[Called the tool f with {"a":1}]'), {}] },
    omits: ['toolConfig'],
  },
  {
    it: 'tells them as text to a model without tools',
    request: { model: 'meta.llama3-8b-instruct-v1:0', messages: [user('a'), calls('x'), result('x')] },
    sends: { messages: [{}, turn('assistant', '[Called the tool f with {"a":1}]'), {}] },
  },
  {
    it: 'keeps an id that the model takes',
    request: { tools, messages: [user('a'), calls('call_1-b'), result('call_1-b')] },
    sends: { messages: [{}, { content: [use('call_1-b')] }, { content: [answer('call_1-b')] }] },
  },
  {
    it: 'keeps points and colons where the model takes them',
    request: { model: nova, tools, messages: [user('a'), calls('functions.f:0'), result('functions.f:0')] },
    sends: { messages: [{}, { content: [use('functions.f:0')] }, { content: [answer('functions.f:0')] }] },
  },
  {
    it: 'says missing arguments as an empty object',
    request: { tools, messages: [user('a'), callWith(''), result('x')] },
    sends: { messages: [{}, { content: [{ toolUse: { input: {} } }] }, {}] },
  },
  {
    it: 'keeps arguments that are cut off, under one key',
    request: { tools, messages: [user('a'), callWith('{"a":'), result('x')] },
    sends: { messages: [{}, { content: [{ toolUse: { input: { rawInvalidInput: '{"a":' } } }] }, {}] },
  },
  {
    it: 'keeps arguments that are no object, under one key',
    request: { tools, messages: [user('a'), callWith('[1]'), result('x')] },
    sends: { messages: [{}, { content: [{ toolUse: { input: { rawInvalidInput: '[1]' } } }] }, {}] },
  },
  {
    it: 'says the parts of a result as blocks of one result',
    request: { tools, messages: [user('a'), calls('x'), result('x', [text('1'), text(' '), text('2')])] },
    sends: { messages: [{}, {}, { content: [answer('x', { text: '1' }, { text: '2' })] }] },
  },
  {
    it: 'says an empty output',
    request: { tools, messages: [user('a'), calls('x'), result('x', '')] },
    sends: { messages: [{}, {}, { content: [answer('x', { text: '(no output)' })] }] },
  },
  {
    it: 'says text before the calls of its message, and no text where there was none',
    request: {
      tools,
      messages: [user('a'), { ...calls('x'), content: 'Looking.' } as ChatMessage, result('x')],
    },
    sends: { messages: [{}, { content: [{ text: 'Looking.' }, use('x')] }, {}] },
  },
]

/** Rows about ids that change: what they become is for the pattern to say. */
const changedIds: readonly (readonly [it: string, model: string, ids: string[], legal: RegExp])[] = [
  ['hashes ids that are too long, apart where they differ late', sonnet45, [longId('1'), longId('2')], hashed],
  ['hashes ids with characters that no model takes', nova, ['a b', 'a/b'], hashed],
  ["hashes other models' points and colons for Claude", sonnet45, ['functions.f:0', 'functions.f:1'], hashed],
  ['makes nine characters for Mistral', 'mistral.mistral-large-2407-v1:0', ['tooluse_1', 't'], /^[a-z0-9]{9}$/i],
]

function callWith(args: string): ChatMessage {
  return { role: 'assistant', tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: args } }] }
}

requestRows('turns', turns)
requestRows('tool turns', toolTurns)
requestRows(
  'tool ids that change',
  changedIds.map(([it, model, [first = '', second = ''], legal]) => ({
    it,
    request: { model, tools, messages: [user('a'), calls(first, second), result(first), result(second)] },
    sends: {
      messages: [
        {},
        { content: [useOf(legal), useOf(legal)] },
        { content: [{ toolResult: { toolUseId: matching(legal) } }, { toolResult: { toolUseId: matching(legal) } }] },
      ],
    },
  })),
)

function useOf(legal: RegExp): object {
  return { toolUse: { toolUseId: matching(legal) } }
}

function matching(legal: RegExp): unknown {
  return expect.stringMatching(legal)
}
