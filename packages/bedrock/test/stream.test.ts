import type { ChatCompletionChunk } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStreamTranslator } from '../src/answer/stream.ts'
import { createToolNames } from '../src/tools/tool-names.ts'
import type { ConverseEvent, ConverseEventPayload } from '../src/wire/converse-answer-wire.ts'

const event = (type: string, payload: ConverseEventPayload = {}): ConverseEvent => ({ type, payload })
const start = event('messageStart')
const text = (value: string, contentBlockIndex = 0) =>
  event('contentBlockDelta', { contentBlockIndex, delta: { text: value } })
const tool = (contentBlockIndex: number, toolUseId: string, name: string) =>
  event('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId, name } } })
const input = (contentBlockIndex: number, fragment: string) =>
  event('contentBlockDelta', { contentBlockIndex, delta: { toolUse: { input: fragment } } })
const blockStop = (contentBlockIndex: number) => event('contentBlockStop', { contentBlockIndex })
const stop = (stopReason: string) => event('messageStop', { stopReason })
const metadata = event('metadata', { usage: { inputTokens: 10, outputTokens: 4, totalTokens: 14 } })

const toEvent = (chunk: ChatCompletionChunk) => `data: ${JSON.stringify(chunk)}\n\n`

function translate(events: readonly ConverseEvent[], includeUsage = false, names: string[] = []) {
  const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'm', toolNames: createToolNames(names) }
  const translator = createStreamTranslator({ head, includeUsage })
  const said = events.flatMap(one => translator.say(one))
  const chunks = said.map(one => translator.chunkOf(one))
  // Every chunk of every test: what is written for the wire is what it says.
  expect(said.map(one => translator.encode(one))).toEqual(chunks.map(toEvent))
  return { chunks, facts: translator.facts }
}

const deltas = (chunks: readonly ChatCompletionChunk[]) => chunks.map(chunk => chunk.choices[0]?.delta)

describe('a streamed text', () => {
  it('is a role chunk, the deltas and a finish', () => {
    const { chunks, facts } = translate([start, text('Hel'), text('lo'), blockStop(0), stop('end_turn'), metadata])
    expect(chunks.map(chunk => [chunk.choices[0]?.delta, chunk.choices[0]?.finish_reason])).toEqual([
      [{ role: 'assistant', content: '' }, null],
      [{ content: 'Hel' }, null],
      [{ content: 'lo' }, null],
      [{}, 'stop'],
    ])
    expect(facts).toMatchObject({ terminal: true, finishReason: 'stop', responseModel: 'm' })
    expect(facts.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 4 })
  })

  it('shares id, created and model over all chunks, and its choice index is always 0', () => {
    const { chunks } = translate([start, text('a', 3), stop('end_turn'), metadata], true)
    for (const chunk of chunks) {
      expect(chunk).toMatchObject({
        id: 'chatcmpl-1',
        created: 1_700_000_000,
        model: 'm',
        object: 'chat.completion.chunk',
      })
      for (const choice of chunk.choices) expect(choice.index).toBe(0)
    }
  })

  it('skips empty deltas and events of unknown types', () => {
    const { chunks } = translate([
      start,
      text(''),
      event('brandNewEvent'),
      event('toString'),
      event('constructor'),
      text('a'),
      stop('end_turn'),
    ])
    expect(deltas(chunks)).toEqual([{ role: 'assistant', content: '' }, { content: 'a' }, {}])
  })

  it('is written as JSON.stringify writes it, whatever it says and whatever the model is called', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.string({ unit: fc.constantFrom('"', '\\', '\u0000text\u0000', '\ud800', '$&', 'x') }),
        fc.boolean(),
        (said, model, includeUsage) => {
          const head = { id: model, created: 1, model, toolNames: createToolNames([]) }
          const translator = createStreamTranslator({ head, includeUsage })
          const all = [start, text(said), text(model), stop('end_turn')].flatMap(one => translator.say(one))
          for (const one of all) expect(translator.encode(one)).toBe(toEvent(translator.chunkOf(one)))
        },
      ),
    )
  })

  it('begins with its role even when messageStart is missing', () => {
    expect(deltas(translate([text('a')]).chunks)[0]).toEqual({ role: 'assistant', content: '' })
  })

  it('is not terminal before messageStop', () => {
    expect(translate([start, text('a'), blockStop(0), metadata]).facts.terminal).toBe(false)
  })

  it('says nothing after its finish', () => {
    const { chunks } = translate([start, text('a'), stop('end_turn'), text('b'), stop('max_tokens')])
    expect(chunks).toHaveLength(3)
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
  })
})

