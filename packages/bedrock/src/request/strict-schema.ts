import { isJsonObject, type JsonObject } from '../wire/json.ts'

/** Members that hold schemas by name, and those that hold one or a list. */
const maps = ['properties', '$defs', 'definitions'] as const
const lists = ['items', 'anyOf', 'allOf', 'oneOf'] as const

/** What the grammar compiler takes. Anything else that a schema says is told in its description. */
const taken: ReadonlySet<string> = new Set([
  ...maps,
  ...lists,
  ...'$ref type required additionalProperties enum const default description format pattern minLength maxLength minItems'.split(
    ' ',
  ),
])
/** Its formats of a text. Any other has the whole request refused, as `int32` of OpenAPI. */
const formats: ReadonlySet<unknown> = new Set(
  'date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '),
)
/** What its patterns may not do: look around, as zod's for an `email` does, refer back, ask for a word's or a script's bounds. */
const beyondPatterns = /\(\?(?!:)|\\[1-9bBkpP]/
/** What constrains nothing and tells nobody anything. */
const silent: ReadonlySet<string> = new Set(['$schema', '$id', '$comment', 'title'])

/** Strict tools that one request may offer. */
export const maxStrictTools = 20

/**
 * A schema as native structured output and strict tools take it, on a copy: objects closed, refused keywords told in the description
 * instead, where the model still reads them. For those that `isStrictable` lets through.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export function toStrictSchema(schema: JsonObject): JsonObject {
  const strict: JsonObject = {}
  const hints: string[] = []
  for (const [keyword, value] of Object.entries(schema)) {
    if (isTaken(keyword, value)) strict[keyword === 'oneOf' ? 'anyOf' : keyword] = value
    else if (!silent.has(keyword)) hints.push(`${keyword}: ${JSON.stringify(value)}`)
  }
  if (isObjectSchema(schema)) Object.assign(strict, { type: schema.type ?? 'object', additionalProperties: false })
  const only = onlyRef(schema)
  if (only !== undefined) {
    delete strict.allOf
    strict.$ref = only
  }
  if (hints.length > 0) strict.description = withHints(schema.description, hints)
  for (const key of maps) {
    const members = strict[key]
    if (isJsonObject(members)) strict[key] = mapValues(members, toStrict)
  }
  for (const key of lists) {
    const member = strict[key]
    if (member !== undefined) strict[key] = Array.isArray(member) ? member.map(toStrict) : toStrict(member)
  }
  return strict
}

/** A schema's description that also tells what its keywords cannot. */
export function withHints(description: unknown, hints: readonly string[]): string {
  const told = typeof description === 'string' && description !== '' ? `${description} ` : ''
  return `${told}(${hints.join(', ')})`
}

/** Whether a schema describes objects, by its type or by naming their properties. */
export function isObjectSchema({ type, properties }: JsonObject): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || properties !== undefined
}

/** The schemas that stand inside a schema. */
export function schemasIn(schema: JsonObject): unknown[] {
  const named = maps.flatMap(key => (isJsonObject(schema[key]) ? Object.values(schema[key]) : []))
  const listed = lists.flatMap(key => (schema[key] === undefined ? [] : schema[key]))
  return [...named, ...listed]
}

/** What a schema that only stands around a reference refers to: `allOf: [{ $ref }]` is how a reference got a description once. */
export function onlyRef({ $ref, allOf }: JsonObject): unknown {
  if ($ref !== undefined || !Array.isArray(allOf) || allOf.length !== 1) return undefined
  const [only] = allOf as readonly unknown[]
  return isJsonObject(only) && Object.keys(only).length === 1 ? only.$ref : undefined
}

function isTaken(keyword: string, value: unknown): boolean {
  if (keyword === 'minItems') return !(typeof value === 'number' && value > 1)
  if (keyword === 'format') return formats.has(value)
  if (keyword === 'pattern') return typeof value === 'string' && !beyondPatterns.test(value.replaceAll('\\\\', ''))
  return taken.has(keyword)
}

function toStrict(schema: unknown): unknown {
  return isJsonObject(schema) ? toStrictSchema(schema) : schema
}

function mapValues(object: JsonObject, map: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}
