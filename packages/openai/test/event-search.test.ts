import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byteText, eventValue, nextErrorEvent, tellingEvents } from '../src/event-search.ts'
import { finishesOf } from '../src/finishes.ts'
import { chunk, events, usageChunk } from './support/sse.ts'

const bytes = (...values: readonly (object | string)[]): Buffer => Buffer.from(events(...values))

/** What the telling events of a text hold. */
const valuesOf = (events: Buffer, kind: 'finishes' | 'usages'): unknown[] =>
  tellingEvents(byteText(events))[kind].map(span => eventValue(events, span))
const finishesIn = (events: Buffer) => valuesOf(events, 'finishes').flatMap(finishesOf)

describe('finishes', () => {
  const of = (choice: string): Buffer => Buffer.from(`data: {"choices":[{"index":0,${choice}}]}\n\n`)

  test('are found among events, each with its choice', () => {
    const text = bytes(
      chunk({ finish: 'stop' }),
      chunk({ content: 'é', index: 1 }),
      chunk({ finish: 'length', index: 1 }),
      { choices: [null, { finish_reason: 'stop' }, { finish_reason: null }] },
    )
    expect(finishesIn(text)).toEqual([
      { index: 0, reason: 'stop' },
      { index: 1, reason: 'length' },
      { index: undefined, reason: 'stop' },
    ])
  })

  test.each(['"finish_reason":"stop"', '"finish_reason": "stop"', '"finish_reason"  :\t"stop"'])('in %s', choice => {
    expect(finishesIn(of(choice))).toEqual([{ index: 0, reason: 'stop' }])
  })

  test('of two choices in one event are in one event', () => {
    const choices = [0, 1].map(index => ({ index, finish_reason: 'stop' }))
    expect(tellingEvents(byteText(bytes({ choices }))).finishes).toHaveLength(1)
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
    'data: {"choices":["finish_reason":"stop"]}',
    ': "finish_reason":"stop"',
  ])('none in the event %s', event => {
    expect(finishesIn(Buffer.from(`${event}\n\n`))).toEqual([])
  })
})

describe('usage', () => {
  test('every event that holds some is found, nulls beside it or not', () => {
    const events = bytes(usageChunk, chunk({ finish: 'stop' }), usageChunk, chunk({ content: 'late' }))
    expect(valuesOf(events, 'usages')).toEqual([usageChunk, usageChunk])
  })

  test('null is no usage', () => {
    expect(valuesOf(bytes(chunk({ finish: 'stop' }), chunk({ content: 'a' })), 'usages')).toEqual([])
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
    const span = nextErrorEvent(byteText(Buffer.from(before + events(error, chunk({ content: 'b' })))), 0)
    expect(span).toEqual({ start: before.length, end: before.length + events(error).length })
  })

  test.each([
    { error: null, choices: [] },
    { mirror: 1 },
    chunk({ content: 'an "error" in quotes' }),
    chunk({ content: '"error":{"message":"quoted"}' }),
  ])('%j is none', value => {
    expect(nextErrorEvent(byteText(bytes(value)), 0)).toBeUndefined()
  })

  test('what an answer says is never taken for a key', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('"', '\\', 'error', 'finish_reason', 'prompt_tokens', 'usage', ':', '{', ' ', 'x'),
        }),
        content => {
          const text = byteText(bytes(chunk({ content: ` ${content}.` })))
          expect(nextErrorEvent(text, 0)).toBeUndefined()
          expect(tellingEvents(text)).toEqual({ finishes: [], usages: [] })
        },
      ),
    )
  })
})

test('an event that is not JSON has no value', () => {
  expect(eventValue(Buffer.from('data: {"error":\n\n'), { start: 0, end: 17 })).toBeUndefined()
})
