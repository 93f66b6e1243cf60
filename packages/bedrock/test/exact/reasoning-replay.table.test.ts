import type { ChatCompletionRequest } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import type { BedrockChatRequest } from '../../src/index.ts'
import { capabilitiesOf } from '../../src/models/models.ts'
import { toConverseRequest } from '../../src/request/converse-request.ts'
import { haiku, sonnet45 } from '../a-call.ts'
import { type RequestRow, requestRows } from './request-row.ts'

type Messages = ChatCompletionRequest['messages']
type Assistant = Extract<Messages[number], { role: 'assistant' }>
type Blocks = NonNullable<Assistant['thinking_blocks']>

const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const sonnet46 = 'us.anthropic.claude-sonnet-4-6'
const hello = { role: 'user', content: 'Hello' } as const
const helloTurn = { role: 'user', content: [{ text: 'Hello' }] }
const signed: Blocks[number] = { type: 'thinking', thinking: ' Hm. \n', signature: 'ErUBCkYIBxgC+/A=' }
const unsigned: Blocks[number] = { type: 'thinking', thinking: 'Hm.' }
const redacted: Blocks[number] = { type: 'redacted_thinking', data: 'RXJv' }
const openais: Blocks[number] = { type: 'redacted_thinking', data: 'gAAAAABo' }
const signedBlock = { reasoningContent: { reasoningText: { text: ' Hm. \n', signature: 'ErUBCkYIBxgC+/A=' } } }
const redactedBlock = { reasoningContent: { redactedContent: 'RXJv' } }

function after(
  model: string,
  thinking_blocks: Blocks | undefined,
  more: Partial<Assistant> = {},
): Partial<BedrockChatRequest> {
  const assistant: Assistant = {
    role: 'assistant',
    content: 'Hi',
    ...(thinking_blocks && { thinking_blocks }),
    ...more,
  }
  return { model, messages: [hello, assistant, hello] }
}

const piece = (index: number, of: { thinking: string; signature?: string }): Blocks[number] =>
  ({ type: 'thinking', index, ...of }) as Blocks[number]

const replayed = (...blocks: object[]) => ({
  messages: [helloTurn, { role: 'assistant', content: [...blocks, { text: 'Hi' }] }, helloTurn],
})

/** As an answer comes back that was cut while the model thought. */
const cut = (...thinking_blocks: Blocks): Assistant => ({ role: 'assistant', content: null, thinking_blocks })

/** Claude refuses a turn that ends in a thought, and thoughts in a turn that it is to go on with without thinking. */
const ends: readonly RequestRow[] = [
  ...[sonnet4, sonnet46].map(
    (model): RequestRow => ({
      it: `ends a turn of ${model} that was cut in its thoughts with a word`,
      request: { model, messages: [hello, cut(signed), hello] },
      sends: { messages: [helloTurn, { role: 'assistant', content: [signedBlock, { text: '.' }] }, helloTurn] },
    }),
  ),
  {
    it: 'ends a turn with a word whose last message was cut in its thoughts',
    request: { model: sonnet4, messages: [hello, { role: 'assistant', content: 'Hi' }, cut(redacted), hello] },
    sends: {
      messages: [helloTurn, { role: 'assistant', content: [{ text: 'Hi' }, redactedBlock, { text: '.' }] }, helloTurn],
    },
  },
  {
    it: 'has a turn continued without its thoughts where the model does not think',
    request: { model: sonnet4, messages: [hello, { ...cut(signed), content: 'Well, ' }] },
    sends: { messages: [helloTurn, { role: 'assistant', content: [{ text: 'Well,' }] }] },
  },
  {
    it: 'has a turn begun anew of which there are but thoughts, where the model does not think',
    request: { model: sonnet4, messages: [hello, cut(signed, redacted)] },
    sends: { messages: [helloTurn] },
  },
  {
    it: 'keeps the thoughts of a last turn where the model thinks, which is then asked to go on',
    request: { model: sonnet4, messages: [hello, cut(signed)], reasoning_effort: 'low' },
    sends: {
      messages: [
        helloTurn,
        { role: 'assistant', content: [signedBlock, { text: '.' }] },
        { role: 'user', content: [{ text: 'Please continue.' }] },
      ],
    },
  },
]

