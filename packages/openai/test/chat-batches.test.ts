import type { StreamFacts } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChatBatches } from '../src/chat-batches.ts'
import { type Passed, passed } from './support/calls.ts'
import { answer, bodyOf, chunk, events, everyByte, roleChunk, someCuts, usage, usageChunk } from './support/sse.ts'

interface ReadOptions {
  readonly cuts?: readonly number[]
  readonly choices?: number
  readonly withholdUsage?: boolean
}

async function read(text: string, options: ReadOptions = {}): Promise<Passed & { facts: StreamFacts }> {
  const facts: StreamFacts = { terminal: false }
  const { cuts = [], choices = 1, withholdUsage = false } = options
  const batches = new ChatBatches({ body: bodyOf(text, cuts), provider: 'test', facts, choices, withholdUsage })
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

  test.each([open, finished])('inside an event is an interruption', async text => {
    const result = await read(`${text}data: {"id":"chat`)
    expect(result).toMatchObject({ text, error: { code: 'stream_interrupted' } })
  })

  test('needs every choice to finish', async () => {
    const one = open + events(chunk({ finish: 'stop' }), chunk({ content: 'b', index: 1 }))
    expect((await read(one, { choices: 2 })).facts.terminal).toBe(false)
    const both = one + events(chunk({ finish: 'length', index: 1 }))
    expect((await read(both, { choices: 2 })).facts).toMatchObject({ terminal: true, finishReason: 'stop' })
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
      provider: 'test',
      facts: { terminal: false },
      choices: 1,
      withholdUsage: false,
    })
    expect((await batches.next()).done).toBe(false)
    expect((await batches.next()).done).toBe(true)
  })
})

describe('malformed events', () => {
  test('before the first content fail the call', async () => {
    expect(await read(`${events(roleChunk)}data: {"id":\n\n`)).toMatchObject({
      error: { code: 'upstream_bad_response' },
    })
  })

  test('never unsettle facts already known', async () => {
    const result = await read(
      `${events(roleChunk, chunk({ content: 'a' }), chunk({ finish: 'stop' }))}data: {"usage":{\n\n`,
    )
    expect(result.facts).toMatchObject({ terminal: true, finishReason: 'stop' })
  })
})

test('leaving closes the upstream', async () => {
  const body = bodyOf(whole)
  const batches = new ChatBatches({
    body,
    provider: 'test',
    facts: { terminal: false },
    choices: 1,
    withholdUsage: false,
  })
  await batches.return()
  expect(body.closed).toBe(true)
  expect((await batches.next()).done).toBe(true)
})
