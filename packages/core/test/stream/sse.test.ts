import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import {
  batchOfBytes,
  batchOfChunks,
  doneEvent,
  encodeComment,
  encodeEvent,
  parseEvents,
} from '../../src/stream/sse.ts'
import { chunkOf, usageChunk } from '../support/chunks.ts'

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('events', () => {
  it('are one data line and an empty one, as OpenAI writes them', () => {
    expect(decode(encodeEvent({ a: 'line\nbreak é 🚀' }))).toBe('data: {"a":"line\\nbreak é 🚀"}\n\n')
    expect(decode(doneEvent)).toBe('data: [DONE]\n\n')
    expect(decode(encodeComment('keep-alive'))).toBe(': keep-alive\n\n')
  })
})

describe('batchOfChunks', () => {
  it('encodes its chunks when first asked for bytes, and once', () => {
    const stringify = vi.spyOn(JSON, 'stringify')
    const batch = batchOfChunks([chunkOf({ content: 'a' }), usageChunk])
    expect(stringify).not.toHaveBeenCalled()
    expect(batch.bytes).toBe(batch.bytes)
    expect(stringify).toHaveBeenCalledTimes(2)
    stringify.mockRestore()
    expect(parseEvents(batch.bytes)).toEqual([chunkOf({ content: 'a' }), usageChunk])
    expect(batch.frames).toHaveLength(2)
  })

  it('makes batches whose members are fast: a dictionary with getters keeps all that it knew until the next major collection', () => {
    setFlagsFromString('--allow-natives-syntax')
    const isFast = runInThisContext('batch => %HasFastProperties(batch)') as (batch: object) => boolean
    const batch = batchOfChunks([chunkOf({ content: 'a' })])
    expect(batch.bytes.length).toBeGreaterThan(0)
    expect(isFast(batch)).toBe(true)
  })

  it('of no chunks is no bytes', () => {
    expect(batchOfChunks([]).bytes).toHaveLength(0)
  })
})

describe('batchOfBytes', () => {
  it('hands on the very bytes, and parses them only when asked, once', () => {
    const bytes = encodeEvent(chunkOf({ content: 'a' }))
    const parse = vi.fn(parseEvents)
    const batch = batchOfBytes(bytes, { parse })
    expect(batch.bytes).toBe(bytes)
    expect(parse).not.toHaveBeenCalled()
    expect(batch.frames).toEqual([chunkOf({ content: 'a' })])
    expect(batch.frames).toBe(batch.frames)
    expect(parse).toHaveBeenCalledOnce()
  })

  it('reads what this gateway encoded without being told how', () => {
    expect(batchOfBytes(batchOfChunks([chunkOf({ content: 'ü' })]).bytes).frames).toEqual([chunkOf({ content: 'ü' })])
  })
})

describe('parseEvents', () => {
  it('skips comments, the end and what holds no object', () => {
    const events = [': hello\n\n', decode(encodeEvent(chunkOf({ content: 'a' }))), 'data: [DONE]\n\n', '\n\n']
    expect(parseEvents(encode(events.join('')))).toEqual([chunkOf({ content: 'a' })])
  })

  it('keeps line breaks and separators inside of strings', () => {
    const chunk = chunkOf({ content: 'a\n\ndata: {"b":1}\n\n\u2028' })
    expect(parseEvents(encodeEvent(chunk))).toEqual([chunk])
  })
})
