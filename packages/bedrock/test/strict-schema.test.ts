import { describe, expect, it } from 'vitest'
import { toStrictSchema } from '../src/strict-schema.ts'

describe('a strict schema', () => {
  it('closes every object, wherever it stands', () => {
    const open = { type: 'object', properties: {} }
    const closed = { ...open, additionalProperties: false }
    expect(
      toStrictSchema({
        type: 'object',
        properties: { a: open, b: { type: 'array', items: open }, c: { anyOf: [open, { type: 'null' }] } },
        $defs: { d: open },
      }),
    ).toEqual({
      type: 'object',
      properties: { a: closed, b: { type: 'array', items: closed }, c: { anyOf: [closed, { type: 'null' }] } },
      $defs: { d: closed },
      additionalProperties: false,
    })
  })

  it.each([
    [
      { type: 'integer', minimum: 1, maximum: 9 },
      { type: 'integer', description: '(minimum: 1, maximum: 9)' },
    ],
    [
      { type: ['number', 'null'], description: 'Price.', multipleOf: 0.5 },
      { type: ['number', 'null'], description: 'Price. (multipleOf: 0.5)' },
    ],
    [
      { type: 'array', minItems: 2, maxItems: 3 },
      { type: 'array', description: '(maxItems: 3, minItems: 2)' },
    ],
    [
      { type: 'array', minItems: 1 },
      { type: 'array', minItems: 1 },
    ],
    [
      { type: 'string', minLength: 2, pattern: 'a' },
      { type: 'string', minLength: 2, pattern: 'a' },
    ],
    [{ $schema: 'x', title: 'T', type: 'string' }, { type: 'string' }],
  ])('tells what the compiler refuses in the description: %j', (schema, strict) => {
    expect(toStrictSchema(schema)).toEqual(strict)
  })

  it('does not take a property for a keyword', () => {
    const properties = { title: { type: 'string' }, minimum: { type: 'number' }, items: { type: 'string' } }
    expect(toStrictSchema({ type: 'object', properties }).properties).toEqual(properties)
  })

  it("leaves the caller's schema alone", () => {
    const schema = { type: 'object', title: 'T', properties: { a: { type: 'object', title: 'U' } } }
    const before = structuredClone(schema)
    toStrictSchema(schema)
    expect(schema).toEqual(before)
  })
})
