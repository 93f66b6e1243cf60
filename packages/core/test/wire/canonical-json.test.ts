import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson } from '../../src/wire/canonical-json.ts'

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

it('does not mind the order of members, at any depth, and loses none', () => {
  const value = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(member, tie('value')), { maxLength: 4 }).map(entries => Object.fromEntries(entries)),
    ),
  })).value
  fc.assert(
    fc.property(value, each => {
      const text = canonicalJson(each)
      expect(canonicalJson(turned(each))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(each)))
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
  [JSON.parse('{"__proto__":{"a":1}}'), {}],
])('tells %j from %j', (one, other) => {
  expect(canonicalJson(one)).not.toBe(canonicalJson(other))
})
