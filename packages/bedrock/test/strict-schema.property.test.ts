import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasObjectRoot, wrapRoot } from '../src/answer/wrapped-root.ts'
import { toStrictSchema } from '../src/request/strict-schema.ts'
import { isStrictable } from '../src/request/strictable.ts'
import { isJsonObject, type JsonObject } from '../src/wire/json.ts'

const name = fc.constantFrom('a', 'b', 'title', 'minimum', '$ref')
const extras = fc.record(
  {
    title: fc.string(),
    description: fc.string(),
    minimum: fc.integer(),
    maxItems: fc.nat(),
    minItems: fc.nat({ max: 3 }),
    uniqueItems: fc.boolean(),
    'x-vendor': fc.jsonValue({ maxDepth: 2 }),
    additionalProperties: fc.constantFrom(...Array.from({ length: 20 }, () => false), true, {}),
  },
  { requiredKeys: [] },
)
const { schema } = fc.letrec<{ schema: JsonObject }>(tie => ({
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<JsonObject>({ type: 'string' }, { type: ['integer', 'null'] }, { enum: ['x', 1] }, { const: true }),
    fc.constantFrom<JsonObject>(
      ...Array.from({ length: 20 }, () => ({ $ref: '#/$defs/d' })),
      { $ref: '#' },
      { $ref: '#/nowhere' },
      { not: {} },
    ),
    fc.tuple(fc.dictionary(name, tie('schema'), { noNullPrototype: true }), extras).map(([properties, more]) => ({
      type: 'object',
      properties,
      ...more,
    })),
    fc.tuple(tie('schema'), extras).map(([items, more]) => ({ type: 'array', items, ...more })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map(anyOf => ({ anyOf })),
  ),
}))
const root = fc.tuple(schema, schema).map(([own, $defs]): JsonObject => ({ ...own, $defs: { d: $defs } }))

/** Every schema in a schema, with where it stands. */
function* walk(value: JsonObject, at = '#'): Generator<[string, JsonObject]> {
  yield [at, value]
  for (const key of ['properties', '$defs'])
    for (const [step, member] of Object.entries((value[key] as JsonObject | undefined) ?? {}))
      if (isJsonObject(member)) yield* walk(member, `${at}/${key}/${step}`)
  if (isJsonObject(value.items)) yield* walk(value.items, `${at}/items`)
  for (const [index, member] of ((value.anyOf as unknown[] | undefined) ?? []).entries())
    if (isJsonObject(member)) yield* walk(member, `${at}/anyOf/${index}`)
}

describe('a schema that can be made strict', () => {
  it('is closed everywhere, says nothing that is refused, keeps every schema and tells every keyword', () => {
    let strictable = 0
    fc.assert(
      fc.property(root, given => {
        const before = structuredClone(given)
        if (!isStrictable(given)) return
        strictable++
        const strict = new Map(walk(toStrictSchema(given)))
        expect(given).toEqual(before)
        for (const [at, own] of walk(given)) {
          const said = strict.get(at)
          if (!said) throw new Error(`${at} is gone`)
          if (own.type === 'object') expect(said.additionalProperties).toBe(false)
          expect(said).not.toHaveProperty('title')
          for (const keyword of ['minimum', 'maxItems', 'uniqueItems', 'x-vendor']) {
            if (!(keyword in own)) continue
            expect(said).not.toHaveProperty(keyword)
            expect(said.description).toContain(`${keyword}: ${JSON.stringify(own[keyword])}`)
          }
          if (typeof own.description === 'string') expect(said.description).toContain(own.description)
        }
      }),
      { numRuns: 2_000 },
    )
    expect(strictable).toBeGreaterThan(200)
  })

  it('or wrapped, is an object, and its references point at the same schemas', () => {
    fc.assert(
      fc.property(root, given => {
        const wrapped = wrapRoot(given)
        expect(hasObjectRoot(wrapped)).toBe(true)
        const places = new Map(walk(wrapped))
        for (const [at, own] of walk(given)) {
          if (typeof own.$ref !== 'string' || own.$ref === '#/nowhere') continue
          const moved = at.startsWith('#/$defs') ? at : `#/properties/value${at.slice(1)}`
          const target = places.get(moved)?.$ref
          expect(target).toBe(own.$ref === '#' ? '#/properties/value' : own.$ref)
          expect(places.has(String(target))).toBe(true)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
