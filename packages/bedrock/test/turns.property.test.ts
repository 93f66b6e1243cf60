import type { ChatMessage } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelCapabilities } from '../src/models/model-capabilities.ts'
import { capabilitiesOf } from '../src/models/models.ts'
import { toMessages } from '../src/request/messages.ts'
import { createToolNames } from '../src/tools/tool-names.ts'
import type { ContentBlock, ConverseMessage } from '../src/wire/converse-wire.ts'

const models = [
  'anthropic.claude-3-5-haiku-20241022-v1:0',
  'anthropic.claude-sonnet-4-6',
  'amazon.nova-lite-v1:0',
  'meta.llama3-3-70b-instruct-v1:0',
  'mistral.mistral-large-2407-v1:0',
  'qwen.qwen3-32b-v1:0',
  'writer.palmyra-x5-v1:0',
]

const text = fc.oneof(fc.constantFrom('', ' ', '\n', 'a', ' b '), fc.string({ maxLength: 8 }))
const callId = fc.constantFrom('x', 'y', 'call_0', `fc_${'0'.repeat(70)}`, 'a b', '')

const plain: fc.Arbitrary<ChatMessage[]> = fc
  .tuple(fc.constantFrom('user' as const, 'assistant' as const, 'system' as const, 'developer' as const), text)
  .map(([role, content]) => [{ role, content }])

/** An assistant message with calls, and results for some of them in some order, with other talk between. */
const exchange: fc.Arbitrary<ChatMessage[]> = fc
  .record({
    ids: fc.array(callId, { minLength: 1, maxLength: 3 }),
    content: text,
    answered: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    output: text,
    between: fc.option(text),
  })
  .map(({ ids, content, answered, output, between }) => [
    {
      role: 'assistant',
      content,
      tool_calls: ids.map(id => ({ id, type: 'function', function: { name: 'f', arguments: output } })),
    },
    ...(between === null ? [] : [{ role: 'user' as const, content: between }]),
    ...ids.flatMap((id, index): ChatMessage[] =>
      answered[index] ? [{ role: 'tool', tool_call_id: id, content: output }] : [],
    ),
  ])

const conversation = fc
  .array(fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: exchange }), { minLength: 1, maxLength: 8 })
  .map(parts => parts.flat())

const usesOf = (turn: ConverseMessage | undefined) =>
  (turn?.content ?? []).flatMap(block => ('toolUse' in block ? [block.toolUse.toolUseId] : []))
const resultsOf = (turn: ConverseMessage | undefined) =>
  (turn?.content ?? []).flatMap(block => ('toolResult' in block ? [block.toolResult.toolUseId] : []))
const isResult = (block: ContentBlock) => 'toolResult' in block

const legalIds = {
  any: /^[a-zA-Z0-9_.:-]{1,64}$/,
  wordCharacters: /^[a-zA-Z0-9_-]{1,64}$/,
  nineAlphanumerics: /^[a-zA-Z0-9]{9}$/,
}

function expectTaken(turns: readonly ConverseMessage[], capabilities: ModelCapabilities): void {
  expect(turns.length).toBeGreaterThan(0)
  if (!capabilities.leadingAssistant) expect(turns[0]?.role).toBe('user')
  if (!capabilities.prefill) expect(turns.at(-1)?.role).toBe('user')
  const ids = turns.flatMap(usesOf)
  expect(new Set(ids).size).toBe(ids.length)
  const legal = legalIds[capabilities.toolIds]
  for (const id of ids) expect(id).toMatch(legal)
  turns.forEach((turn, index) => {
    expect(turn.role).not.toBe(turns[index + 1]?.role)
    expect(turn.content.length).toBeGreaterThan(0)
    for (const block of turn.content) if ('text' in block) expect(block.text.trim()).not.toBe('')
    expect(resultsOf(turns[index + 1]).sort()).toEqual(usesOf(turn).sort())
    const results = turn.content.filter(isResult).length
    expect(turn.content.slice(0, results).every(isResult)).toBe(true)
    const tools = results + usesOf(turn).length
    if (capabilities.lonelyTools && tools > 0) expect(turn.content).toHaveLength(tools)
  })
}

describe.each(models)('any conversation becomes turns that %s takes', model => {
  const capabilities = capabilitiesOf(model)

  it('with tools', () => {
    fc.assert(
      fc.property(conversation, messages => {
        expectTaken(
          toMessages(messages, { capabilities, toolNames: createToolNames(['f']), hasTools: true }),
          capabilities,
        )
      }),
    )
  })

  it('without tools, told as text', () => {
    fc.assert(
      fc.property(conversation, messages => {
        const turns = toMessages(messages, { capabilities, toolNames: createToolNames([]), hasTools: false })
        expectTaken(turns, capabilities)
        expect(turns.flatMap(usesOf)).toEqual([])
      }),
    )
  })

  it('and says all that was said, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 10 }), said => {
        const messages = said.map(
          ([isUser, value]): ChatMessage => ({
            role: isUser ? 'user' : 'assistant',
            content: `<${value}>`,
          }),
        )
        const turns = toMessages(messages, { capabilities, toolNames: createToolNames([]), hasTools: false })
        const spoken = turns.flatMap(turn => turn.content.flatMap(block => ('text' in block ? [block.text] : [])))
        expect(spoken.filter(value => value.startsWith('<'))).toEqual(said.map(([, value]) => `<${value}>`))
      }),
    )
  })
})