describe('usage', () => {
  it('comes as a last chunk without choices when asked for, and is null on all others', () => {
    const { chunks } = translate([start, text('a'), stop('end_turn'), metadata], true)
    expect(chunks.map(chunk => chunk.usage)).toEqual([
      null,
      null,
      null,
      { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    ])
    expect(chunks.at(-1)?.choices).toEqual([])
  })

  it('follows the finish even when metadata came first', () => {
    const { chunks } = translate([start, text('a'), metadata, stop('end_turn')], true)
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)?.choices).toEqual([])
    expect(chunks.filter(chunk => chunk.usage)).toHaveLength(1)
  })

  it('is not said at all when not asked for', () => {
    const { chunks } = translate([start, text('a'), stop('end_turn'), metadata])
    expect(chunks.some(chunk => 'usage' in chunk)).toBe(false)
  })

  it('names the tier that served', () => {
    const tiered = event('metadata', { usage: { inputTokens: 1 }, serviceTier: { type: 'flex' } })
    expect(translate([start, stop('end_turn'), tiered], true).chunks.at(-1)?.service_tier).toBe('flex')
  })
})

describe('streamed tool calls', () => {
  it('are numbered among themselves, not by content block', () => {
    const { chunks } = translate([
      start,
      text('Let me look.', 0),
      blockStop(0),
      tool(1, 'tooluse_a', 'weather'),
      input(1, '{"city":'),
      input(1, '"Paris"}'),
      blockStop(1),
      tool(4, 'tooluse_b', 'time'),
      input(4, '{}'),
      blockStop(4),
      stop('tool_use'),
    ])
    expect(deltas(chunks).flatMap(delta => delta?.tool_calls ?? [])).toEqual([
      { index: 0, id: 'tooluse_a', type: 'function', function: { name: 'weather', arguments: '' } },
      { index: 0, function: { arguments: '{"city":' } },
      { index: 0, function: { arguments: '"Paris"}' } },
      { index: 1, id: 'tooluse_b', type: 'function', function: { name: 'time', arguments: '' } },
      { index: 1, function: { arguments: '{}' } },
    ])
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls')
  })

  it('may interleave', () => {
    const { chunks } = translate([
      start,
      tool(0, 'a', 'one'),
      tool(1, 'b', 'two'),
      input(1, '{"x":1}'),
      input(0, '{"y":2}'),
      blockStop(0),
      blockStop(1),
      stop('tool_use'),
    ])
    expect(argumentsOf(chunks)).toEqual(['{"y":2}', '{"x":1}'])
  })

  it.each([
    ['nothing at all', []],
    ['only empty fragments', [input(0, ''), input(0, '')]],
  ])('without arguments, as %s, give {} once', (_name, fragments) => {
    const { chunks } = translate([start, tool(0, 'a', 'now'), ...fragments, blockStop(0), stop('tool_use')])
    expect(argumentsOf(chunks)).toEqual(['{}'])
  })

  it('whose block never stops give {} before the finish', () => {
    const { chunks } = translate([start, tool(0, 'a', 'now'), stop('tool_use')])
    expect(argumentsOf(chunks)).toEqual(['{}'])
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls')
  })

  it('finish as tool_calls although the model says end_turn', () => {
    const { facts } = translate([start, tool(0, 'a', 'now'), blockStop(0), stop('end_turn')])
    expect(facts.finishReason).toBe('tool_calls')
  })

  it("come back under the caller's name", () => {
    const { chunks } = translate([start, tool(0, 'a', 'files_read')], false, ['files/read'])
    expect(deltas(chunks)[1]?.tool_calls?.[0]?.function?.name).toBe('files/read')
  })

  it('get an id where the model gave none', () => {
    const { chunks } = translate([start, tool(0, '', 'now')])
    expect(deltas(chunks)[1]?.tool_calls?.[0]?.id).toMatch(/^call_[0-9a-f]{24}$/)
  })

  it('that Bedrock ran itself stay hidden', () => {
    const own = { toolUseId: 's', name: 'nova_grounding', type: 'server_tool_use' }
    const events = [start, event('contentBlockStart', { contentBlockIndex: 0, start: { toolUse: own } })]
    const { chunks, facts } = translate([
      ...events,
      input(0, '{"q":1}'),
      blockStop(0),
      text('Found.', 1),
      stop('end_turn'),
    ])
    // Each search costs more than the tokens, and no answer counts it.
    expect(facts.unpriced).toBe(true)
    expect(deltas(chunks)).toEqual([{ role: 'assistant', content: '' }, { content: 'Found.' }, {}])
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
  })

  it('concatenate to the same arguments however they were sliced', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 2 }), fc.array(fc.nat(), { maxLength: 6 }), (value, cuts) => {
        const json = JSON.stringify(value)
        const bounds = [0, ...cuts.map(cut => cut % (json.length + 1)).sort((a, b) => a - b), json.length]
        const slices = bounds.slice(1).map((end, index) => input(0, json.slice(bounds[index], end)))
        const { chunks } = translate([start, tool(0, 'a', 'f'), ...slices, blockStop(0), stop('tool_use')])
        expect(argumentsOf(chunks)).toEqual([json])
      }),
    )
  })
})

