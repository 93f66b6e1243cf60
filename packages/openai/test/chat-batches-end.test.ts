import { GatewayError, type StreamFacts, streamResult, type UpstreamBody } from '@modelgate/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ChatBatches } from '../src/chat-batches.ts'
import { passed } from './support/calls.ts'
import { read, upstream, whole } from './support/read-batches.ts'
import { bodyOf, chunk, events, everyByte, roleChunk, someCuts, usage, usageChunk } from './support/sse.ts'

describe('the end', () => {
  const open = events(roleChunk, chunk({ content: 'a' }))
  const finished = open + events(chunk({ finish: 'stop' }))

  test.each([
    ['a finish reason', finished, true],
    ['[DONE] alone', `${open}data: [DONE]\n\n`, true],
    ['[DONE] without its line end', `${finished}data: [DONE]`, true],
    ['half of [DONE]', `${finished}data: [DO`, true],
    ['a whole event without its blank line', finished.trimEnd(), true],
    ['no finish', open, false],
    ['no finish and half of [DONE]', `${open}data: [DO`, false],
  ])('after %s', async (_, text, terminal) => {
    for (const cuts of [[], everyByte(text)]) {
      expect(await read(text, { cuts })).toMatchObject({ error: undefined, facts: { terminal } })
    }
  })

  test('inside an event is an interruption', async () => {
    const result = await read(`${open}data: {"id":"chat`)
    expect(result).toMatchObject({ text: open, error: { code: 'stream_interrupted' }, facts: { terminal: false } })
  })

  test('inside an event after the finish drops that event: the answer is whole', async () => {
    const text = `${finished}data: {"id":"chat`
    for (const cuts of [[], everyByte(text)]) {
      expect(await read(text, { cuts })).toMatchObject({ text: finished, error: undefined, facts: { terminal: true } })
    }
  })

  test('without [DONE] is the same however the reads were cut, with a null finish after the finish', async () => {
    const spaced = (value: object): string => JSON.stringify(value).replaceAll('":', '" :\t')
    const forms = [
      finished + events(chunk({})),
      open + events(spaced(chunk({ finish: 'stop' })), chunk({}), spaced(chunk({}))),
      open + events({ ...chunk({ finish: 'stop' }), native_finish_reason: 'eos' }, chunk({}), chunk({})),
    ]
    for (const text of forms) {
      await fc.assert(
        fc.asyncProperty(someCuts(text), async cuts => {
          expect(await read(text, { cuts })).toMatchObject({
            error: undefined,
            facts: { terminal: true, finishReason: 'stop' },
          })
        }),
        { numRuns: 30 },
      )
    }
  })

  test('has the first of several finish reasons, however the reads were cut', async () => {
    const text = open + events(chunk({ finish: 'stop' }), chunk({ finish: 'length' }))
    for (const cuts of [[], everyByte(text)]) expect((await read(text, { cuts })).facts.finishReason).toBe('stop')
  })

  test.each([
    ['native_finish_reason', events(roleChunk, { ...chunk({ content: 'a' }), native_finish_reason: 'stop' })],
    ['a finish outside of any choice', events(chunk({ content: 'a' }), { finish_reason: 'stop' })],
    ['a comment', `${events(chunk({ content: 'a' }))}: "finish_reason":"stop"\n\n`],
  ])('is not told by %s', async (_, text) => {
    expect((await read(text)).facts.terminal).toBe(false)
  })

  test('needs every choice to finish', async () => {
    const one = open + events(chunk({ finish: 'stop' }), chunk({ content: 'b', index: 1 }))
    expect((await read(one, { choices: 2 })).facts.terminal).toBe(false)
    const both = one + events(chunk({ finish: 'length', index: 1 }))
    for (const cuts of [[], everyByte(both)]) {
      expect((await read(both, { choices: 2, cuts })).facts).toMatchObject({ terminal: true, finishReason: 'stop' })
    }
  })

  test.each([
    ['that says so twice', chunk({ finish: 'stop' })],
    ['that nobody asked for', chunk({ finish: 'stop', index: 7 })],
  ])('counts no choice %s for another one', async (_, again) => {
    const text = open + events(chunk({ content: 'b', index: 1 }), chunk({ finish: 'stop' }), again)
    for (const cuts of [[], everyByte(text)]) {
      expect((await read(text, { choices: 2, cuts })).facts.terminal).toBe(false)
    }
  })

  test('counts choices that finish in one chunk', async () => {
    const choice = { delta: {}, finish_reason: 'stop' }
    const last = { ...chunk({}), choices: [{ index: 0, ...choice }, null, { index: 1, ...choice }] }
    expect((await read(open + events(last), { choices: 2 })).facts.terminal).toBe(true)
  })

  test.each([
    ['[DONE]', 'data: [DONE]\n\n'],
    ['a role', `${events(roleChunk)}data: [DONE]\n\n`],
    ['usage', events(usageChunk, '[DONE]')],
    ['malformed choices', events({ choices: [null] }, '[DONE]')],
  ])('after nothing but %s is a bad response: another target may do better', async (_, text) => {
    for (const cuts of [[], everyByte(text)]) {
      const result = await read(text, { cuts, withholdUsage: true })
      expect(result).toMatchObject({ error: { code: 'upstream_bad_response' }, facts: { terminal: false } })
    }
  })

  test('has the finish reason although a later event of the same read has none', async () => {
    const text = `${open}${events(chunk({ finish: 'stop' }), chunk({}))}data: [DONE]\n\n`
    expect((await read(text)).facts.finishReason).toBe('stop')
  })

  test('comes with [DONE], however long the upstream holds its connection', async () => {
    const body = bodyOf(whole)
    const source = bodyOf(whole)
    let reads = 0
    body.next = () => (reads++ === 0 ? source.next() : new Promise(() => {}))
    const batches = new ChatBatches({
      body,
      upstream,
      facts: { terminal: false },
      choices: 1,
      withholdUsage: false,
    })
    expect((await batches.next()).done).toBe(false)
    expect((await batches.next()).done).toBe(true)
  })
})

