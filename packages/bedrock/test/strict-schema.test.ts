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
    [
      { type: 'integer', format: 'int32' },
      { type: 'integer', description: '(format: "int32")' },
    ],
    [
      { type: 'string', format: 'email', pattern: '^(?!\\.)a' },
      { type: 'string', format: 'email', description: '(pattern: "^(?!\\\\.)a")' },
    ],
    [
      { type: 'string', pattern: '\\bword\\b' },
      { type: 'string', description: '(pattern: "\\\\bword\\\\b")' },
    ],
    [
      { type: 'string', pattern: '^(?:a|\\\\b)\\d{2}$', format: 'uuid' },
      { type: 'string', pattern: '^(?:a|\\\\b)\\d{2}$', format: 'uuid' },
    ],
  ])('tells what the compiler refuses in the description: %j', (schema, strict) => {
    expect(toStrictSchema(schema)).toEqual(strict)
  })

  it('says oneOf as anyOf, which is all that the compiler knows', () => {
    const oneOf = [
      { type: 'object', properties: { kind: { const: 'a' } } },
      { type: 'object', properties: { kind: { const: 'b' } } },
    ]
    const anyOf = oneOf.map(choice => ({ ...choice, additionalProperties: false }))
    expect(toStrictSchema({ oneOf, discriminator: { propertyName: 'kind' } })).toEqual({
      anyOf,
      description: '(discriminator: {"propertyName":"kind"})',
    })
  })

  it('says a reference that stands in allOf alone as the reference', () => {
    expect(toStrictSchema({ allOf: [{ $ref: '#/$defs/d' }], description: 'Where.' })).toEqual({
      $ref: '#/$defs/d',
      description: 'Where.',
    })
  })

  it('says that what has properties is an object', () => {
    expect(toStrictSchema({ properties: {} })).toEqual({ type: 'object', properties: {}, additionalProperties: false })
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
    ['with exclusive choices', closed({ a: { oneOf: [closed({ b: text }), closed({ c: text })] } })],
    [
      'with a choice that is told of',
      closed({ a: { anyOf: [text, { type: 'null' }], description: 'A.', default: null } }),
    ],
    ['with twenty-four optional members', closed(Object.fromEntries(members(24)))],
    ['with any number of required members', { ...closed(Object.fromEntries(members(99))), required: names(99) }],
    ['with sixteen unions', { ...closed(Object.fromEntries(unions(16))), required: [] }],
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
    ['with twenty-five optional members', closed(Object.fromEntries(members(25)))],
    ['where anything may stand', closed({ a: true as never })],
    ['where a member is told of and no more', closed({ a: { description: 'Anything.' } })],
    ['where anything may stand in a list', closed({ a: { type: ['array', 'null'] } })],
    ['where each place of a list has its schema', closed({ a: { type: 'array', items: text, prefixItems: [text] } })],
    ['or each in the words of old', closed({ a: { type: 'array', items: [text] } })],
    ['where a choice has a type', closed({ a: { type: 'string', anyOf: [{ minLength: 2, type: 'string' }, text] } })],
    ['where a choice is of two kinds', closed({ a: { anyOf: [text], oneOf: [text] } })],
    ['where no schema is in allOf', closed({ a: { allOf: [null] } })],
    [
      'where more than a reference is in allOf',
      { ...closed({ a: { allOf: [{ $ref: '#/$defs/d', minLength: 2 }] } }), $defs: { d: text } },
    ],
  ])('but not %s', (_name, schema) => {
    expect(isStrictable(schema)).toBe(false)
  })

  it('is found out in no time for a chain of references that doubles at each link', () => {
    const links = Array.from({ length: 60 }, (_, index): [string, JsonObject] => [
      `d${index}`,
      {
        ...closed(index === 59 ? {} : { a: { $ref: `#/$defs/d${index + 1}` }, b: { $ref: `#/$defs/d${index + 1}` } }),
        required: ['a', 'b'],
      },
    ])
    expect(isStrictable({ ...closed({ a: { $ref: '#/$defs/d0' } }), $defs: Object.fromEntries(links) })).toBe(true)
  })

  it('is not looked into without end', () => {
    const links = Array.from({ length: 50_000 }, (_, index): [string, JsonObject] => [
      `d${index}`,
      { ...closed({ a: { $ref: `#/$defs/d${index + 1}` } }), required: ['a'] },
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

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `m${index}`)
}

function members(count: number): [string, JsonObject][] {
  return names(count).map(name => [name, text])
}

function unions(count: number): [string, JsonObject][] {
  return Array.from({ length: count }, (_, index) => [`p${index}`, { type: ['string', 'null'] }])
}