describe('streamed reasoning', () => {
  it('is shown as reasoning_content and kept as thinking_blocks, signature last', () => {
    const reasoning = (delta: object) =>
      event('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: delta } })
    const { chunks } = translate([
      start,
      reasoning({ text: 'First, ' }),
      reasoning({ text: 'think.' }),
      reasoning({ signature: 'c2ln' }),
      reasoning({ redactedContent: 'b3BhcXVl' }),
      text('Done.', 1),
      stop('end_turn'),
    ])
    expect(deltas(chunks).slice(1, 5)).toEqual([
      { reasoning_content: 'First, ', thinking_blocks: [{ type: 'thinking', thinking: 'First, ', index: 0 }] },
      { reasoning_content: 'think.', thinking_blocks: [{ type: 'thinking', thinking: 'think.', index: 0 }] },
      { thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'c2ln', index: 0 }] },
      { thinking_blocks: [{ type: 'redacted_thinking', data: 'b3BhcXVl', index: 1 }] },
    ])
  })
})

/** The arguments of each tool call, put together. */
function argumentsOf(chunks: readonly ChatCompletionChunk[]): string[] {
  const whole: string[] = []
  for (const call of deltas(chunks).flatMap(delta => delta?.tool_calls ?? [])) {
    whole[call.index] = (whole[call.index] ?? '') + (call.function?.arguments ?? '')
  }
  return whole
}

describe('what has passed of a stream', () => {
  const passed = (...events: readonly ConverseEvent[]) => translate([start, ...events]).facts.completionTokensPassed?.()
  const thinking = (value: string) =>
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: value } } })

  it('is what was said, thought and called, at 3.6 bytes a token', () => {
    expect(passed()).toBe(0)
    expect(passed(text('x'.repeat(18)), text('y'.repeat(18)))).toBe(10)
    expect(passed(thinking('x'.repeat(36)))).toBe(10)
    expect(passed(tool(0, 'id', 'look'), input(0, '"'.repeat(36)))).toBe(10)
  })

  it('takes the bytes of the first piece for those of all', () => {
    expect(passed(text('日本語'), text('日本語'))).toBe(5)
  })

  it('goes with the tier that served', () => {
    const { facts } = translate([
      start,
      text('a'),
      stop('end_turn'),
      event('metadata', { serviceTier: { type: 'flex' } }),
    ])
    expect(facts.serviceTier).toBe('flex')
  })
})
