import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChatBatches } from '../src/chat-batches.ts'
import { facts, read, upstream, whole, withoutDone, withoutUsage } from './support/read-batches.ts'
import { bodyOf, chunk, events, everyByte, roleChunk, someCuts, usage, usageChunk } from './support/sse.ts'

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
