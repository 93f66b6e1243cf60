import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventValue, finishesIn, lastUsageEvent, mayTell, nextErrorEvent } from '../src/event-search.ts'
import { chunk, events, usageChunk } from './support/sse.ts'

const bytes = (...values: readonly (object | string)[]): Buffer => Buffer.from(events(...values))

describe('finishes', () => {
  const of = (choice: string): Buffer => Buffer.from(`data: {"choices":[{"index":0,${choice}}]}\n\n`)

  test('are found among events, each with its choice', () => {
    const text = bytes(
      chunk({ finish: 'stop' }),
      chunk({ content: 'b', index: 1 }),
      chunk({ finish: 'length', index: 1 }),
      { choices: [null, { finish_reason: 'stop' }, { finish_reason: null }] },
    )
    expect(mayTell(text)).toBe(true)
    expect(finishesIn(text)).toEqual([
      { index: 0, reason: 'stop' },
      { index: 1, reason: 'length' },
      { index: undefined, reason: 'stop' },
    ])
  })

  test.each(['"finish_reason":"stop"', '"finish_reason": "stop"', '"finish_reason"  :\t"stop"'])('in %s', choice => {
    expect(finishesIn(of(choice))).toEqual([{ index: 0, reason: 'stop' }])
    expect(mayTell(of(choice))).toBe(true)
  })

  test.each([
    '"finish_reason":null',
    '"finish_reason":""',
    '"finish_reason":1',
    '"other":"stop"',
    '"other":"finish_reason"',
    '"native_finish_reason":"stop"',
    '"extra":{"finish_reason":"stop"}',
  ])('none in %s', choice => {
    expect(finishesIn(of(choice))).toEqual([])
  })

  test.each([
    'data: {"finish_reason":"stop"}',
    'data: {"choices":1,"finish_reason":"stop"}',
    ': "finish_reason":"stop"',
  ])('none in the event %s', event => {
    expect(finishesIn(Buffer.from(`${event}\n\n`))).toEqual([])
  })
})

describe('usage', () => {
  test('the last event that holds an object is found, nulls after it or not, and the one before', () => {
    const text = bytes(usageChunk, chunk({ finish: 'stop' }), usageChunk, chunk({ content: 'late' }))
    const span = lastUsageEvent(text)
    if (!span) throw new Error('no usage')
    expect(eventValue(text, span)).toEqual(usageChunk)
    expect(text.subarray(span.start, span.end).toString()).toBe(events(usageChunk))
    expect(lastUsageEvent(text, span.start)).toEqual({ start: 0, end: events(usageChunk).length })
    expect(lastUsageEvent(text, 0)).toBeUndefined()
    expect(mayTell(text)).toBe(true)
  })

  test('null is no usage', () => {
    expect(lastUsageEvent(bytes(chunk({ finish: 'stop' })))).toBeUndefined()
    expect(lastUsageEvent(Buffer.from('"usage":null'))).toBeUndefined()
    expect(mayTell(bytes(chunk({ content: 'a' }), chunk({})))).toBe(false)
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
        fc.string({
          unit: fc.constantFrom('"', '\\', 'error', 'finish_reason', 'prompt_tokens', 'usage', ':', '{', ' ', 'x'),
        }),
        content => {
          const text = bytes(chunk({ content: ` ${content}.` }))
          expect(nextErrorEvent(text, 0)).toBeUndefined()
          expect(finishesIn(text)).toEqual([])
          expect(mayTell(text)).toBe(false)
          expect(lastUsageEvent(text)).toBeUndefined()
        },
      ),
    )
  })
})

test('an event that is not JSON has no value', () => {
  expect(eventValue(Buffer.from('data: {"error":\n\n'), { start: 0, end: 17 })).toBeUndefined()
})
