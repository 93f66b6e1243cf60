import { GatewayError, type StreamFacts, type UpstreamBody } from '@modelgate/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ChatBatches } from '../src/chat-batches.ts'
import { type Passed, passed } from './support/calls.ts'
import { answer, bodyOf, chunk, events, everyByte, roleChunk, someCuts, usage, usageChunk } from './support/sse.ts'

const upstream = { id: 'test', secrets: [] }

interface ReadOptions {
  readonly cuts?: readonly number[]
  readonly choices?: number
  readonly withholdUsage?: boolean
}

async function read(text: string, options: ReadOptions = {}): Promise<Passed & { facts: StreamFacts }> {
  const facts: StreamFacts = { terminal: false }
  const { cuts = [], choices = 1, withholdUsage = false } = options
  const batches = new ChatBatches({ body: bodyOf(text, cuts), upstream, facts, choices, withholdUsage })
  return { ...(await passed({ [Symbol.asyncIterator]: () => batches })), facts }
}

const whole = answer(
  'Hel',
  'lo, wörld ',
  '🌍',
  '"error"',
  '\n\ndata: [DONE]\n\n',
  ' "usage":{"x":1} "finish_reason":"stop"',
)
const withoutDone = whole.replace(/data: \[DONE\]\n\n$/, '')
const withoutUsage = withoutDone.replace(events(usageChunk), '')
const facts = { terminal: true, finishReason: 'stop', usage, responseModel: 'gpt-4o-mini-2024-07-18' }

describe('bytes', () => {
  test('pass unchanged but for [DONE], whole and byte by byte', async () => {
    const contents = 'Hello, wörld 🌍"error"\n\ndata: [DONE]\n\n "usage":{"x":1} "finish_reason":"stop"'
    expect(await read(whole)).toEqual({ text: withoutDone, contents, error: undefined, facts })
    expect(await read(whole, { cuts: everyByte(whole) })).toEqual({
      text: withoutDone,
      contents,
      error: undefined,
      facts,
    })
  })

  test('pass unchanged at any split, with the same facts', async () => {
    await fc.assert(
      fc.asyncProperty(someCuts(whole), async cuts => {
        const result = await read(whole, { cuts })
        expect(result.text).toBe(withoutDone)
        expect(result.facts).toEqual(facts)
      }),
    )
  })

  test('pass without events that have no data, which some servers send to be heard, before the content and after it', async () => {
    const none = 'data: \n\n'
    const noisy = none + whole.replaceAll('\n\n', `\n\n${none}`)
    expect(await read(noisy)).toMatchObject({ text: withoutDone, error: undefined, facts })
    expect(await read(noisy, { cuts: everyByte(noisy) })).toMatchObject({ text: withoutDone, error: undefined, facts })
  })

  test('pass without the usage chunk where it is withheld, at any split', async () => {
    await fc.assert(
      fc.asyncProperty(someCuts(whole), async cuts => {
        const result = await read(whole, { cuts, withholdUsage: true })
        expect(result.text).toBe(withoutUsage)
        expect(result.facts).toEqual(facts)
      }),
    )
  })

  test('keep events after a withheld usage chunk', async () => {
    const late = events({ object: 'news' })
    const text = events(chunk({ content: 'a' }), chunk({ finish: 'stop' }), usageChunk) + late
    expect((await read(text, { withholdUsage: true })).text).toBe(
      events(chunk({ content: 'a' }), chunk({ finish: 'stop' })) + late,
    )
  })

  test('keep usage that stands in a chunk with choices', async () => {
    const last = { ...chunk({ finish: 'stop' }), usage }
    const result = await read(events(chunk({ content: 'a' }), last), { withholdUsage: true })
    expect(result.text).toBe(events(chunk({ content: 'a' }), last))
    expect(result.facts.usage).toEqual(usage)
  })

  test('of reasoning in any server’s words pass as they are', async () => {
    const choice = { index: 0, delta: { reasoning: 'hm' }, finish_reason: null }
    const text = events(
      roleChunk,
      { ...chunk({}), choices: [choice] },
      chunk({ content: 'a' }),
      chunk({ finish: 'stop' }),
    )
    for (const cuts of [[], everyByte(text)]) expect((await read(text, { cuts })).text).toBe(text)
  })

  test('of comments pass as they are', async () => {
    const text = `: PROCESSING\n\n${withoutDone}`
    expect((await read(text)).text).toBe(text)
  })
})

describe('other forms of events', () => {
  const forms: Record<string, string> = {
    CRLF: whole.replaceAll('\n', '\r\n'),
    CR: whole.replaceAll('\n', '\r'),
    'no space': whole.replaceAll('data: ', 'data:').replace('data:[DONE]', 'data: [DONE]'),
    'event names': whole.replaceAll(/^data: (?=\{)/gm, 'event: message\ndata: '),
    'several data lines': whole
      .replaceAll(',"choices"', ',\ndata: "choices"')
      .replaceAll(/"(?=finish_reason":)/g, '\ndata: "'),
  }
  test.each(Object.entries(forms))('%s are read alike at any split', async (_, text) => {
    const expected = await read(whole)
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constant(everyByte(text)), someCuts(text)), async cuts => {
        const result = await read(text, { cuts })
        expect(result.facts).toEqual(facts)
        expect(result.error).toBeUndefined()
        expect(result.contents.length).toBeGreaterThanOrEqual('Hello'.length)
        expect(result.text.split('\n\n').length).toBe(expected.text.split('\n\n').length)
        expect(result.text).not.toMatch(/\r|\[DONE\]\n\n$/)
      }),
      { numRuns: 30 },
    )
  })
})