describe('after the finish', () => {
  const finished = events(roleChunk, chunk({ content: 'a' }), chunk({ finish: 'stop' }))
  afterEach(() => {
    vi.useRealTimers()
  })

  /** A body that brings `reads`, each as late as it says, and then hangs until it is closed. */
  function hanging(...reads: readonly (readonly [string, number])[]): UpstreamBody & { closed: boolean } {
    const left = [...reads]
    const body = {
      closed: false,
      async next() {
        const [text, ms] = left.shift() ?? ['', 1e9]
        await new Promise(resolve => {
          setTimeout(resolve, ms)
        })
        return { done: false as const, value: Buffer.from(text) }
      },
      return() {
        body.closed = true
        return Promise.resolve({ done: true as const, value: undefined })
      },
    }
    return body
  }

  function reading(body: UpstreamBody) {
    const facts: StreamFacts = { terminal: false }
    const batches = new ChatBatches({ body, upstream, facts, choices: 1, withholdUsage: true })
    return { facts, result: passed({ [Symbol.asyncIterator]: () => batches }) }
  }

  test.each([
    new GatewayError('stream_interrupted', 'reset'),
    Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
  ])('a broken connection ends the stream normally: %s', async error => {
    const source = bodyOf(finished)
    const body = bodyOf('')
    body.next = async () => {
      const step = await source.next()
      if (step.done) throw error
      return step
    }
    const { facts, result } = reading(body)
    expect(await result).toMatchObject({ text: finished, error: undefined })
    expect(facts.terminal).toBe(true)
    expect(body.closed).toBe(true)
  })

  test('an upstream that says nothing more is waited for 5 s, and then closed', async () => {
    vi.useFakeTimers()
    const body = hanging([finished, 0])
    const { result } = reading(body)
    await vi.advanceTimersByTimeAsync(4_990)
    expect(body.closed).toBe(false)
    await vi.advanceTimersByTimeAsync(20)
    expect(body.closed).toBe(true)
    expect(await result).toMatchObject({ text: finished, error: undefined })
  })

  test('signs of life do not make the wait longer', async () => {
    vi.useFakeTimers()
    const alive = Array.from({ length: 50 }, () => [': alive\n\n', 1_000] as const)
    const body = hanging([finished, 0], ...alive)
    const { result } = reading(body)
    await vi.advanceTimersByTimeAsync(5_010)
    expect(body.closed).toBe(true)
    expect((await result).error).toBeUndefined()
  })

  test('usage may still come, even without its blank line', async () => {
    vi.useFakeTimers()
    for (const text of [events(usageChunk), events(usageChunk).trimEnd()]) {
      const { facts, result } = reading(hanging([finished, 0], [text, 4_000]))
      await vi.advanceTimersByTimeAsync(6_000)
      expect(await result).toMatchObject({ text: finished, error: undefined })
      expect(facts.usage).toEqual(usage)
    }
  })

  test('the call has that usage, too: its own wait is longer', async () => {
    vi.useFakeTimers()
    const facts: StreamFacts = { terminal: false }
    const body = hanging([finished, 0], [events(usageChunk).trimEnd(), 4_000])
    const batches = new ChatBatches({ body, upstream, facts, choices: 1, withholdUsage: true })
    const { signal } = new AbortController()
    const result = streamResult({ batches, facts, signal, startedAt: performance.now() })
    const reading = passed(result.batches)
    await vi.advanceTimersByTimeAsync(6_000)
    expect((await reading).text).toBe(finished)
    expect(await result.settled).toMatchObject({ status: 'completed', usage })
  })

  test('no timer is left once the stream has ended', async () => {
    vi.useFakeTimers()
    const { result } = reading(bodyOf(finished, everyByte(finished)))
    await result
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a flood without an event’s end is dropped', async () => {
    const source = bodyOf(finished)
    const body = bodyOf('')
    body.next = async () => {
      const step = await source.next()
      return step.done ? { done: false, value: Buffer.alloc(6 * 1024 * 1024, 'x') } : step
    }
    expect(await reading(body).result).toMatchObject({ text: finished, error: undefined })
    expect(body.closed).toBe(true)
  })

  test('an error event is a failure all the same', async () => {
    const text = finished + events({ error: { message: 'x', type: 'server_error' } })
    for (const cuts of [[], everyByte(text)]) {
      expect(await read(text, { cuts })).toMatchObject({
        text: finished,
        error: { code: 'upstream_unavailable' },
        facts: { terminal: false },
      })
    }
  })
})
