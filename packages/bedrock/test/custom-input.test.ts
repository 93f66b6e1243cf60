import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCustomInputReader, customInputOf } from '../src/tools/custom-input.ts'

/** What a reader says, piece by piece and at the end. */
function read(pieces: readonly string[]): string[] {
  const reader = createCustomInputReader()
  return [...pieces.map(piece => reader.push(piece)), reader.end()]
}

function cutAt(json: string, cuts: readonly number[]): string[] {
  const bounds = [0, ...cuts.map(cut => cut % (json.length + 1)).sort((a, b) => a - b), json.length]
  return bounds.slice(1).map((end, index) => json.slice(bounds[index], end))
}

/** JSON in which every character is an escape, as some models write all but ASCII. */
function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'))
  return units.map(unit => `\\u${unit}`).join('')
}

const text = fc.string({ unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '😀', '\ud83d', 'u'), fc.string()) })
const cuts = fc.array(fc.nat(), { maxLength: 8 })

describe('the text of a custom tool call', () => {
  it('is the same however its JSON is written and cut', () => {
    fc.assert(
      fc.property(text, cuts, fc.constantFrom('', ' ', '\n  '), fc.boolean(), (said, at, space, escapes) => {
        const string = escapes ? `"${escaped(said)}"` : JSON.stringify(said)
        const json = `${space}{${space}"input"${space}:${space}${string}${space}}`
        expect(read(cutAt(json, at)).join('')).toBe(said)
      }),
    )
  })

  it('never ends in half a surrogate pair before the other half has come', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('😀', '🎉', 'a') }), cuts, (said, at) => {
        for (const piece of read(cutAt(JSON.stringify({ input: said }), at)))
          expect(piece).not.toMatch(/[\ud800-\udbff]$/)
        for (const piece of read(cutAt(`{"input":"${escaped(said)}"}`, at)))
          expect(piece).not.toMatch(/[\ud800-\udbff]$/)
      }),
    )
  })

  it.each<[string, string[], string[]]>([
    ['is said as it comes', ['{"input":"sel', 'ect 1', '"}'], ['sel', 'ect 1', '', '']],
    ['is said as it comes, its opening in pieces', ['{"in', 'put"', ':', '"a'], ['', '', '', 'a', '']],
    ['waits for an escape to come whole', ['{"input":"a\\', 'nb\\u00', 'e9"}'], ['a', '\nb', 'é', '']],
    ['holds half a pair back', ['{"input":"\\ud83d', '\\ude00"}'], ['', '😀', '']],
    ['that ends inside a pair ends with what there is', ['{"input":"a\\ud83d'], ['a', '\ud83d']],
    ['that was cut is what came', ['{"input":"sel'], ['sel', '']],
    ['may hold bare line breaks', ['{"input":"a\nb"}'], ['a\nb', '']],
    ['is found behind other members', ['{"why":"x",', '"input":"a"}'], ['', '', 'a']],
    ['leaves out members behind it', ['{"input":"a","why":"x"}'], ['a', '']],
    ['under an escaped name is found', ['{"\\u0069nput":"a"}'], ['', 'a']],
    ['of an object without it is the JSON', ['{"a": [1]}'], ['', '{"a":[1]}']],
    ['that is no text is the JSON', ['{"input": 5}'], ['', '{"input":5}']],
    ['of an empty object is none', ['{}'], ['', '']],
    ['of no piece is none', [], ['']],
    ['of what is no JSON is what came', ['select', ' 1'], ['', '', 'select 1']],
    [
      'of an object without it has all digits',
      ['{"a":12345678901', '234567890}'],
      ['', '', '{"a":12345678901234567890}'],
    ],
    ['of a bare string is its JSON', ['"a"'], ['', '"a"']],
    [
      'behind a long run of blanks is found at the end',
      [' '.repeat(150), ' '.repeat(150), '{"input":"a"}'],
      ['', '', '', 'a'],
    ],
  ])('%s', (_name, pieces, said) => {
    expect(read(pieces)).toEqual(said)
  })

  it.each<[unknown, string]>([
    [undefined, ''],
    [null, ''],
    [{}, ''],
    [{ input: 'a' }, 'a'],
    [{ input: '' }, ''],
    [{ input: 'a', why: 1 }, 'a'],
    [{ query: 'a' }, '{"query":"a"}'],
    [['a'], '["a"]'],
    ['a', '"a"'],
  ])('of the whole input %j is %j', (input, said) => {
    expect(customInputOf(input)).toBe(said)
  })
})
