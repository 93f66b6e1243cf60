import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FrameBatch } from '../../src/contract.ts'
import { createAccumulator } from '../../src/stream/accumulate.ts'
import { keptEvents } from '../../src/stream/kept-events.ts'
import { batchOfBytes, parseEvents } from '../../src/stream/sse.ts'
import { isUsageChunk } from '../../src/stream/usage-chunk.ts'
import type { ChatCompletionChunk } from '../../src/wire/chat-chunk.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 8 })
const finish = fc.constantFrom(null, null, null, 'stop', 'length', 'tool_calls')
const delta = fc.oneof(
  { arbitrary: fc.record({ content: text }), weight: 6 },
  fc.record({ content: text, refusal: fc.constantFrom(null, 'No.') }),
  fc.record({ role: fc.constant('assistant'), content: fc.constantFrom('', null, '"content":"', '\\') }),
  fc.record({ reasoning_content: text }),
  fc.record({ tool_calls: fc.constant([{ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } }]) }),
  fc.constant({}),
)
const choice = fc.record({ index: fc.nat(1), delta, finish_reason: finish })
const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' }
const chunk = fc.oneof(
  { arbitrary: choice.map(one => ({ ...head, choices: [one] })), weight: 8 },
  fc.record({ choices: fc.tuple(choice), obfuscation: text }).map(rest => ({ ...head, ...rest })),
  fc.tuple(choice, choice).map(choices => ({ ...head, choices })),
  fc.constant({ ...head, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }),
)
const event = fc.oneof(
  { arbitrary: chunk.map(value => `data: ${JSON.stringify(value)}\n\n`), weight: 9 },
  fc.constantFrom(': news\n\n', 'data: {"news":1}\n\n'),
)
const streams = fc.array(fc.array(event, { minLength: 1, maxLength: 12 }), { maxLength: 6 })

function batchesOf(texts: readonly string[], parse = parseChunks): FrameBatch[] {
  return texts.map(each => batchOfBytes(Buffer.from(each), { parse }))
}

function parseChunks(bytes: Uint8Array): ChatCompletionChunk[] {
  return parseEvents(bytes).filter(({ choices }) => Array.isArray(choices))
}

/** What is decided by: all but what the text says. */
function facts(frames: readonly ChatCompletionChunk[]) {
  const accumulator = createAccumulator()
  for (const frame of frames) accumulator.add(frame)
  return accumulator.completion().choices.map(({ index, finish_reason, message }) => ({
    index,
    finish_reason,
    hasText: Boolean(message.content),
    hasRefusal: Boolean(message.refusal),
    hasTools: Boolean(message.tool_calls?.length),
  }))
}

describe('the events of a stream that are kept', () => {
  it('are those that came, without the usage chunk, and tell what all of them tell', () => {
    fc.assert(
      fc.property(streams, reads => {
        const batches = batchesOf(reads.map(each => each.join('')))
        const all = batches.flatMap(({ frames }) => frames)
        const kept = keptEvents(batches)
        const others = reads.flat().filter(each => !parseChunks(Buffer.from(each)).some(isUsageChunk))
        expect(Buffer.concat(kept.events).toString()).toBe(others.join(''))
        expect(kept.usage).toEqual(all.findLast(isUsageChunk))
        expect(facts(kept.frames)).toEqual(facts(all.filter(frame => !isUsageChunk(frame))))
      }),
      { numRuns: 500 },
    )
  })

  it('tell each thing once: text that goes on is not parsed', () => {
    const said = (content: string) =>
      `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta: { content } }] })}\n\n`
    const words = ['', 'a', 'b"\\\n', '', 'é😀'].map(said)
    const kept = keptEvents(batchesOf([words.slice(0, 2).join(''), words.slice(2).join('')]))
    expect(kept.frames.map(({ choices }) => choices[0]?.delta.content)).toEqual(['', 'a'])
    expect(Buffer.concat(kept.events).toString()).toBe(words.join(''))
  })

  const start = 'data: {"choices":[{"index":0,"delta":{"content":"'
  const good = `${start}a"}}]}\n\n`

  it.each([
    ['a character that JSON does not allow', `${start}a\tb"}}]}\n\n`],
    ['an escape that is none', `${start}a\\xb"}}]}\n\n`],
    ['half a code', `${start}\\u12"}}]}\n\n`],
    ['more behind it', `${start}b"}}]}}\n\n`],
  ])('fail of an event that is no JSON: %s', (_, damaged) => {
    expect(() => keptEvents(batchesOf([good + damaged]))).toThrow(SyntaxError)
  })

  it.each([
    ['CRLF', good.replaceAll('\n', '\r\n')],
    ['a name', `event: chunk\n${good}`],
    ['no space', good.replace('data: ', 'data:')],
    ['two lines', good.replace('"delta"', '\ndata: "delta"')],
    ['no end', good.trimEnd()],
  ])('are written anew where they come in a way that not every reader reads: %s', (_, odd) => {
    const frames = parseChunks(Buffer.from(good))
    const kept = keptEvents(batchesOf([good, odd], () => frames))
    expect(Buffer.concat(kept.events).toString()).toBe(good + good)
    expect(kept.frames).toEqual([...frames, ...frames])
  })
})
