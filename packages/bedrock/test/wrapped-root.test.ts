import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRootUnwrapper, hasObjectRoot, unwrapRoot, wrapRoot } from '../src/answer/wrapped-root.ts'

describe('a schema whose root is no object', () => {
  it.each([
    [{ type: 'object' }, true],
    [{ properties: {} }, true],
    [{ type: 'array' }, false],
    [{ type: ['object', 'null'] }, false],
    [{ anyOf: [{ type: 'object' }] }, false],
    [{ type: 'object', anyOf: [{ required: ['a'] }] }, false],
    [{ properties: {}, oneOf: [{ required: ['a'] }] }, false],
    [{ type: 'object', allOf: [{ required: ['a'] }] }, false],
    [{ type: 'object', properties: { 'Account Number': {} } }, false],
    [{ type: 'object', properties: { ['a'.repeat(65)]: {} } }, false],
    [{ type: 'object', properties: { 'a.b-c_D': { properties: { größe: {} } } } }, true],
    [{ $ref: '#/$defs/a' }, false],
    [{ enum: ['a'] }, false],
    [{}, false],
  ])('%j: %s', (schema, object) => {
    expect(hasObjectRoot(schema)).toBe(object)
  })

  it('becomes the one member of an object, and its references keep their targets', () => {
    const schema = {
      $schema: 'x',
      type: 'array',
      items: { anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#' }, { $ref: '#/prefixItems/0' }, { $ref: 'https://x/#/a' }] },
      prefixItems: [{ type: 'string' }],
      $defs: { a: { type: 'string' } },
    }
    const before = structuredClone(schema)
    expect(wrapRoot(schema)).toEqual({
      type: 'object',
      properties: {
        value: {
          type: 'array',
          items: {
            anyOf: [
              { $ref: '#/$defs/a' },
              { $ref: '#/properties/value' },
              { $ref: '#/properties/value/prefixItems/0' },
              { $ref: 'https://x/#/a' },
            ],
          },
          prefixItems: [{ type: 'string' }],
        },
      },
      required: ['value'],
      additionalProperties: false,
      $defs: { a: { type: 'string' } },
    })
    expect(schema).toEqual(before)
  })
})

describe('an answer to it', () => {
  const unwrapped = (pieces: readonly string[]): string => {
    const unwrapper = createRootUnwrapper()
    return pieces.map(piece => unwrapper.push(piece)).join('') + unwrapper.end()
  }

  it('is the member, or what came in its stead', () => {
    expect(unwrapRoot({ value: [1] })).toEqual([1])
    expect(unwrapRoot({ value: null })).toBeNull()
    expect(unwrapRoot({ other: 1 })).toEqual({ other: 1 })
    expect(unwrapRoot([1])).toEqual([1])
  })

  it.each([
    ['{"other":1}', '{"other":1}'],
    ['[1]', '[1]'],
    ['{"why": "so", "value": [1]}', '[1]'],
    ['{"why": "so", "value": {"id":12345678901234567890}}', '{"id":12345678901234567890}'],
    ['{"why": "so", "val', '{"why": "so", "val'],
    ['{"val', '{"val'],
    ['{"value":[1],"more":2}', '[1]'],
    ['{"value":"a\\"}"}', '"a\\"}"'],
    ['{"value":"cut', '"cut'],
  ])('%s is streamed as %s', (text, value) => {
    expect(unwrapped(text.split(''))).toBe(value)
    expect(unwrapped([text])).toBe(value)
  })

  it.each(['', '{', '{"value":', '{"value":1'])(
    'costs no more than it is long: blanks without end behind %j',
    start => {
      const startedAt = performance.now()
      unwrapped([start, ...Array.from({ length: 50_000 }, () => ' \n')])
      expect(performance.now() - startedAt).toBeLessThan(1_000)
    },
  )

  it('is streamed as the same JSON, wherever it is cut and however it is spaced', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(undefined, 1),
        fc.integer({ min: 1, max: 7 }),
        (value, space, size) => {
          const text = JSON.stringify({ value }, null, space)
          const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
          expect(JSON.parse(unwrapped(pieces))).toEqual(JSON.parse(JSON.stringify(value)))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
