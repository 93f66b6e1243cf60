import { describe, expect, it } from 'vitest'
import type { ChatResult, FrameBatch, Outcome, Result } from '../../src/contract.ts'
import { GatewayError } from '../../src/errors.ts'
import { holdUntilContent } from '../../src/stream/first-content.ts'
import { hasContent } from '../../src/stream/has-content.ts'
import { batchOfBytes, batchOfChunks } from '../../src/stream/sse.ts'
import type { ChunkChoice } from '../../src/wire/chat-chunk.ts'
import { rejection } from '../support/calls.ts'
import { chunkOf, finish, role, text, textOf, usageChunk } from '../support/chunks.ts'
import { type HandSource, handSource } from '../support/hand-source.ts'

const settled = new Promise<Outcome>(() => {})
const streamOf = (source: AsyncIterator<FrameBatch>): Result<'chat'> => ({
  kind: 'stream',
  batches: { [Symbol.asyncIterator]: () => source },
  settled,
})
const batchesOf = (result: ChatResult): AsyncIterable<FrameBatch> => {
  if (result.kind !== 'stream') throw new Error('is no stream')
  return result.batches
}

function sourceOf(...batches: readonly (FrameBatch | Error)[]): HandSource {
  const source = handSource()
  for (const batch of batches) {
    if (batch instanceof Error) source.fail(batch)
    else source.give(batch)
  }
  source.end()
  return source
}

describe('hasContent', () => {
  it.each<[string, ChunkChoice['delta']]>([
    ['text', { content: 'a' }],
    ['a refusal', { refusal: 'No.' }],
    ['reasoning', { reasoning_content: 'Hm.' }],
    ['a thinking block', { thinking_blocks: [{ type: 'redacted_thinking', data: 'x' }] }],
    ['a tool call', { tool_calls: [{ index: 0, id: 'call_1', function: { name: 'f' } }] }],
    ['a call of the deprecated kind', { function_call: { name: 'f' } }],
    ['spoken words', { audio: { id: 'audio_1', data: 'AAAA' } }],
  ])('%s is content', (_, delta) => {
    expect(hasContent(chunkOf(delta))).toBe(true)
  })

  it.each<[string, ChunkChoice['delta']]>([
    ['the role', { role: 'assistant', content: '' }],
    ['an empty delta', {}],
    ['null', { content: null, refusal: null, reasoning_content: null }],
    ['an empty list', { tool_calls: [], thinking_blocks: [] }],
  ])('%s is not', (_, delta) => {
    expect(hasContent(chunkOf(delta))).toBe(false)
  })

  it('the finish is content: an answer may be empty', () => {
    expect(hasContent(chunkOf({}, 'stop'))).toBe(true)
    expect(hasContent(chunkOf({}, 'content_filter'))).toBe(true)
  })

  it('usage alone is not, and any one of several choices will do', () => {
    expect(hasContent(usageChunk)).toBe(false)
    const both = { ...chunkOf({}), choices: [...chunkOf({}).choices, ...chunkOf({ content: 'b' }, null, 1).choices] }
    expect(hasContent(both)).toBe(true)
  })

  it('takes a choice without a delta, as some upstreams send with the finish, for what it is', () => {
    const bare = { ...chunkOf({}), choices: [{ index: 0, finish_reason: null } as ChunkChoice] }
    expect(hasContent(bare)).toBe(false)
  })
})

describe('holdUntilContent', () => {
  it('answers with the first content, reading no further', async () => {
    const source = handSource()
    const held = holdUntilContent(streamOf(source))
    source.give(role)
    source.give(text('a'))
    source.give(text('b'))
    await held
    expect(await source.next()).toEqual({ done: false, value: expect.objectContaining({ frames: text('b').frames }) })
  })

  it('loses nothing: what was held comes first, as the very batches', async () => {
    const batches = [role, batchOfChunks([]), text('a'), text('b'), finish]
    const result = await holdUntilContent(streamOf(sourceOf(...batches)))
    const seen: FrameBatch[] = []
    for await (const batch of batchesOf(result)) seen.push(batch)
    expect(seen).toEqual(batches)
    for (const [index, batch] of seen.entries()) expect(batch).toBe(batches[index])
  })

  it('keeps the other members, `settled` above all', async () => {
    expect((await holdUntilContent(streamOf(sourceOf(text('a'))))).settled).toBe(settled)
  })

  it('rejects with what fails before content', async () => {
    const fault = new GatewayError('upstream_rate_limited', 'Slow down.')
    expect(await rejection(holdUntilContent(streamOf(sourceOf(role, fault))))).toBe(fault)
  })

  it('leaves what fails after content to the reader', async () => {
    const fault = new GatewayError('stream_interrupted', 'Cut.')
    const result = await holdUntilContent(streamOf(sourceOf(role, text('a'), fault)))
    expect(await rejection(textOf(batchesOf(result)))).toBe(fault)
  })

  it('gives back a stream that ended without content', async () => {
    const result = await holdUntilContent(streamOf(sourceOf(role)))
    expect(await textOf(batchesOf(result))).toBe('')
  })

  it('closes the source when the reader leaves, and forgets what it held', async () => {
    const source = sourceOf(role, text('a'), text('b'))
    const iterator = batchesOf(await holdUntilContent(streamOf(source)))[Symbol.asyncIterator]()
    await iterator.return?.()
    expect(source.closed).toBe(1)
  })

  it('lets a whole completion through as it is', async () => {
    const completion = { kind: 'completion', completion: { value: {} }, settled } as Result<'chat'>
    expect(await holdUntilContent(completion)).toBe(completion)
  })

  it('copes with a source that cannot be closed', async () => {
    const whole = sourceOf(text('a'))
    const source: AsyncIterator<FrameBatch> = { next: () => whole.next() }
    const iterator = batchesOf(await holdUntilContent(streamOf(source)))[Symbol.asyncIterator]()
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
  })
})

describe('what comes before the content', () => {
  it('is bounded: an upstream that sends comments alone is given up, and closed', async () => {
    const comment = batchOfBytes(new TextEncoder().encode(`: ${'x'.repeat(64 * 1024)}\n\n`))
    let closed = 0
    const batches = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false as const, value: comment }),
        async return() {
          closed += 1
          return { done: true as const, value: undefined }
        },
      }),
    }
    const held = holdUntilContent({ kind: 'stream', batches, settled: new Promise(() => {}) })
    expect(await rejection(held)).toMatchObject({ code: 'upstream_bad_response' })
    expect(closed).toBe(1)
  })

  it('is not reasoning, under whichever name it comes', () => {
    expect(hasContent(chunkOf(JSON.parse('{"reasoning":"Let me see"}')))).toBe(true)
    expect(hasContent(chunkOf(JSON.parse('{"reasoning":null}')))).toBe(false)
  })
})
