import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalText } from '../../src/wire/canonical-text.ts'

const member = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '1', '01', 'é'))

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, turned(inner)]),
  )
}

const value = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(member, tie('value')), { maxLength: 16 }).map(entries => Object.fromEntries(entries)),
  ),
})).value

it('does not mind the order of members, at any depth and however many they are', () => {
  fc.assert(
    fc.property(value, each => {
      expect(canonicalText(turned(each))).toBe(canonicalText(each))
    }),
  )
})

it('tells every two values that JSON tells', () => {
  const said = (each: unknown): unknown => JSON.parse(JSON.stringify(each))
  const bytes = (each: unknown): string => Buffer.from(canonicalText(each)).toString('latin1')
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 2 }), ([one, other]) => {
      expect(bytes(one) === bytes(other)).toBe(isDeepStrictEqual(said(one), said(other)))
    }),
  )
})

it.each([
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: 1 }, { a: '1' }],
  [{ a: { b: 1 } }, { 'a.b': 1 }],
  [{ a: null }, {}],
  ['\ud800', '\ud801'],
  ['\ud800', '\ufffd'],
  [{ '\ud800': 1 }, { '\ufffd': 1 }],
  ['1"a', ['a']],
  [['a', 'b'], ['a,1"b']],
  [[1, 2], [12]],
  [{ a: 'b' }, { 'a:1"b': 1 }],
  [JSON.parse('{"__proto__":{"a":1}}'), {}],
])('tells %j from %j', (one, other) => {
  expect(Buffer.from(canonicalText(one))).not.toEqual(Buffer.from(canonicalText(other)))
})
