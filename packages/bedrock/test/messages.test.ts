import type { ChatMessage } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { toMessages } from '../src/request/messages.ts'
import { createToolNames } from '../src/tools/tool-names.ts'

const claude = 'anthropic.claude-3-5-haiku-20241022-v1:0'
const claude46 = 'anthropic.claude-sonnet-4-6'
const nova = 'amazon.nova-lite-v1:0'
const llama = 'meta.llama3-3-70b-instruct-v1:0'
const mistral = 'mistral.mistral-large-2407-v1:0'

function say(messages: readonly ChatMessage[], model = claude, hasTools = true) {
  return toMessages(messages, { capabilities: capabilitiesOf(model), toolNames: createToolNames([]), hasTools })
}

const user = (content: string): ChatMessage => ({ role: 'user', content })
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content })
const calls = (...ids: string[]): ChatMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map(id => ({ id, type: 'function', function: { name: 'weather', arguments: `{"for":"${id}"}` } })),
})
const result = (tool_call_id: string, content = `sunny for ${tool_call_id}`): ChatMessage => ({
  role: 'tool',
  tool_call_id,
  content,
})
const text = (value: string) => ({ text: value })
const use = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'weather', input: { for: toolUseId } } })
const answer = (toolUseId: string) => ({ toolResult: { toolUseId, content: [text(`sunny for ${toolUseId}`)] } })

describe('turns', () => {
  it('alternate: messages of one role join in one turn', () => {
    expect(say([user('a'), user('b'), assistant('c'), assistant('d'), user('e')])).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
      { role: 'assistant', content: [text('c'), text('d')] },
      { role: 'user', content: [text('e')] },
    ])
  })

  it.each(['', ' ', '\n\t'])('leave out blank text %j, and a message that was nothing else', blank => {
    const parts: ChatMessage = {
      role: 'user',
      content: [
        { type: 'text', text: blank },
        { type: 'text', text: 'b' },
      ],
    }
    expect(say([user('a'), assistant(blank), parts])).toEqual([{ role: 'user', content: [text('a'), text('b')] }])
  })

  it('leave out system and developer messages', () => {
    const messages: ChatMessage[] = [
      { role: 'system', content: 's' },
      user('a'),
      { role: 'developer', content: 'd' },
      user('b'),
    ]
    expect(say(messages)).toEqual([{ role: 'user', content: [text('a'), text('b')] }])
  })

  it('begin with a filler where only instructions were given', () => {
    expect(say([{ role: 'system', content: 's' }])).toEqual([{ role: 'user', content: [text('.')] }])
  })

  it('begin with the assistant only where the model takes it', () => {
    expect(say([assistant('Welcome.'), user('Hi')], claude)[0]?.role).toBe('assistant')
    expect(say([assistant('Welcome.'), user('Hi')], nova).map(turn => turn.role)).toEqual(['user', 'assistant', 'user'])
  })

  it('end with the assistant only where the model continues it, without trailing whitespace', () => {
    expect(say([user('a'), assistant('Once upon \n')], claude).at(-1)).toEqual({
      role: 'assistant',
      content: [text('Once upon')],
    })
    expect(say([user('a'), assistant('Once upon ')], claude46)).toEqual([
      { role: 'user', content: [text('a')] },
      { role: 'assistant', content: [text('Once upon ')] },
      { role: 'user', content: [text('Please continue.')] },
    ])
  })

  it('keep whitespace everywhere else', () => {
    expect(say([user(' a '), assistant(' b '), user('c')])[1]?.content).toEqual([text(' b ')])
  })

  it('tell it all in one turn to a model without history', () => {
    expect(say([user('a'), assistant('b'), user('c')], 'cohere.command-text-v14')).toEqual([
      { role: 'user', content: [text('User: a'), text('Assistant: b'), text('User: c'), text('Assistant:')] },
    ])
    expect(say([user('a')], 'cohere.command-text-v14')).toEqual([{ role: 'user', content: [text('a')] }])
  })

  it('carry a refusal as text', () => {
    const refused: ChatMessage = { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }
    expect(say([user('a'), refused, user('b')])[1]?.content).toEqual([text('No.')])
    expect(say([user('a'), { role: 'assistant', refusal: 'No.' }, user('b')])[1]?.content).toEqual([text('No.')])
  })

  it('refuse a role that Bedrock does not have, naming it', () => {
    const odd: ChatMessage = { role: 'function', name: 'f', content: 'x' }
    expect(() => say([user('a'), odd])).toThrow("`messages[1].role`: Bedrock cannot be sent the role 'function'")
  })
})

