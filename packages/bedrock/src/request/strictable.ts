import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { isObjectSchema, schemasIn } from './strict-schema.ts'

/** Properties of a schema that may be of more than one type. */
const maxUnions = 16
/** Schemas inside one another, references followed. */
const maxDepth = 500

/** Keywords that choose or exclude what a description cannot: telling them in words would lose a constraint. */
const beyondWords: readonly string[] =
  'not if then else patternProperties propertyNames contains dependentSchemas dependencies unevaluatedProperties unevaluatedItems additionalItems $dynamicRef $recursiveRef $anchor'.split(
    ' ',
  )

/**
 * Whether a schema can be compiled without losing what it says: not where it is recursive or refers outside itself, has members that
 * it does not name, or combines schemas so that closing each would leave nothing that fits them all.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export function isStrictable(root: JsonObject): boolean {
  const done = new Set<unknown>()
  const open = new Set<unknown>()
  let unions = 0

  function fits(schema: unknown): boolean {
    if (done.has(schema)) return true
    // A schema that stands inside itself is recursive.
    if (!isJsonObject(schema) || open.has(schema) || open.size > maxDepth) return false
    if (isUnion(schema) && ++unions > maxUnions) return false
    if (!isPlain(schema)) return false
    open.add(schema)
    const inside = schemasIn(schema)
    if (schema.$ref !== undefined) inside.push(resolveRef(root, schema.$ref))
    const all = inside.every(fits)
    open.delete(schema)
    done.add(schema)
    return all
  }

  return fits(root)
}

function isUnion({ type, anyOf, oneOf }: JsonObject): boolean {
  return (Array.isArray(type) && type.length > 1) || anyOf !== undefined || oneOf !== undefined
}

function isPlain(schema: JsonObject): boolean {
  if (beyondWords.some(keyword => schema[keyword] !== undefined)) return false
  const { properties, additionalProperties, allOf } = schema
  if (Array.isArray(schema.enum) && schema.enum.some(value => typeof value === 'object' && value !== null)) return false
  if (typeof schema.const === 'object' && schema.const !== null) return false
  if (additionalProperties !== undefined && additionalProperties !== false) return false
  if (isObjectSchema(schema) && properties === undefined && additionalProperties === undefined) return false
  const combined = ['anyOf', 'oneOf', 'allOf', '$ref'].some(keyword => schema[keyword] !== undefined)
  if (properties !== undefined && combined) return false
  return allOf === undefined || (Array.isArray(allOf) && allOf.length === 1)
}

/** What a `$ref` inside the schema points at; `undefined` for one that points outside, or at nothing. */
export function resolveRef(root: JsonObject, ref: unknown): unknown {
  if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) return undefined
  let target: unknown = root
  for (const step of ref.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, name)) return undefined
    target = (target as Record<string, unknown>)[name]
  }
  return target
}
