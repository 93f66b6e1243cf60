import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { isObjectSchema, onlyRef, schemasIn } from './strict-schema.ts'

/** What the schemas that one request asks to be followed may have together; what each of them needs is taken from it. */
export interface StrictRoom {
  /** Properties of more than one type. */
  unions: number
  /** Properties that may be left out. */
  optional: number
}

/** The room of one request, as a Claude has it; no other model is told to have more. */
export function createStrictRoom(): StrictRoom {
  return { unions: 16, optional: 24 }
}

/** Schemas inside one another, references followed. */
const maxDepth = 500

/** Keywords that choose or exclude what a description cannot: telling them in words would lose a constraint. */
const beyondWords: readonly string[] =
  'not if then else patternProperties propertyNames prefixItems contains dependentSchemas dependencies unevaluatedProperties unevaluatedItems additionalItems $dynamicRef $recursiveRef $anchor'.split(
    ' ',
  )
/** Of these a schema must have one: the compiler refuses one that lets anything be. */
const saysWhat: readonly string[] = 'type properties enum const $ref anyOf oneOf allOf'.split(' ')
const combining = ['anyOf', 'oneOf', 'allOf', '$ref'] as const
/** What the compiler refuses beside those. */
const besideNone: readonly string[] =
  'type properties required additionalProperties items enum const format pattern minLength maxLength minItems'.split(
    ' ',
  )

/**
 * Whether a schema can be compiled, in the room that is left and without losing what it says: not where it is recursive or refers outside itself, has members that
 * it does not name, or combines schemas so that closing each would leave nothing that fits them all.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export function isStrictable(root: JsonObject, room: StrictRoom = createStrictRoom()): boolean {
  const done = new Set<unknown>()
  const open = new Set<unknown>()
  let { unions, optional } = room

  function fits(schema: unknown): boolean {
    if (done.has(schema)) return true
    // A schema that stands inside itself is recursive.
    if (!isJsonObject(schema) || open.has(schema) || open.size > maxDepth) return false
    if (!isPlain(schema)) return false
    if (isUnion(schema)) unions -= 1
    optional -= optionalIn(schema)
    if (unions < 0 || optional < 0) return false
    open.add(schema)
    const inside = schemasIn(schema)
    if (schema.$ref !== undefined) inside.push(resolveRef(root, schema.$ref))
    const all = inside.every(fits)
    open.delete(schema)
    done.add(schema)
    return all
  }

  if (!fits(root)) return false
  Object.assign(room, { unions, optional })
  return true
}

function optionalIn({ properties, required }: JsonObject): number {
  if (!isJsonObject(properties)) return 0
  const needed = new Set<unknown>(Array.isArray(required) ? required : [])
  return Object.keys(properties).filter(name => !needed.has(name)).length
}

function isUnion({ type, anyOf, oneOf }: JsonObject): boolean {
  return (Array.isArray(type) && type.length > 1) || anyOf !== undefined || oneOf !== undefined
}

function isPlain(schema: JsonObject): boolean {
  if (beyondWords.some(keyword => schema[keyword] !== undefined)) return false
  if (!saysWhat.some(keyword => schema[keyword] !== undefined)) return false
  const { properties, additionalProperties, allOf, items } = schema
  if (Array.isArray(schema.enum) && schema.enum.some(value => typeof value === 'object' && value !== null)) return false
  if (typeof schema.const === 'object' && schema.const !== null) return false
  if (additionalProperties !== undefined && additionalProperties !== false) return false
  if (isObjectSchema(schema) && properties === undefined && additionalProperties === undefined) return false
  if ([schema.type].flat().includes('array') && !isJsonObject(items)) return false
  const combined = combining.filter(keyword => schema[keyword] !== undefined)
  if (combined.length > 1) return false
  if (combined.length > 0 && besideNone.some(keyword => schema[keyword] !== undefined)) return false
  if (!Array.isArray(allOf)) return allOf === undefined
  return allOf.length === 1 && (onlyRef(schema) !== undefined || !isJsonObject(allOf[0]) || allOf[0].$ref === undefined)
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