describe('tool results', () => {
  it('of parallel calls share the next user turn, in order', () => {
    expect(say([user('a'), calls('x', 'y'), result('x'), result('y')])).toEqual([
      { role: 'user', content: [text('a')] },
      { role: 'assistant', content: [use('x'), use('y')] },
      { role: 'user', content: [answer('x'), answer('y')] },
    ])
  })

  it('stand before the user text of their turn', () => {
    expect(say([user('a'), calls('x'), user('and?'), result('x')]).at(-1)?.content).toEqual([answer('x'), text('and?')])
  })

  it.each([llama, mistral, 'writer.palmyra-x5-v1:0'])('stand alone for %s', model => {
    const turns = say([user('a'), calls('abcdefgh1'), result('abcdefgh1'), user('and?')], model)
    expect(turns.map(turn => turn.role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user'])
    expect(turns[2]?.content).toHaveLength(1)
    expect(turns[4]?.content).toEqual([text('and?')])
  })

  it('that are missing are made up as errors, at the end too', () => {
    const missing = { toolResult: { toolUseId: 'y', content: [text('The tool gave no result.')], status: 'error' } }
    expect(say([user('a'), calls('x', 'y'), result('x'), user('b')])[2]?.content).toEqual([
      answer('x'),
      missing,
      text('b'),
    ])
    expect(say([user('a'), calls('y')]).at(-1)).toEqual({ role: 'user', content: [missing] })
  })

  it('carry no status where the model refuses it', () => {
    expect(JSON.stringify(say([user('a'), calls('y')], 'writer.palmyra-x4-v1:0'))).not.toContain('status')
  })

  it('that answer no call are refused by name', () => {
    expect(() => say([user('a'), calls('x'), result('x'), result('z')])).toThrow('messages[3].tool_call_id')
    expect(() => say([user('a'), result('z')])).toThrow("'z' answers no tool call")
    expect(() => say([user('a'), calls('x'), result('x'), assistant('ok'), result('x')])).toThrow(
      'messages[4].tool_call_id',
    )
  })

  it('given twice are joined in one', () => {
    const [, , turn] = say([user('a'), calls('x'), result('x', '1'), result('x', '2')])
    expect(turn?.content).toEqual([{ toolResult: { toolUseId: 'x', content: [text('1'), text('2')] } }])
  })

  it('with several parts keep them apart', () => {
    const parts: ChatMessage = {
      role: 'tool',
      tool_call_id: 'x',
      content: [
        { type: 'text', text: '1' },
        { type: 'text', text: '2' },
      ],
    }
    expect(say([user('a'), calls('x'), parts]).at(-1)?.content).toEqual([
      { toolResult: { toolUseId: 'x', content: [text('1'), text('2')] } },
    ])
  })

  it('that are empty say so', () => {
    expect(say([user('a'), calls('x'), result('x', '')]).at(-1)?.content).toEqual([
      { toolResult: { toolUseId: 'x', content: [text('(no output)')] } },
    ])
  })

  it('are told as text where the request offers no tools', () => {
    const turns = say([user('a'), calls('x'), result('x'), user('b')], claude, false)
    expect(JSON.stringify(turns)).not.toContain('toolUse')
    expect(turns[1]?.content).toEqual([text('[Called the tool weather with {"for":"x"}]')])
    expect(turns[2]?.content).toEqual([text('[The tool weather returned]'), text('sunny for x'), text('b')])
  })
})

describe('tool calls in the history', () => {
  it.each([
    ['', {}],
    ['  ', {}],
    ['{}', {}],
    ['{"a":1}', { a: 1 }],
    ['{"a":', { rawInvalidInput: '{"a":' }],
    ['[1,2]', { rawInvalidInput: '[1,2]' }],
    ['"text"', { rawInvalidInput: '"text"' }],
    ['null', { rawInvalidInput: 'null' }],
  ])('with arguments %j are the object %j', (args, input) => {
    const call: ChatMessage = {
      role: 'assistant',
      tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: args } }],
    }
    expect(say([user('a'), call, result('x')])[1]?.content).toEqual([{ toolUse: { toolUseId: 'x', name: 'f', input } }])
  })

  it('whose id stands twice in a conversation get another, and so do their results', () => {
    const turns = say([user('a'), calls('call_0'), result('call_0', '1'), calls('call_0'), result('call_0', '2')])
    const ids = turns.flatMap(turn =>
      turn.content.flatMap(block => ('toolUse' in block ? [block.toolUse.toolUseId] : [])),
    )
    const answers = turns.flatMap(turn =>
      turn.content.flatMap(block => ('toolResult' in block ? [block.toolResult] : [])),
    )
    expect(new Set(ids).size).toBe(2)
    expect(answers.map(({ toolUseId }) => toolUseId)).toEqual(ids)
    expect(answers.map(({ content }) => content)).toEqual([[text('1')], [text('2')]])
  })

  it('with one id for two calls of a turn are answered in order', () => {
    const [, turn, results] = say([user('a'), calls('x', 'x'), result('x', '1'), result('x', '2')])
    expect(turn?.content).toHaveLength(2)
    expect(results?.content).toMatchObject([
      { toolResult: { content: [text('1')] } },
      { toolResult: { content: [text('2')] } },
    ])
  })

  it('follow reasoning and text', () => {
    const message: ChatMessage = {
      role: 'assistant',
      content: 'Looking.',
      reasoning_content: 'Hm.',
      thinking_blocks: [
        { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
        { type: 'redacted_thinking', data: 'AAA=' },
        { type: 'thinking', thinking: 'unsigned' },
      ],
      tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }],
    }
    const history = [user('a'), message, result('x')]
    expect(say(history, claude46)[1]?.content).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig' } } },
      { reasoningContent: { redactedContent: 'AAA=' } },
      text('Looking.'),
      { toolUse: { toolUseId: 'x', name: 'f', input: {} } },
    ])
    expect(JSON.stringify(say(history, nova))).not.toContain('reasoningContent')
  })

  it('of the deprecated kind are refused by name', () => {
    const old: ChatMessage = { role: 'assistant', function_call: { name: 'f', arguments: '{}' } }
    expect(() => say([user('a'), old])).toThrow('messages[1].function_call')
  })
})