describe('error events', () => {
  const error = { error: { message: 'Overloaded', type: 'server_error', code: 'overloaded' } }

  test('throw as the first event', async () => {
    const result = await read(events(error, '[DONE]'))
    expect(result).toMatchObject({ text: '', error: { code: 'upstream_unavailable' }, facts: { terminal: false } })
  })

  test('throw after the events before them, at any split', async () => {
    const before = events(roleChunk, chunk({ content: 'a' }), chunk({ content: 'b' }))
    const text = before + events(error, '[DONE]')
    await fc.assert(
      fc.asyncProperty(someCuts(text), async cuts => {
        const result = await read(text, { cuts })
        expect(result).toMatchObject({
          text: before,
          error: { code: 'upstream_unavailable' },
          facts: { terminal: false },
        })
      }),
    )
  })

  test('are told from chunks whose error is null', async () => {
    const text = events({ ...chunk({ content: 'a' }), error: null }, { ...chunk({ finish: 'stop' }), error: null })
    expect(await read(text)).toMatchObject({ text, error: undefined })
  })

  test('that only the event name tells are errors', async () => {
    const text = `${events(roleChunk)}event: error\ndata: {"message":"x"}\n\n`
    expect(await read(text)).toMatchObject({ error: { code: 'upstream_unavailable' } })
  })
})

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

describe('usage', () => {
  test('that comes before the finish is found and withheld, at any split', async () => {
    const before = events(roleChunk, chunk({ content: 'a' }))
    const after = events(chunk({ finish: 'stop' }))
    for (const form of [events(usageChunk), events(JSON.stringify(usageChunk).replaceAll('":', '" : '))]) {
      await fc.assert(
        fc.asyncProperty(someCuts(before + form + after), async cuts => {
          const result = await read(before + form + after, { cuts, withholdUsage: true })
          expect(result).toMatchObject({ text: before + after, facts: { usage, finishReason: 'stop' } })
        }),
        { numRuns: 30 },
      )
    }
  })

  test('that comes more than once is the last, and all of it is withheld', async () => {
    const later = { ...usageChunk, usage: { ...usage, completion_tokens: 4 } }
    const text = events(usageChunk, chunk({ content: 'a' }), usageChunk, chunk({ finish: 'stop' }), later)
    for (const cuts of [[], everyByte(text)]) {
      const result = await read(text, { cuts, withholdUsage: true })
      expect(result.text).toBe(events(chunk({ content: 'a' }), chunk({ finish: 'stop' })))
      expect(result.facts.usage?.completion_tokens).toBe(4)
    }
  })

  test('inside a server’s own extension takes nothing from the true one', async () => {
    const text = events(chunk({ content: 'a' }), usageChunk, { ...chunk({ finish: 'stop' }), x_groq: { usage } })
    expect((await read(text, { withholdUsage: true })).facts.usage).toEqual(usage)
  })
})

describe('malformed events', () => {
  test.each([
    ['a choice that is null', { choices: [null] }],
    ['a choice that is a word', { choices: ['a'] }],
    ['a choice without a delta', { choices: [{ index: 0, finish_reason: null }] }],
    ['a delta that is null', { choices: [{ index: 0, delta: null }] }],
  ])('%s is no content and trips nobody up', async (_, bad) => {
    const text = events(bad, chunk({ content: 'a' }), bad, chunk({ finish: 'stop' }))
    for (const cuts of [[], everyByte(text)]) {
      expect(await read(text, { cuts })).toMatchObject({
        text,
        contents: 'a',
        error: undefined,
        facts: { terminal: true },
      })
    }
  })

  test('in the read that finishes leave no whole answer behind', async () => {
    const result = await read(`data: {"id":\n\n${events(chunk({ finish: 'stop' }))}`)
    expect(result).toMatchObject({ error: { code: 'upstream_bad_response' }, facts: { terminal: false } })
  })

  test('before the first content fail the call', async () => {
    expect(await read(`${events(roleChunk)}data: {"id":\n\n`)).toMatchObject({
      error: { code: 'upstream_bad_response' },
    })
  })

  test('never unsettle facts already known', async () => {
    const result = await read(
      `${events(roleChunk, chunk({ content: 'a' }), chunk({ finish: 'stop' }))}data: {"usage":{\n\n`,
    )
    expect(result).toMatchObject({ error: undefined, facts: { terminal: true, finishReason: 'stop' } })
  })

  test('amid the content end it there, and never reach the client', async () => {
    const before = events(roleChunk, chunk({ content: 'a' }))
    for (const bad of ['data: {"id":"c","choices":[{\n\n', 'data: "choices":[]}\n\n', 'data:{"id"\r\n\r\n']) {
      const text = `${before}${bad}${events(chunk({ finish: 'stop' }))}`
      for (const cuts of [[], everyByte(text)]) {
        const result = await read(text, { cuts })
        expect(result).toMatchObject({
          text: before,
          error: { code: 'upstream_bad_response' },
          facts: { terminal: false },
        })
      }
    }
  })
})

test('leaving closes the upstream', async () => {
  const body = bodyOf(whole)
  const batches = new ChatBatches({
    body,
    upstream,
    facts: { terminal: false },
    choices: 1,
    withholdUsage: false,
  })
  await batches.return()
  expect(body.closed).toBe(true)
  expect((await batches.next()).done).toBe(true)
})