const replays: readonly RequestRow[] = [
  ...['us.anthropic.claude-3-7-sonnet-20250219-v1:0', sonnet4, sonnet45, sonnet46, 'us.anthropic.claude-opus-5-5'].map(
    (model): RequestRow => ({
      it: `sends ${model} its signed reasoning back byte for byte, before the text`,
      request: after(model, [signed]),
      sends: replayed(signedBlock),
    }),
  ),
  {
    it: 'sends encrypted reasoning back',
    request: after(sonnet4, [redacted]),
    sends: replayed(redactedBlock),
  },
  {
    it: 'keeps several blocks apart and in order',
    request: after(sonnet4, [redacted, signed, redacted]),
    sends: replayed(redactedBlock, signedBlock, redactedBlock),
  },
  {
    it: 'never sends Claude unsigned reasoning',
    request: after(sonnet4, [unsigned]),
    sends: replayed(),
  },
  {
    it: 'never sends Claude a blank signature',
    request: after(sonnet4, [{ ...unsigned, signature: '' } as Blocks[number]]),
    sends: replayed(),
  },
  {
    it: 'never sends reasoning_content, which nobody signed',
    request: after(sonnet4, undefined, { reasoning_content: 'Hm.' }),
    sends: replayed(),
  },
  {
    it: 'keeps what OpenAI encrypted from Claude',
    request: after(sonnet4, [openais]),
    sends: replayed(),
  },
  {
    it: 'keeps what OpenAI encrypted from Claude in base64, too',
    request: after(sonnet4, [{ type: 'redacted_thinking', data: 'Z0FBQUFBQm8=' }, signed]),
    sends: replayed(signedBlock),
  },
  {
    it: 'keeps signatures that are no base64 from Claude',
    request: after(sonnet4, [{ type: 'thinking', thinking: 'Hm.', signature: 'sig:{1}' }]),
    sends: replayed(),
  },
  ...[
    haiku,
    'anthropic.claude-3-haiku-20240307-v1:0',
    'amazon.nova-lite-v1:0',
    'us.deepseek.r1-v1:0',
    'deepseek.v3-v1:0',
    'qwen.qwen3-32b-v1:0',
    'openai.gpt-oss-120b-1:0',
    'us.meta.llama3-3-70b-instruct-v1:0',
  ].map(
    (model): RequestRow => ({
      it: `sends ${model} no reasoning back, and keeps the text`,
      request: after(model, [signed, redacted, unsigned]),
      sends: replayed(),
    }),
  ),
  {
    it: 'puts the pieces of a stream together that a client kept side by side',
    request: after(sonnet4, [
      piece(0, { thinking: ' Hm' }),
      piece(0, { thinking: '. \n' }),
      piece(0, { thinking: '', signature: 'ErUBCkYIBxgC+/A=' }),
      { ...redacted, index: 1 } as Blocks[number],
      piece(2, { thinking: ' Hm. \n' }),
      piece(2, { thinking: '', signature: 'ErUBCkYIBxgC+/A=' }),
    ]),
    sends: replayed(signedBlock, redactedBlock, signedBlock),
  },
  {
    it: 'puts them together where the stream had others in between, too',
    request: after(sonnet4, [
      piece(0, { thinking: ' Hm' }),
      { ...redacted, index: 1 } as Blocks[number],
      piece(2, { thinking: ' Hm' }),
      piece(0, { thinking: '. \n' }),
      piece(2, { thinking: '. \n' }),
      piece(0, { thinking: '', signature: 'ErUBCkYIBxgC+/A=' }),
      piece(2, { thinking: '', signature: 'ErUBCkYIBxgC+/A=' }),
    ]),
    sends: replayed(signedBlock, redactedBlock, signedBlock),
  },
  {
    it: "leaves out the last piece alone, which OpenAI's stream helper keeps of reasoning that had text",
    request: after(sonnet4, [piece(0, { thinking: '', signature: 'ErUBCkYIBxgC+/A=' })], { reasoning_content: '.' }),
    sends: replayed(),
  },
  {
    it: 'leaves out encrypted reasoning whose open part is lost',
    request: after(sonnet4, [{ ...redacted, index: 1 } as Blocks[number]], { reasoning_content: '.' }),
    sends: replayed(),
  },
  {
    it: 'sends reasoning back whose text the model itself left out',
    request: after(sonnet4, [{ type: 'thinking', thinking: '', signature: 'ErUBCkYIBxgC+/A=' }]),
    sends: replayed({ reasoningContent: { reasoningText: { text: '', signature: 'ErUBCkYIBxgC+/A=' } } }),
  },
  {
    it: 'refuses a block that no answer held',
    request: after(sonnet4, [{ type: 'thinking', thinking: 5 } as never]),
    refuses: { param: 'messages[1].thinking_blocks[0].thinking', says: /must be the string/ },
  },
]

