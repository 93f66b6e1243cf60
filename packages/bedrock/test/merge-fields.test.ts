import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeFields } from '../src/request/merge-fields.ts'

const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>
const object = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), fc.jsonValue({ maxDepth: 3 }), {
  noNullPrototype: true,
})

describe('merged fields', () => {
  it('are both, deeply, and theirs where they differ', () => {
    const merged = mergeFields({ a: { b: 1, c: 2 }, d: [1] }, { a: { c: 3 }, d: [2], e: null })
    expect(merged).toEqual({ a: { b: 1, c: 3 }, d: [2], e: null })
  })

  it('take __proto__ for a member like any other', () => {
    const merged = mergeFields(parsed('{"a":1}'), parsed('{"__proto__":{"polluted":true},"x":{"__proto__":1}}'))
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
    expect(JSON.stringify(merged)).toBe('{"a":1,"__proto__":{"polluted":true},"x":{"__proto__":1}}')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('change neither object', () => {
    fc.assert(
      fc.property(object, object, (ours, theirs) => {
        const before = JSON.stringify([ours, theirs])
        mergeFields(ours, theirs)
        expect(JSON.stringify([ours, theirs])).toBe(before)
      }),
    )
  })

  it('have all that is theirs, and of ours what they do not speak of', () => {
    fc.assert(
      fc.property(object, object, (ours, theirs) => {
        const merged = mergeFields(ours, theirs)
        expect(JSON.stringify(mergeFields(merged, theirs))).toBe(JSON.stringify(merged))
        for (const key of Object.keys(ours)) expect(Object.hasOwn(merged, key)).toBe(true)
        expect(JSON.stringify(mergeFields({}, theirs))).toBe(JSON.stringify(theirs))
      }),
    )
  })
})
