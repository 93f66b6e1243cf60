import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allFinishReasons, eventValue, lastFinishReason, lastUsageEvent, nextErrorEvent } from '../src/event-search.ts'
import { chunk, events, usageChunk } from './support/sse.ts'

const bytes = (...values: readonly (object | string)[]): Buffer => Buffer.from(events(...values))

describe('finish reasons', () => {
  test('the last one is found among events', () => {
    expect(lastFinishReason(bytes(chunk({ content: 'a' }), chunk({ finish: 'length' }), usageChunk))).toBe('length')
  })

  test.each(['"finish_reason":"stop"', '"finish_reason": "stop"', '"finish_reason"  :  "stop"'])('in %s', text => {
    expect(lastFinishReason(Buffer.from(`data: {${text}}\n\n`))).toBe('stop')
  })

  test.each(['"finish_reason":null', '"finish_reason":""', '"other":"stop"', '"finish_reason"'])('none in %s', text => {
    expect(lastFinishReason(Buffer.from(`data: {${text}}\n\n`))).toBeUndefined()
  })

  test('every one is found where choices finish at different times', () => {
    const text = bytes(
      chunk({ finish: 'stop' }),
      chunk({ content: 'b', index: 1 }),
      chunk({ finish: 'length', index: 1 }),
    )
    expect(allFinishReasons(text)).toEqual(['stop', 'length'])
  })
})

describe('usage', () => {
  test('the last event that holds an object is found, nulls after it or not', () => {
    const text = bytes(chunk({ finish: 'stop' }), usageChunk, chunk({ content: 'late' }))
    const span = lastUsageEvent(text)
    expect(span && eventValue(text, span)).toEqual(usageChunk)
    expect(span && text.subarray(span.start, span.end).toString()).toBe(events(usageChunk))
  })

  test('null is no usage', () => {
    expect(lastUsageEvent(bytes(chunk({ finish: 'stop' })))).toBeUndefined()
    expect(lastUsageEvent(Buffer.from('"usage":null'))).toBeUndefined()
  })
})

describe('errors', () => {
  test.each([
    { error: { message: 'no' } },
    { id: 'x', choices: [], error: { message: 'no' } },
    { object: 'error', message: 'no' },
    { error: 'no' },
  ])('%j is found, and where it stands', error => {
    const before = events(chunk({ content: 'a' }))
    const span = nextErrorEvent(Buffer.from(before + events(error, chunk({ content: 'b' }))), 0)
    expect(span).toEqual({ start: before.length, end: before.length + events(error).length })
  })

  test.each([
    { error: null, choices: [] },
    { mirror: 1 },
    chunk({ content: 'an "error" in quotes' }),
    chunk({ content: '"error":{"message":"quoted"}' }),
  ])('%j is none', value => {
    expect(nextErrorEvent(bytes(value), 0)).toBeUndefined()
  })

  test('what an answer says is never taken for a key', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', '\\', 'error', 'finish_reason', 'usage', ':', '{', ' ', 'x') }),
        content => {
          const text = bytes(chunk({ content: ` ${content}.` }))
          expect(nextErrorEvent(text, 0)).toBeUndefined()
          expect(lastFinishReason(text)).toBeUndefined()
          expect(lastUsageEvent(text)).toBeUndefined()
        },
      ),
    )
  })
})

test('an event that is not JSON has no value', () => {
  expect(eventValue(Buffer.from('data: {"error":\n\n'), { start: 0, end: 17 })).toBeUndefined()
})