const call = (id = 'x') => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }) as const
const toolUse = { toolUse: { toolUseId: 'x', name: 'f', input: {} } }
const done = { role: 'tool', tool_call_id: 'x', content: 'done' } as const
const thinking = { thinking: { type: 'enabled', budget_tokens: 1_024 } }

function turn(...assistant: readonly Messages[number][]): Partial<BedrockChatRequest> {
  return {
    model: sonnet4,
    reasoning_effort: 'low',
    tools: [{ type: 'function', function: { name: 'f' } }],
    messages: [hello, ...assistant, done],
  }
}

const calling = (...thinking_blocks: Blocks): Assistant => ({
  role: 'assistant',
  tool_calls: [call()],
  thinking_blocks,
})
const lost = { omits: ['additionalModelRequestFields'], drops: ['reasoning_effort'] }
const kept = { sends: { additionalModelRequestFields: thinking } }

const toolTurns: readonly RequestRow[] = [
  { it: 'thinks on behind calls with their thinking', request: turn(calling(signed)), ...kept },
  { it: 'thinks on behind calls with encrypted thinking', request: turn(calling(redacted)), ...kept },
  { it: 'does not think behind calls whose thinking was lost', request: turn(calling()), ...lost },
  {
    it: 'does not think behind calls of whose thinking the last piece alone is left',
    request: turn({
      ...calling(piece(0, { thinking: '', signature: 'ErUBCkYIBxgC+/A=' })),
      reasoning_content: '.',
    }),
    ...lost,
  },
  {
    it: 'does not think behind calls with unsigned thinking',
    request: turn(calling(unsigned)),
    ...lost,
  },
  {
    it: "does not think behind calls with another's thinking",
    request: turn(calling(openais)),
    ...lost,
  },
  ...[sonnet46, 'us.anthropic.claude-opus-4-7', 'us.anthropic.claude-sonnet-5', 'us.anthropic.claude-opus-5-5'].map(
    (model): RequestRow => ({
      it: `has ${model} think on adaptively there, which asks for no thoughts before`,
      request: { ...turn(calling()), model },
      sends: { additionalModelRequestFields: { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } } },
      drops: [],
    }),
  ),
  {
    it: "has it think on by the caller's own adaptive thinking, too",
    request: { ...turn(calling()), model: sonnet46, reasoning_effort: null, thinking: { type: 'adaptive' } },
    sends: { additionalModelRequestFields: { thinking: { type: 'adaptive' } } },
    drops: [],
  },
  {
    it: 'has it think on adaptively by a budget that it does not take',
    request: {
      ...turn(calling()),
      model: 'us.anthropic.claude-opus-4-7',
      reasoning_effort: null,
      thinking: { type: 'enabled', budget_tokens: 2_048 },
    },
    sends: { additionalModelRequestFields: { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } } },
    drops: ['thinking.budget_tokens'],
  },
  ...[
    { model: sonnet46, thinking: { type: 'enabled', budget_tokens: 2_048 } },
    { model: sonnet4, thinking: { type: 'adaptive' } },
  ].map(
    ({ model, thinking: own }): RequestRow => ({
      it: `does not have ${model} think there within the budget that ${own.type} thinking becomes`,
      request: { ...turn(calling()), model, reasoning_effort: null, thinking: own },
      omits: ['additionalModelRequestFields'],
      drops: ['thinking'],
    }),
  ),
  {
    it: "does not think there by the caller's own thinking either",
    request: { ...turn(calling()), reasoning_effort: null, thinking: { type: 'enabled', budget_tokens: 2_048 } },
    omits: ['additionalModelRequestFields'],
    drops: ['thinking'],
  },
  {
    it: 'does not think where the merged turn starts with text',
    request: turn({ role: 'assistant', content: 'Let me see.' }, calling(signed)),
    ...lost,
  },
  {
    it: 'thinks on where the merged turn starts with thinking',
    request: turn({ role: 'assistant', content: 'Let me see.', thinking_blocks: [signed] }, calling()),
    ...kept,
  },
  {
    it: 'counts no message that leaves nothing',
    request: turn({ role: 'assistant', content: ' ' }, { role: 'user', content: ' ' }, calling(signed)),
    ...kept,
  },
  {
    it: 'looks at the turn before where the last message of the assistant leaves nothing',
    request: { ...turn(), messages: [hello, calling(), done, { role: 'assistant', content: ' ' }] },
    ...lost,
  },
  {
    it: 'counts no instruction, which is hoisted',
    request: turn({ role: 'assistant', content: 'Hm?' }, { role: 'system', content: 'Go on.' }, calling(signed)),
    ...lost,
  },
  {
    it: 'thinks on behind a turn without calls',
    request: { ...turn(), messages: [hello, { role: 'assistant', content: 'Hi' }, hello] },
    ...kept,
  },
  {
    it: 'thinks on where the calls are told as text',
    request: { ...turn(calling()), tools: [] },
    ...kept,
  },
  {
    it: 'sends thinking first, then the call',
    request: turn(calling(signed)),
    sends: { messages: [helloTurn, { role: 'assistant', content: [signedBlock, toolUse] }, { role: 'user' }] },
  },
]

