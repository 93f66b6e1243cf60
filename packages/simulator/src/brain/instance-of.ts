import { arrayOf, isJsonObject, type JsonObject, numberOf, objectOf, pick, stringOf } from '../json.ts'
import { properNouns, quotedTexts } from './prompt-words.ts'

/** What an instance is made from: the prompt's own words, so that arguments look as if they were understood. */
export interface Inspiration {
  readonly text: string
  /** 0 for the first of several instances made from one prompt. */
  readonly ordinal: number
}

interface Site {
  readonly root: unknown
  readonly from: Inspiration
  readonly depth: number
}

const MAX_DEPTH = 12

/** A valid instance of a JSON Schema, the same for the same prompt. */
export function instanceOf(schema: unknown, from: Inspiration): unknown {
  return build(schema, { root: schema, from, depth: 0 })
}

function build(schema: unknown, site: Site): unknown {
  if (!isJsonObject(schema) || site.depth > MAX_DEPTH) return schema === undefined || schema === true ? {} : null
  const inner: Site = { ...site, depth: site.depth + 1 }
  const reference = stringOf(schema.$ref)
  if (reference !== undefined) return build(resolve(reference, site.root), inner)
  if ('const' in schema) return schema.const
  const listed = arrayOf(schema.enum)
  if (listed.length > 0) return listed.find(value => site.from.text.includes(String(value))) ?? listed[0]
  if ('default' in schema) return schema.default
  const examples = arrayOf(schema.examples)
  if (examples.length > 0) return examples[site.from.ordinal % examples.length]
  const choice = arrayOf(schema.anyOf)[0] ?? arrayOf(schema.oneOf)[0]
  if (choice !== undefined) return build(choice, inner)
  const all = arrayOf(schema.allOf)
  if (all.length > 0) return build(merge([schema, ...all]), inner)
  return BUILDERS[typeOf(schema)](schema, inner)
}

function resolve(reference: string, root: unknown): unknown {
  const path = reference.replace(/^#\/?/, '').split('/').filter(Boolean)
  return pick(root, ...path.map(part => part.replaceAll('~1', '/').replaceAll('~0', '~')))
}

function merge(schemas: readonly unknown[]): JsonObject {
  const parts = schemas.map(objectOf)
  const { allOf: _allOf, ...rest } = Object.assign({}, ...parts) as JsonObject
  return {
    ...rest,
    properties: Object.assign({}, ...parts.map(part => objectOf(part.properties))) as JsonObject,
    required: parts.flatMap(part => arrayOf(part.required)),
  }
}

type SchemaType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null'

function typeOf(schema: JsonObject): SchemaType {
  const declared = Array.isArray(schema.type) ? schema.type.find(type => type !== 'null') : schema.type
  const guessed = schema.items !== undefined ? 'array' : 'object'
  return declared in BUILDERS ? (declared as SchemaType) : guessed
}

const BUILDERS: Readonly<Record<SchemaType, (schema: JsonObject, site: Site) => unknown>> = {
  object: (schema, site) => {
    const properties = objectOf(schema.properties)
    const required = arrayOf(schema.required)
    // Optional members are left out once a schema says which ones are not: a recursive one would never end.
    const names = Object.keys(properties).filter(name => required.length === 0 || required.includes(name))
    const kept = site.depth > MAX_DEPTH - 4 ? names.filter(name => required.includes(name)) : names
    return Object.fromEntries(kept.map(name => [name, build(properties[name], site)]))
  },
  array: (schema, site) => {
    const length = Math.min(Math.max(numberOf(schema.minItems) ?? 1, site.depth > MAX_DEPTH - 4 ? 0 : 1), 20)
    return Array.from({ length }, (_none, ordinal) =>
      build(schema.items ?? {}, { ...site, from: { ...site.from, ordinal: site.from.ordinal + ordinal } }),
    )
  },
  string: (schema, site) => fit(FORMATS[stringOf(schema.format) ?? ''] ?? phrase(site.from), schema),
  number: (schema, site) => within(numeral(site.from) ?? 1, schema),
  integer: (schema, site) => within(Math.trunc(numeral(site.from) ?? 1), schema),
  boolean: () => true,
  null: () => null,
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T12:00:00Z',
  date: '2026-01-01',
  time: '12:00:00Z',
  duration: 'PT1H',
  email: 'someone@example.com',
  hostname: 'example.com',
  uri: 'https://example.com/',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '00000000-0000-4000-8000-000000000000',
}

function phrase({ text, ordinal }: Inspiration): string {
  const candidates = [quotedTexts(text), properNouns(text)].find(found => found.length > 0)
  const fallback = text.trim().slice(0, 80).toWellFormed() || 'example'
  return candidates?.[ordinal % candidates.length] ?? fallback
}

function numeral({ text, ordinal }: Inspiration): number | undefined {
  const found = text.match(/-?\d+(\.\d+)?/g)
  return found ? Number(found[ordinal % found.length]) : undefined
}

function fit(text: string, schema: JsonObject): string {
  return text.padEnd(numberOf(schema.minLength) ?? 0, '.').slice(0, numberOf(schema.maxLength))
}

function within(value: number, schema: JsonObject): number {
  const low = numberOf(schema.minimum) ?? (numberOf(schema.exclusiveMinimum) ?? Number.NEGATIVE_INFINITY) + 1
  const high = numberOf(schema.maximum) ?? (numberOf(schema.exclusiveMaximum) ?? Number.POSITIVE_INFINITY) - 1
  const step = numberOf(schema.multipleOf)
  const clamped = Math.min(Math.max(value, low), high)
  return step === undefined ? clamped : Math.ceil(clamped / step) * step
}
