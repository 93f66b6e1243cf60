import { arrayOf, isJsonObject, type JsonObject, numberOf, objectOf, pick, stringOf } from '../../json.ts'

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: ['maxItems', 'uniqueItems', 'prefixItems', 'contains'],
  object: ['if', 'dependentRequired', 'unevaluatedProperties', 'patternProperties', 'minProperties', 'maxProperties'],
}
const MOST_UNIONS = 16
const MOST_OPTIONAL = 24
const COMBINING = ['anyOf', 'allOf'] as const
/** What a union may stand beside. */
const BESIDE_UNIONS = [...COMBINING, '$defs', 'definitions', 'description', 'default', 'title', '$schema']
const SAYING = ['type', 'enum', 'const', '$ref', ...COMBINING]
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']
/** Looking around, references back, bounds of words. */
const HARD_PATTERN = /\(\?[=!<]|(?<!\\)(?:\\\\)*\\[1-9bB]/

/** What the compiler of strict schemas has against one; undefined when it takes it. */
export function strictSchemaFault(schema: unknown): string | undefined {
  const parts = partsOf(schema)
  return (
    parts.map(ownFault).find(fault => fault !== undefined) ??
    referenceFault(objectOf(schema), parts) ??
    strictTotalFault([schema])
  )
}

/** What it has against all of a request together. */
export function strictTotalFault(schemas: readonly unknown[]): string | undefined {
  const parts = schemas.flatMap(partsOf)
  const unions = parts.filter(isUnion).length
  const optional = parts.reduce((count, part) => count + optionalIn(part), 0)
  if (unions > MOST_UNIONS)
    return `Schemas contains too many parameters with union types (${unions} parameters with type arrays or anyOf) (limit: ${MOST_UNIONS} parameters with unions).`
  return optional > MOST_OPTIONAL
    ? `Schemas contains too many optional parameters (${optional}), which would make grammar compilation inefficient. Reduce the number of optional parameters in your tool schemas (limit: ${MOST_OPTIONAL}).`
    : undefined
}

function optionalIn({ properties, required }: JsonObject): number {
  const needed = arrayOf(required)
  return Object.keys(objectOf(properties)).filter(name => !needed.includes(name)).length
}

function ownFault(schema: JsonObject): string | undefined {
  return combinationFault(schema) ?? textFault(schema) ?? typeFault(schema)
}

function combinationFault(schema: JsonObject): string | undefined {
  if (schema.oneOf !== undefined) return "Schema type 'oneOf' is not supported"
  if (schema.not !== undefined) return "Schema keyword 'not' is not supported"
  if (!SAYING.some(keyword => schema[keyword] !== undefined))
    return `Invalid schema: Schema type is missing for schema: ${JSON.stringify(schema)}`
  if (!COMBINING.some(keyword => schema[keyword] !== undefined)) return undefined
  if (arrayOf(schema.allOf).some(part => pick(part, '$ref') !== undefined))
    return "For 'allOf', '$ref' is not supported"
  const beside = Object.keys(schema).filter(keyword => !BESIDE_UNIONS.includes(keyword))
  return beside.length > 0 ? `For 'anyOf', '${beside.join(', ')}' is not supported` : undefined
}

function textFault({ format, pattern }: JsonObject): string | undefined {
  const name = stringOf(format)
  if (name !== undefined && !FORMATS.includes(name)) return `format '${name}' is not supported`
  const regex = stringOf(pattern)
  return regex !== undefined && HARD_PATTERN.test(regex) ? `pattern '${regex}' is not supported` : undefined
}

function typeFault(schema: JsonObject): string | undefined {
  for (const type of typesOf(schema)) {
    if (type === 'object' && schema.additionalProperties !== false)
      return "For 'object' type, 'additionalProperties' must be explicitly set to false"
    const refused = (REFUSED[type] ?? []).filter(keyword => keyword in schema)
    if (refused.length > 0) return `For '${type}' type, properties ${refused.join(', ')} are not supported`
    if (type === 'array' && (numberOf(schema.minItems) ?? 0) > 1)
      return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    if (type === 'array' && !isJsonObject(schema.items))
      return "Array types must be specified with a single object schema for 'items'"
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
