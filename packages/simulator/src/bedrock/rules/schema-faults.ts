import { arrayOf, isJsonObject, type JsonObject, numberOf, objectOf, stringOf } from '../../json.ts'

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: ['maxItems'],
}
const MOST_UNIONS = 16

/** What the compiler of strict schemas has against one; undefined when it takes it. */
export function strictSchemaFault(schema: unknown): string | undefined {
  const parts = partsOf(schema)
  const unions = parts.filter(isUnion).length
  return (
    parts.map(ownFault).find(fault => fault !== undefined) ??
    referenceFault(objectOf(schema), parts) ??
    (unions > MOST_UNIONS
      ? `at most ${MOST_UNIONS} properties with union types are supported, found ${unions}`
      : undefined)
  )
}

function ownFault(schema: JsonObject): string | undefined {
  for (const type of typesOf(schema)) {
    if (type === 'object' && schema.additionalProperties !== false)
      return "For 'object' type, 'additionalProperties' must be explicitly set to false"
    const refused = (REFUSED[type] ?? []).filter(keyword => keyword in schema)
    if (refused.length > 0) return `For '${type}' type, properties ${refused.join(', ')} are not supported`
    if (type === 'array' && (numberOf(schema.minItems) ?? 0) > 1)
      return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
  }
  return undefined
}

/** References must stay inside the schema and may not come back to where they started. */
function referenceFault(root: JsonObject, parts: readonly JsonObject[]): string | undefined {
  const outside = parts
    .map(part => stringOf(part.$ref))
    .find(reference => reference !== undefined && reference[0] !== '#')
  if (outside !== undefined) return `External $ref ${outside} is not supported`
  if (parts.some(part => part.$ref === '#')) return 'Recursive schemas are not supported'
  const names = new Map(
    ['$defs', 'definitions'].flatMap(key =>
      Object.entries(objectOf(root[key])).map(([name, schema]) => [`#/${key}/${name}`, schema] as const),
    ),
  )
  const recursive = [...names.keys()].some(name => reaches(name, name, names, new Set()))
  return recursive ? 'Recursive schemas are not supported' : undefined
}

function reaches(from: string, goal: string, names: ReadonlyMap<string, unknown>, seen: Set<string>): boolean {
  if (seen.has(from)) return false
  seen.add(from)
  const next = partsOf(names.get(from)).flatMap(part => stringOf(part.$ref) ?? [])
  return next.some(name => name === goal || reaches(name, goal, names, seen))
}

function isUnion(schema: JsonObject): boolean {
  return Array.isArray(schema.type) || Array.isArray(schema.anyOf)
}

function typesOf(schema: JsonObject): readonly string[] {
  return [schema.type].flat().flatMap(type => stringOf(type) ?? [])
}

/** The schema and every schema in it. */
function partsOf(schema: unknown): readonly JsonObject[] {
  if (!isJsonObject(schema)) return []
  return [schema, ...childrenOf(schema).flatMap(partsOf)]
}

function childrenOf(schema: JsonObject): readonly unknown[] {
  return [
    ...['properties', '$defs', 'definitions'].flatMap(key => Object.values(objectOf(schema[key]))),
    schema.items,
    ...['prefixItems', 'anyOf', 'allOf', 'oneOf'].flatMap(key => arrayOf(schema[key])),
  ]
}
