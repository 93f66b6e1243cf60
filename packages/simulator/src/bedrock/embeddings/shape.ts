import { isJsonObject } from '../../json.ts'

/** What a member of a native request body must be. */
export interface Field {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object'
  readonly required?: true
  readonly oneOf?: readonly (string | number)[]
  /** Least and most characters or items. */
  readonly length?: readonly [least: number, most: number]
  /** Least and most of a number. */
  readonly range?: readonly [least: number, most: number]
  readonly items?: Field
  readonly shape?: Shape
}

/** A native request body: these members and no others. */
export type Shape = Readonly<Record<string, Field>>

const NAMES = {
  string: 'String',
  integer: 'Integer',
  number: 'Number',
  boolean: 'Boolean',
  array: 'JSONArray',
  object: 'JSONObject',
} as const

const TESTS: Readonly<Record<Field['type'], (value: unknown) => boolean>> = {
  string: value => typeof value === 'string',
  integer: value => Number.isInteger(value),
  number: value => typeof value === 'number',
  boolean: value => typeof value === 'boolean',
  array: value => Array.isArray(value),
  object: isJsonObject,
}

/** What Bedrock says to a body that is not of the shape; undefined when it is. */
export function shapeFault(body: unknown, shape: Shape): string | undefined {
  const fault = objectFault(body, shape, '#')
  return fault && `Malformed input request: ${fault}, please reformat your input and try again.`
}

function objectFault(value: unknown, shape: Shape, at: string): string | undefined {
  if (!isJsonObject(value)) return `${at}: expected type: JSONObject`
  const stray = Object.keys(value).find(key => !Object.hasOwn(shape, key))
  if (stray !== undefined) return `${at}: extraneous key [${stray}] is not permitted`
  const missing = Object.keys(shape).find(key => shape[key]?.required && value[key] === undefined)
  if (missing !== undefined) return `${at}: required key [${missing}] not found`
  return first(
    Object.entries(shape).map(([key, field]) =>
      value[key] === undefined ? undefined : fieldFault(value[key], field, `${at}/${key}`),
    ),
  )
}

function fieldFault(value: unknown, field: Field, at: string): string | undefined {
  if (!TESTS[field.type](value)) return `${at}: expected type: ${NAMES[field.type]}, found: ${nameOf(value)}`
  if (field.oneOf && !field.oneOf.some(allowed => allowed === value))
    return `${at}: ${String(value)} is not a valid enum value`
  if (field.shape) return objectFault(value, field.shape, at)
  return lengthFault(value, field, at) ?? rangeFault(value, field, at) ?? itemsFault(value, field, at)
}

function lengthFault(value: unknown, { length, type }: Field, at: string): string | undefined {
  if (!length || (typeof value !== 'string' && !Array.isArray(value))) return undefined
  const [least, most] = length
  const unit = type === 'string' ? 'Length' : 'Items'
  if (value.length < least) return `${at}: expected min${unit}: ${least}, actual: ${value.length}`
  return value.length > most ? `${at}: expected max${unit}: ${most}, actual: ${value.length}` : undefined
}

function rangeFault(value: unknown, { range }: Field, at: string): string | undefined {
  if (!range || typeof value !== 'number') return undefined
  const [least, most] = range
  if (value < least) return `${at}: ${value} is not greater or equal to ${least}`
  return value > most ? `${at}: ${value} is not less or equal to ${most}` : undefined
}

function itemsFault(value: unknown, { items }: Field, at: string): string | undefined {
  if (!items || !Array.isArray(value)) return undefined
  return first(value.map((item: unknown, index) => fieldFault(item, items, `${at}/${index}`)))
}

function nameOf(value: unknown): string {
  if (value === null) return 'Null'
  if (Array.isArray(value)) return 'JSONArray'
  return NAMES[typeof value as keyof typeof NAMES] ?? 'JSONObject'
}

function first(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find(fault => fault !== undefined)
}
