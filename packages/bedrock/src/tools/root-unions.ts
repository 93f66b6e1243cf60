import { withHints } from '../request/strict-schema.ts'
import { resolveRef } from '../request/strictable.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'

/** What combines schemas. */
const combining = ['anyOf', 'oneOf', 'allOf'] as const

/** Whether a schema combines others at its root. */
export function hasRootUnion(schema: JsonObject): boolean {
  return combining.some(keyword => schema[keyword] !== undefined)
}

/** Whether a schema's own properties have names that Claude takes at a root; below it any will do. */
export function namesPlainly({ properties }: JsonObject): boolean {
  return !isJsonObject(properties) || Object.keys(properties).every(name => /^[a-zA-Z0-9_.-]{1,64}$/.test(name))
}

/**
 * A tool's schema as Claude takes it, on a copy: one that combines others at its root has the whole request refused. Its root gets their
 * properties, so that the model may name each, and what combines them is told in the description; itself where it combines none.
 */
export function withoutRootUnions(schema: JsonObject): JsonObject {
  if (!hasRootUnion(schema)) return schema
  const { anyOf: _any, oneOf: _one, allOf, ...root } = schema
  const hints = combining.flatMap(keyword =>
    schema[keyword] === undefined ? [] : [`${keyword}: ${JSON.stringify(schema[keyword])}`],
  )
  const own = isJsonObject(root.properties) ? root.properties : {}
  const found = [...propertiesOf(schema)].filter(([name]) => !Object.hasOwn(own, name))
  const required = new Set([...namesIn(root.required), ...(Array.isArray(allOf) ? allOf.flatMap(requiredBy) : [])])
  return {
    ...root,
    properties: Object.fromEntries([...Object.entries(own), ...found]),
    ...(required.size > 0 && { required: [...required] }),
    description: withHints(root.description, hints),
  }
}

/** The properties of all that a schema combines, at whatever depth; what differs from one to the other is either. */
function propertiesOf(root: JsonObject): Map<string, unknown> {
  const found = new Map<string, Map<string, unknown>>()
  const seen = new Set<unknown>([root])
  function gather(value: unknown): void {
    const schema = isJsonObject(value) && value.$ref !== undefined ? resolveRef(root, value.$ref) : value
    // A reference may lead back to where it stands.
    if (!isJsonObject(schema) || seen.has(schema)) return
    seen.add(schema)
    for (const [name, property] of isJsonObject(schema.properties) ? Object.entries(schema.properties) : []) {
      const forms = found.get(name) ?? new Map<string, unknown>()
      found.set(name, forms.set(JSON.stringify(property), property))
    }
    for (const inner of combinedBy(schema)) gather(inner)
  }
  for (const inner of combinedBy(root)) gather(inner)
  return new Map(
    [...found].map(([name, forms]) => {
      const [first, ...others] = forms.values()
      return [name, others.length > 0 ? { anyOf: [first, ...others] } : first]
    }),
  )
}

function combinedBy(schema: JsonObject): unknown[] {
  return combining.flatMap((keyword): unknown[] => {
    const list = schema[keyword]
    return Array.isArray(list) ? list : []
  })
}

function requiredBy(schema: unknown): string[] {
  return isJsonObject(schema) ? namesIn(schema.required) : []
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter(name => typeof name === 'string') : []
}
