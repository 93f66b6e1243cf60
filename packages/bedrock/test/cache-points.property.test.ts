import type { ChatCompletionRequest } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { toConverseRequest } from '../src/request/converse-request.ts'
import type { ConverseBody } from '../src/wire/converse-wire.ts'

const claude45 = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const claude4 = 'anthropic.claude-sonnet-4-20250514-v1:0'
const nova = 'amazon.nova-lite-v1:0'
const llama = 'meta.llama3-3-70b-instruct-v1:0'

const mark = fc.constantFrom<object>(
  {},
  {},
  { cache_control: { type: 'ephemeral' } },
  { cache_control: { type: 'ephemeral', ttl: '1h' } },
)
const breakpoint = fc.oneof(mark, fc.constant({ prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }))
const part = fc
  .tuple(
    fc.constantFrom<object>(
      { type: 'text', text: 'a' },
      { type: 'text', text: ' ' },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,QUJD' } },
    ),
    breakpoint,
  )
  .map(([own, marks]) => ({ ...own, ...marks }))
const texts = fc.array(
  breakpoint.map(marks => ({ type: 'text', text: 'b', ...marks })),
  { maxLength: 3 },
)
const call = { id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }
const thought = { type: 'thinking', thinking: 'Hm.', signature: 'RXJv' }

const exchange = fc.oneof(
  fc.tuple(fc.array(part, { maxLength: 3 }), mark).map(([content, marks]) => [{ role: 'user', content, ...marks }]),
  fc
    .tuple(texts, mark, fc.boolean())
    .map(([content, marks, thinks]) => [
      { role: 'assistant', content, ...(thinks && { thinking_blocks: [thought] }), ...marks },
    ]),
  fc.tuple(texts, mark).map(([content, marks]) => [{ role: 'system', content, ...marks }]),
  fc.tuple(mark, texts, mark).map(([marks, content, more]) => [
    { role: 'assistant', tool_calls: [call], ...marks },
    { role: 'tool', tool_call_id: 'x', content, ...more },
  ]),
)
const request = fc.record({
  messages: fc
    .array(exchange, { minLength: 1, maxLength: 8 })
    .map(all => all.flat())
    .filter(messages => JSON.stringify(messages).split('file_data').length <= 6),
  tools: fc
    .array(mark, { maxLength: 6 })
    .map(all => all.map((marks, index) => ({ type: 'function', function: { name: `f${index}` }, ...marks }))),
  prompt_caching: fc.constantFrom(undefined, true, false, { messages: true, ttl: '1h' }),
})

function say(model: string, asked: object): ConverseBody {
  const messages: ChatCompletionRequest['messages'] = []
  return toConverseRequest({ model, messages, ...asked }, capabilitiesOf(model), new Set()).body
}

const listsOf = ({ toolConfig, system, messages }: ConverseBody): object[][] => [
  toolConfig?.tools ?? [],
  system ?? [],
  ...messages.map(({ content }) => content),
]
const isPoint = (block: object | undefined): boolean => block !== undefined && 'cachePoint' in block

describe('cache points, wherever the caller put its marks', () => {
  it('are at most four, never first, never two together, and an hour never follows five minutes', () => {
    fc.assert(
      fc.property(request, fc.constantFrom(claude45, claude4, nova), (asked, model) => {
        const lists = listsOf(say(model, asked))
        const points = lists.flat().filter(isPoint)
        expect(points.length).toBeLessThanOrEqual(4)
        for (const list of lists) {
          expect(isPoint(list[0])).toBe(false)
          expect(list.some((block, index) => isPoint(block) && isPoint(list[index + 1]))).toBe(false)
        }
        const hours = points.map(point => JSON.stringify(point).includes('1h'))
        expect(hours).toEqual([...hours].sort((a, b) => Number(b) - Number(a)))
        if (model !== claude45) expect(hours).not.toContain(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('stand only where the model takes them', () => {
    fc.assert(
      fc.property(request, fc.constantFrom(claude45, nova, llama), (asked, model) => {
        const { toolConfig, messages, system } = say(model, asked)
        if (model === llama)
          expect(
            listsOf({ messages, ...(system && { system }) })
              .flat()
              .some(isPoint),
          ).toBe(false)
        if (model !== claude45) expect(toolConfig?.tools.some(isPoint) ?? false).toBe(false)
        for (const { content } of messages) {
          const point = content.findIndex(isPoint)
          if (point < 0) continue
          const before: object = content[point - 1] ?? {}
          expect('reasoningContent' in before).toBe(false)
          if (model === claude45) expect('document' in before).toBe(false)
          const results = content.findLastIndex(block => 'toolResult' in block)
          if (model === nova) expect(results).toBe(-1)
          expect(results).toBeLessThan(point)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('change nothing else', () => {
    const withoutMarks = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value, (key, member: unknown) =>
          key === 'cache_control' || key === 'prompt_cache_breakpoint' || key === 'prompt_caching' ? undefined : member,
        ),
      )
    const bare = (body: ConverseBody): unknown => ({
      ...body,
      messages: body.messages.map(({ role, content }) => ({
        role,
        content: content.filter(block => !isPoint(block) && !isFiller(block)),
      })),
      ...(body.system && { system: body.system.filter(block => !isPoint(block)) }),
      ...(body.toolConfig && {
        toolConfig: { ...body.toolConfig, tools: body.toolConfig.tools.filter(block => !isPoint(block)) },
      }),
    })
    const isFiller = (block: object): boolean => 'text' in block && block.text === '.'
    fc.assert(
      fc.property(request, fc.constantFrom(claude45, nova), (asked, model) => {
        const plain = withoutMarks(asked) as object
        expect(JSON.stringify(bare(say(model, asked)))).toBe(JSON.stringify(bare(say(model, plain))))
      }),
      { numRuns: 1_000 },
    )
  })
})
