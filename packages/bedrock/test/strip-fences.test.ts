import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFenceStripper, stripFences } from '../src/answer/strip-fences.ts'

function inPieces(pieces: readonly string[]): string {
  const stripper = createFenceStripper()
  return pieces.map(piece => stripper.push(piece)).join('') + stripper.end()
}

describe('a code fence', () => {
  it.each([
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['```\n{"a":1}\n```\n', '{"a":1}'],
    ['\n ```JSON \r\n{"a":1}\r\n``` ', '{"a":1}'],
    ['```json {"a":1} ```', '{"a":1}'],
    ['```{"a":1}```', '{"a":1}'],
    ['```true```', 'true'],
    ['```json\n{"a":"```"}\n```', '{"a":"```"}'],
    ['```json\n{"a":"\\n```"}\n```', '{"a":"\\n```"}'],
    ['```json\n{"a":1', '{"a":1'],
    ['```json\n{"a":1}\n``', '{"a":1}\n``'],
    ['```json\n```', ''],
    ['```json', ''],
  ])('is taken off %j', (text, bare) => {
    expect(stripFences(text)).toBe(bare)
  })

  it.each(['', ' ', '{"a":1}', '  {"a":1}\n', '{"a":"```json"}', 'See:\n```json\n{"a":1}\n```', '``', '"```"'])(
    'is not found in %j',
    text => {
      expect(stripFences(text)).toBe(text)
    },
  )

  const piece = fc.constantFrom('`', '``', '```', 'json', 'JSON', '\n', '\r\n', ' ', '{"a":', '1', '}', '"', 'x')

  it('is taken off a stream as off the whole, wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (parts, cuts) => {
        const text = parts.join('')
        const pieces: string[] = []
        for (let at = 0; at < text.length; ) {
          const length = cuts.next().value
          pieces.push(text.slice(at, at + length))
          at += length
        }
        expect(inPieces(pieces)).toBe(stripFences(text))
      }),
      { numRuns: 3_000 },
    )
  })

  it('around any JSON leaves that JSON, character by character', () => {
    const fences = fc.constantFrom<[string, string]>(['```json\n', '\n```'], ['```\n', '\n```\n'], ['', ''])
    fc.assert(
      fc.property(fc.jsonValue(), fences, (value, [before, after]) => {
        const json = JSON.stringify(value, null, 1)
        expect(inPieces(`${before}${json}${after}`.split(''))).toBe(json)
      }),
    )
  })

  it.each(['', '```json', '```json\n', '```json\n{}\n```'])(
    'costs no more than the text is long: blanks without end behind %j',
    start => {
      const startedAt = performance.now()
      const blanks = Array.from({ length: 50_000 }, () => ' \n')
      const text = inPieces([start, ...blanks])
      expect(stripFences(start + blanks.join(''))).toBe(text)
      expect(performance.now() - startedAt).toBeLessThan(1_000)
    },
  )
})
