import { arrayOf, isJsonObject, type JsonObject, objectOf } from '../../json.ts'

/** What a schema lacks to be strict, as OpenAI says it; undefined when it is. */
export function looseness(schema: unknown, context: readonly string[] = []): string | undefined {
  if (!isJsonObject(schema)) return undefined
  const within = `In context=(${context.map(name => `'${name}'`).join(', ')}),`
  if (schema.type === 'object') {
    if (schema.additionalProperties !== false)
      return `${within} 'additionalProperties' is required to be supplied and to be false.`
    const missing = Object.keys(objectOf(schema.properties)).find(name => !arrayOf(schema.required).includes(name))
    if (missing !== undefined)
      return `${within} 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`
  }
  return partsOf(schema)
    .map(([path, part]) => looseness(part, [...context, ...path]))
    .find(found => found !== undefined)
}

/** A schema made strict: every property required, no others allowed. Undefined when it allows others on purpose. */
export function madeStrict(schema: unknown): JsonObject | undefined {
  const strict = closed(schema)
  return isJsonObject(strict) && looseness(strict) === undefined ? strict : undefined
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isJsonObject(schema)) return schema
  const properties = Object.fromEntries(
    Object.entries(objectOf(schema.properties)).map(([name, part]) => [name, closed(part)]),
  )
  const parts = Object.fromEntries(
    ['items', 'anyOf'].flatMap(key => (key in schema ? [[key, closed(schema[key])]] : [])),
  )
  if (schema.type !== 'object') return { ...schema, ...parts }
  return { additionalProperties: false, ...schema, ...parts, properties, required: Object.keys(properties) }
}

type Part = readonly [path: readonly string[], schema: unknown]

function partsOf(schema: JsonObject): readonly Part[] {
  return [
    ...Object.entries(objectOf(schema.properties)).map(([name, part]): Part => [['properties', name], part]),
    [['items'], schema.items],
    ...arrayOf(schema.anyOf).map((part, index): Part => [['anyOf', String(index)], part]),
  ]
}
