import { isJsonObject, type JsonObject, objectOf } from '../json.ts'
import type { Fault, FaultRule } from './fault.ts'
import { FAULTS, type FieldType, strikesConnections } from './fault-table.ts'

/** Rules that cannot be obeyed; the message names the field, as `0.fault.ms must be an integer ≥ 0`. */
export class FaultRuleError extends Error {
  override readonly name = 'FaultRuleError'
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0
const isText = (value: unknown): boolean => typeof value === 'string'
const isHeaders = (value: unknown): boolean => isJsonObject(value) && Object.values(value).every(isText)

const FIELD_TYPES: Readonly<Record<FieldType, readonly [test: (value: unknown) => boolean, words: string]>> = {
  integer: [isCount, 'an integer ≥ 0'],
  'integer?': [value => value === undefined || isCount(value), 'an integer ≥ 0'],
  string: [isText, 'a string'],
  'string?': [value => value === undefined || isText(value), 'a string'],
  'headers?': [value => value === undefined || isHeaders(value), 'an object of strings'],
}

/**
 * Checks fault rules that came as JSON.
 * @throws {FaultRuleError} at the first member that is missing, unknown or of another type
 */
export function parseFaultRules(value: unknown): readonly FaultRule[] {
  if (!Array.isArray(value)) throw new FaultRuleError('The rules must be an array of { match?, fault }')
  for (const [index, rule] of value.entries()) checkRule(rule, String(index))
  return value as readonly FaultRule[]
}

function checkRule(rule: unknown, at: string): void {
  if (!isJsonObject(rule)) throw new FaultRuleError(`${at} must be an object { match?, fault }`)
  refuseUnknown(rule, ['match', 'fault'], at)
  if (rule.match !== undefined) checkMatch(rule.match, `${at}.match`)
  checkFault(rule.fault, `${at}.fault`)
  if (strikesConnections(rule.fault as Fault)) checkConnectionMatch(objectOf(rule.match), `${at}.match`)
}

function checkConnectionMatch(match: JsonObject, at: string): void {
  refuseUnknown(match, ['times'], at)
  // Without an end it would also close every connection by which a control request could take it back.
  if (!(Number(match.times) >= 1)) throw new FaultRuleError(`${at}.times must be an integer ≥ 1 for this kind of fault`)
}

function checkMatch(match: unknown, at: string): void {
  if (!isJsonObject(match)) throw new FaultRuleError(`${at} must be an object { model?, operation?, times? }`)
  refuseUnknown(match, ['model', 'operation', 'times'], at)
  checkFields(match, { model: 'string?', operation: 'string?', times: 'integer?' }, at)
}

function checkFault(fault: unknown, at: string): void {
  if (!isJsonObject(fault)) throw new FaultRuleError(`${at} must be an object with a kind`)
  const row = Object.entries(FAULTS).find(([kind]) => kind === fault.kind)?.[1]
  if (!row) {
    const kinds = Object.keys(FAULTS).join(', ')
    throw new FaultRuleError(`${at}.kind ${JSON.stringify(fault.kind)} is unknown; use one of ${kinds}`)
  }
  refuseUnknown(fault, ['kind', ...Object.keys(row.fields)], at)
  checkFields(fault, row.fields, at)
}

function checkFields(object: JsonObject, fields: Readonly<Record<string, FieldType>>, at: string): void {
  for (const [name, type] of Object.entries(fields)) {
    const [test, words] = FIELD_TYPES[type]
    if (!test(object[name])) throw new FaultRuleError(`${at}.${name} must be ${words}`)
  }
}

function refuseUnknown(object: JsonObject, known: readonly string[], at: string): void {
  const stray = Object.keys(object).find(key => !known.includes(key))
  if (stray !== undefined) throw new FaultRuleError(`${at}.${stray} is unknown; use one of ${known.join(', ')}`)
}
