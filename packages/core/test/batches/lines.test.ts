import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkLines } from '../../src/batches/check-lines.ts'
import { countedBytes } from '../../src/batches/counted-bytes.ts'
import { holdToCaps, type LineCaps } from '../../src/batches/hold-to-caps.ts'
import { splitLines } from '../../src/batches/line-splitter.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

const line = (changes: object = {}, body: object = {}) => ({
  custom_id: 'a',
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body },
  ...changes,
})

function checked(lines: readonly unknown[], maxRequests = 50_000) {
  const text = lines.map(each => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n')
  return all(checkLines(splitLines(inPieces(text, 7)), maxRequests))
}

describe('the lines of a file', () => {
  it('are the same wherever it is cut, whatever ends them, and blank ones count but are none', async () => {
    const texts = fc.array(fc.constantFrom('', ' ', '{"ü":1}', 'x', '\t'), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('\n', '\r\n'),
        async (given, size, end) => {
          const found = await all(splitLines(inPieces(given.join(end), size)))
          const wanted = given
            .map((text, index) => ({ number: index + 1, text }))
            .filter(({ text }) => text.trim() !== '')
          expect(found.map(({ number, bytes }) => ({ number, text: Buffer.from(bytes).toString() }))).toEqual(wanted)
        },
      ),
    )
  })

  it('may not be longer than memory is to be filled', async () => {
    await expect(all(splitLines(inPieces(`ok\n${'x'.repeat(60)}`, 16), 50))).rejects.toThrow(
      /^Line 2 is longer than 50/,
    )
  })

  it('hold a request each, in order, as they came', async () => {
    const lines = await checked([line(), '', line({ custom_id: 'b' }, { temperature: 0 })])
    expect(lines.map(({ number, customId }) => [number, customId])).toEqual([
      [1, 'a'],
      [3, 'b'],
    ])
    expect(lines[1]?.body).toMatchObject({ model: 'm', temperature: 0 })
    expect(JSON.parse(Buffer.from(lines[0]!.bytes).toString())).toEqual(line())
  })

  it.each([
    ['no JSON', '{"custom_id":', /^Line 2: it is not valid JSON: it ends too early, at column 14\.$/],
    ['no object', '[1]', /^Line 2: it must be a JSON object/],
    ['no custom_id', line({ custom_id: undefined }), /^Line 2: custom_id: must be a text/],
    ['a custom_id that is no text', line({ custom_id: 7 }), /^Line 2: custom_id: .*got 7/],
    ['a custom_id that is taken', line({ custom_id: 'first' }), /^Line 2: custom_id: "first" is that of line 1, too/],
    ['another method', line({ method: 'GET' }), /^Line 2: method: .*got "GET"/],
    ['another endpoint', line({ url: '/v1/embeddings' }), /^Line 2: url: /],
    ['no body', line({ body: null }), /^Line 2: body: must be an object/],
    ['a faulty body', line({}, { messages: [] }), /^Line 2: body: `messages`/],
    ['no model', line({}, { model: undefined }), /^Line 2: body.model: name the model/],
    ['another model', line({}, { model: 'n' }), /^Line 2: body.model: "n" is not "m", which line 1 names/],
    ['a stream', line({}, { stream: true }), /^Line 2: body.stream: /],
    ['a tier of its own', line({}, { service_tier: 'priority' }), /^Line 2: body.service_tier: .*got "priority"/],
    ['too deep a body', line({}, { metadata: JSON.parse('['.repeat(90) + ']'.repeat(90)) }), /^Line 2: .*nested/],
  ])('with %s are refused by their number', async (_what, bad, words) => {
    await expect(checked([line({ custom_id: 'first' }), bad])).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'file',
      message: expect.stringMatching(words),
    })
  })

  it('are one at least, and so many at most', async () => {
    await expect(checked(['', ' '])).rejects.toThrow(/holds no requests/)
    await expect(checked([line(), line({ custom_id: 'b' })], 1)).rejects.toThrow(/^Line 2: a file holds 1 requests/)
  })

  it('take prototype names for custom ids', async () => {
    expect(await checked([line({ custom_id: '__proto__' }), line({ custom_id: 'constructor' })])).toHaveLength(2)
  })

  it('are held to the caps of their caller and route', async () => {
    const capped = async (asked: object, caps: { [Name in keyof LineCaps]?: number }) => {
      const lines = checkLines(splitLines(inPieces(JSON.stringify(line({}, asked)), 64)), 5)
      const { maxTokens, routeTokens, defaultTokens } = caps
      return (await all(holdToCaps(lines, { maxTokens, routeTokens, defaultTokens })))[0]?.body.max_completion_tokens
    }
    expect(await capped({}, {})).toBeUndefined()
    expect(await capped({}, { maxTokens: 50, routeTokens: 90 })).toBe(50)
    expect(await capped({}, { routeTokens: 90, defaultTokens: 70 })).toBe(90)
    expect(await capped({}, { defaultTokens: 70 })).toBe(70)
    expect(await capped({ max_tokens: 10 }, { maxTokens: 50 })).toBeUndefined()
    await expect(capped({ max_tokens: 51 }, { maxTokens: 50 })).rejects.toThrow(/^Line 1: .* 50 tokens at most, got 51/)
  })
})

describe('the bytes of a file', () => {
  it('are so many at most', async () => {
    expect(await all(countedBytes(inPieces('12345', 2), 5))).toHaveLength(3)
    await expect(all(countedBytes(inPieces('123456', 2), 5))).rejects.toMatchObject({ code: 'request_too_large' })
  })
})
