import { describe, expect, it } from 'vitest'
import { toStrictSchema } from '../src/request/strict-schema.ts'
import { isStrictable } from '../src/request/strictable.ts'
import { isJsonObject, type JsonObject } from '../src/wire/json.ts'

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
      { type: 'array', description: '(minItems: 2, maxItems: 3)' },
    ],
    [
      { type: 'array', minItems: 1 },
      { type: 'array', minItems: 1 },
    ],
    [
      { type: 'string', minLength: 2, pattern: 'a' },
      { type: 'string', minLength: 2, pattern: 'a' },
    ],
    [
      { type: 'array', uniqueItems: true, 'x-order': 1 },
      { type: 'array', description: '(uniqueItems: true, x-order: 1)' },
    ],
    [
      { type: 'object', properties: {}, minProperties: 1 },
      { type: 'object', properties: {}, additionalProperties: false, description: '(minProperties: 1)' },
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

const closed = (properties: JsonObject): JsonObject => ({ type: 'object', properties })
const text = { type: 'string' }

describe('a schema can be made strict', () => {
  it.each<[string, JsonObject]>([
    ['of plain members', closed({ a: text, b: { type: ['number', 'null'] }, c: { enum: ['x', 1, null] } })],
    ['with definitions', { ...closed({ a: { $ref: '#/$defs/d' }, b: { $ref: '#/$defs/d' } }), $defs: { d: text } }],
    ['with one schema in allOf', { ...closed({ a: { allOf: [{ $ref: '#/$defs/d' }] } }), $defs: { d: closed({}) } }],
    ['with choices between objects', closed({ a: { anyOf: [closed({ b: text }), closed({ c: text })] } })],
    ['with sixteen unions', closed(Object.fromEntries(unions(16)))],
    ['with a reference whose name is escaped', { ...closed({ a: { $ref: '#/$defs/x~1y' } }), $defs: { 'x/y': text } }],
    ['that is an array', { type: 'array', items: text }],
    ['that knows it has no member', { type: 'object', additionalProperties: false }],
  ])('%s', (_name, schema) => {
    expect(isStrictable(schema)).toBe(true)
  })

  it.each<[string, JsonObject]>([
    [
      'where it is recursive',
      { ...closed({ a: { $ref: '#/$defs/d' } }), $defs: { d: closed({ e: { $ref: '#/$defs/d' } }) } },
    ],
    ['where it holds itself', closed({ a: { $ref: '#' } })],
    ['where it refers outside', closed({ a: { $ref: 'https://example.com/a.json' } })],
    ['where it refers to nothing', closed({ a: { $ref: '#/$defs/d' } })],
    ['where it refers to what is no schema', closed({ a: { $ref: '#/type' } })],
    ['where an object is open', closed({ a: { type: 'object' } })],
    ['where members are unnamed', closed({ a: { type: 'object', additionalProperties: text } })],
    ['where other members are welcome', { ...closed({}), additionalProperties: true }],
    ['where names follow a pattern', { type: 'object', patternProperties: { '^a': text } }],
    ['where it excludes', closed({ a: { not: text } })],
    ['where it depends', { ...closed({ a: text }), if: {}, else: {} }],
    ['where objects are summed up', closed({ a: { allOf: [closed({ b: text }), closed({ c: text })] } })],
    ['where an object has variants', { ...closed({ a: text }), anyOf: [closed({ b: text }), closed({ c: text })] }],
    ['where a value is an object', closed({ a: { enum: [{ b: 1 }] } })],
    ['where the constant is an object', closed({ a: { const: [1] } })],
    ['with seventeen unions', closed(Object.fromEntries(unions(17)))],
    ['where anything may stand', closed({ a: true as never })],
  ])('but not %s', (_name, schema) => {
    expect(isStrictable(schema)).toBe(false)
  })

  it('is found out in no time for a chain of references that doubles at each link', () => {
    const links = Array.from({ length: 60 }, (_, index): [string, JsonObject] => [
      `d${index}`,
      closed(index === 59 ? {} : { a: { $ref: `#/$defs/d${index + 1}` }, b: { $ref: `#/$defs/d${index + 1}` } }),
    ])
    expect(isStrictable({ ...closed({ a: { $ref: '#/$defs/d0' } }), $defs: Object.fromEntries(links) })).toBe(true)
  })

  it('is not looked into without end', () => {
    const links = Array.from({ length: 50_000 }, (_, index): [string, JsonObject] => [
      `d${index}`,
      closed({ a: { $ref: `#/$defs/d${index + 1}` } }),
    ])
    expect(isStrictable({ ...closed({ a: { $ref: '#/$defs/d0' } }), $defs: Object.fromEntries(links) })).toBe(false)
  })

  it('and is closed at every object then', () => {
    const schema = { ...closed({ a: { $ref: '#/$defs/d' } }), $defs: { d: closed({ e: closed({}) }) } }
    const strict = toStrictSchema(schema)
    expect(isJsonObject(strict.$defs) && strict.$defs.d).toMatchObject({
      additionalProperties: false,
      properties: { e: { additionalProperties: false } },
    })
  })
})

function unions(count: number): [string, JsonObject][] {
  return Array.from({ length: count }, (_, index) => [`p${index}`, { type: ['string', 'null'] }])
}
