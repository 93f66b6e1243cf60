import { isJsonObject, type JsonObject } from './json.ts'

/** Keywords that the grammar compiler refuses, by the type they stand with. */
const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const
const refused: ReadonlyMap<unknown, readonly string[]> = new Map<unknown, readonly string[]>([
  ['integer', bounds],
  ['number', bounds],
  ['array', ['maxItems']],
])

/** Members that hold schemas by name, and those that hold one or a list. */
const maps = ['properties', '$defs', 'definitions'] as const
const lists = ['items', 'prefixItems', 'anyOf', 'allOf', 'oneOf'] as const

/**
 * A schema as strict tools take it, on a copy: objects closed, refused keywords told in the description instead, where the model
 * still reads them.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export function toStrictSchema(schema: JsonObject): JsonObject {
  const { $schema: _dialect, title: _title, ...kept } = schema
  const types = Array.isArray(kept.type) ? (kept.type as unknown[]) : [kept.type]
  const keywords = [...new Set(types.flatMap(type => refused.get(type) ?? []))]
  if (typeof kept.minItems === 'number' && kept.minItems > 1) keywords.push('minItems')
  const hints = keywords
    .filter(keyword => keyword in kept)
    .map(keyword => `${keyword}: ${JSON.stringify(kept[keyword])}`)
  const strict = Object.fromEntries(Object.entries(kept).filter(([key]) => !keywords.includes(key)))
  if (types.includes('object') || 'properties' in kept) strict.additionalProperties = false
  if (hints.length > 0) {
    const told = typeof kept.description === 'string' && kept.description !== '' ? `${kept.description} ` : ''
    strict.description = `${told}(${hints.join(', ')})`
  }
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

function toStrict(schema: unknown): unknown {
  return isJsonObject(schema) ? toStrictSchema(schema) : schema
}

function mapValues(object: JsonObject, map: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}