requestRows('reasoning sent back', [...replays, ...ends])
requestRows('thinking behind tool calls', toolTurns)

describe('models that the simulator lacks', () => {
  function say(model: string, request: Partial<BedrockChatRequest>) {
    const dropped = new Set<string>()
    const { body } = toConverseRequest({ model, messages: [hello], ...request }, capabilitiesOf(model), dropped)
    return { fields: body.additionalModelRequestFields, dropped: [...dropped], turn: body.messages[1]?.content }
  }

  it.each([
    ['openai.gpt-5.5', 'none', { reasoning: { effort: 'none' } }],
    ['openai.gpt-5.5', 'minimal', { reasoning: { effort: 'low' } }],
    ['openai.gpt-6-astra', 'high', { reasoning: { effort: 'high' } }],
    ['moonshotai.kimi-k2.5', 'low', { reasoning_effort: 'low' }],
    ['moonshotai.kimi-k2.5', 'medium', { reasoning_effort: 'high' }],
    ['moonshotai.kimi-k2.5', 'max', { reasoning_effort: 'max' }],
    ['deepseek.v3.2', 'high', { reasoning_config: 'high' }],
    ['anthropic.claude-fable-5-1', 'xhigh', adaptive('xhigh')],
    ['anthropic.claude-mythos-5-1', 'xhigh', adaptive('xhigh')],
    ['anthropic.claude-haiku-5-5', 'none', { thinking: { type: 'disabled' } }],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 'low', { thinking: { type: 'enabled', budget_tokens: 1_024 } }],
    ['anthropic.claude-opus-4-20250514-v1:0', 'medium', { thinking: { type: 'enabled', budget_tokens: 2_048 } }],
  ] as const)('%s is told %s', (model, reasoning_effort, fields) => {
    expect(say(model, { reasoning_effort })).toMatchObject({ fields, dropped: [] })
  })

  it.each([
    'anthropic.claude-fable-5',
    'anthropic.claude-mythos-5-1',
    'moonshot.kimi-k2-thinking',
    'mistral.magistral-small-2509',
  ])('%s reasons whatever it is told, and none is said to be lost', model => {
    expect(say(model, { reasoning_effort: 'none' })).toMatchObject({
      fields: undefined,
      dropped: ['reasoning_effort'],
    })
  })

  it('an opaque ARN may be of Claude: thinking is passed on as it is', () => {
    const own = { type: 'enabled', budget_tokens: 9 }
    const arn = 'arn:aws:bedrock:us-east-1:1:application-inference-profile/a'
    expect(say(arn, { thinking: own })).toMatchObject({ fields: { thinking: own }, dropped: [] })
  })

  it.each<[string, Blocks, object[]]>([
    ['what they encrypted', [openais], [{ reasoningContent: { redactedContent: 'gAAAAABo' } }]],
    ['nothing unsigned', [unsigned], []],
    ['nothing of a turn that Claude signed', [signed, redacted], []],
  ])("OpenAI's models are sent back %s", (_what, thinking_blocks, blocks) => {
    const messages: Messages = [hello, { role: 'assistant', content: 'Hi', thinking_blocks }, hello]
    expect(say('openai.gpt-5.5', { messages }).turn).toEqual([...blocks, { text: 'Hi' }])
  })

  function adaptive(effort: string) {
    return { thinking: { type: 'adaptive' }, output_config: { effort } }
  }
})
