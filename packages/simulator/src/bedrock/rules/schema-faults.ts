import { arrayOf, isJsonObject, type JsonObject, objectOf, stringOf } from '../../json.ts'

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: ['maxItems'],
}

/** What the compiler of strict schemas has against one; undefined when it takes it. */
export function strictSchemaFault(schema: unknown): string | undefined {
  if (!isJsonObject(schema)) return undefined
  return ownFault(schema) ?? firstOf(childrenOf(schema).map(strictSchemaFault))
}

function ownFault(schema: JsonObject): string | undefined {
  const type = stringOf(schema.type) ?? ''
  if (type === 'object' && schema.additionalProperties !== false)
    return "For 'object' type, 'additionalProperties' must be explicitly set to false"
  const refused = (REFUSED[type] ?? []).filter(keyword => keyword in schema)
  return refused.length === 0 ? undefined : `For '${type}' type, properties ${refused.join(', ')} are not supported`
}

function childrenOf(schema: JsonObject): readonly unknown[] {
  return [
    ...Object.values(objectOf(schema.properties)),
    ...Object.values(objectOf(schema.$defs)),
    schema.items,
    ...['anyOf', 'allOf', 'oneOf'].flatMap(key => arrayOf(schema[key])),
  ]
}

function firstOf(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find(fault => fault !== undefined)
}
