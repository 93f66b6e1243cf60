import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { numberOf, numberValue } from '../number-value.ts'
import { ttlAttribute } from '../tables.ts'
import type { ItemAssignment, ItemChange, ItemCondition, ItemPath } from './item-change.ts'
import { type LimitItem, type MeterCount, meters, type SpanCount } from './limit-item.ts'

/** One write of a limit's item. */
export interface ItemWrite extends ItemChange {
  readonly pk: string
  /** Seconds since 1970 from which the item may be deleted; as it was where undefined. */
  readonly expiresAt?: number | undefined
}

/** Counts an item's writes. */
export const writesAttribute = 'writes'

/** The change in DynamoDB's words. */
export function toUpdateItem(tableName: string, write: ItemWrite): UpdateItemCommandInput {
  const words = new Words()
  const sets = write.assignments.map(assignment => setClause(words, assignment))
  if (write.expiresAt !== undefined) {
    sets.push(`${words.path([ttlAttribute])} = ${words.value(numberValue(write.expiresAt))}`)
  }
  const add = `ADD ${words.path([writesAttribute])} ${words.value(numberValue(1))}`
  const conditions = write.conditions.map(condition => conditionClause(words, condition))
  return {
    TableName: tableName,
    Key: { pk: { S: write.pk } },
    UpdateExpression: sets.length > 0 ? `SET ${sets.join(', ')} ${add}` : add,
    ...(conditions.length > 0 ? { ConditionExpression: conditions.join(' AND ') } : {}),
    ExpressionAttributeNames: words.names,
    ExpressionAttributeValues: words.values,
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}

/** What an item holds; undefined for none. */
export function toLimitItem(attributes: Record<string, AttributeValue> | undefined): LimitItem | undefined {
  if (!attributes) return undefined
  const spans: Record<string, SpanCount> = {}
  for (const [key, { M: members }] of Object.entries(attributes)) {
    if (!members) continue
    const [requests, tokens] = meters.map(meter => toMeterCount(members[meter]?.M))
    spans[key] = { newest: numberOf(members.newest), requests: requests!, tokens: tokens! }
  }
  return { writes: numberOf(attributes[writesAttribute]), spans }
}

/** Placeholders for names and values, each once. */
class Words {
  readonly names: Record<string, string> = {}
  readonly values: Record<string, AttributeValue> = {}
  readonly #placeholders = new Map<string, string>()

  path(path: ItemPath): string {
    let text = ''
    for (const step of path) {
      if (typeof step === 'number') text += `[${step}]`
      else text += `${text === '' ? '' : '.'}${this.#placeholder(step, '#')}`
    }
    return text
  }

  value(value: AttributeValue): string {
    const placeholder = this.#placeholder(value.N ?? `span${this.#placeholders.size}`, ':')
    this.values[placeholder] = value
    return placeholder
  }

  #placeholder(text: string, sign: '#' | ':'): string {
    const key = sign + text
    let placeholder = this.#placeholders.get(key)
    if (placeholder === undefined) {
      placeholder = `${sign}${this.#placeholders.size}`
      this.#placeholders.set(key, placeholder)
      if (sign === '#') this.names[placeholder] = text
    }
    return placeholder
  }
}

function conditionClause(words: Words, { path, is, value }: ItemCondition): string {
  const text = words.path(path)
  const operand = words.value(numberValue(value))
  if (is !== 'absentOrBefore') return `${text} ${is} ${operand}`
  return `(attribute_not_exists(${text}) OR ${words.path([...path, 'newest'])} < ${operand})`
}

function setClause(words: Words, assignment: ItemAssignment): string {
  const text = words.path(assignment.path)
  if ('value' in assignment) {
    const { value } = assignment
    return `${text} = ${words.value(typeof value === 'number' ? numberValue(value) : spanValue(value))}`
  }
  const from = words.path(assignment.from ?? assignment.path)
  const { plus } = assignment
  if (plus === 0) return `${text} = ${from}`
  return `${text} = ${from} ${plus < 0 ? '-' : '+'} ${words.value(numberValue(Math.abs(plus)))}`
}

/** A span in DynamoDB's words. */
export const spanValue = ({ newest, requests, tokens }: SpanCount): AttributeValue.MMember => ({
  M: { newest: numberValue(newest), requests: meterValue(requests), tokens: meterValue(tokens) },
})

const meterValue = ({ now, used, ring }: MeterCount): AttributeValue.MMember => ({
  M: { now: numberValue(now), used: numberValue(used), ring: { L: ring.map(numberValue) } },
})

/** What is counted of one meter; what is missing counts as 0. */
export function toMeterCount(members: Record<string, AttributeValue> = {}): MeterCount {
  return { now: numberOf(members.now), used: numberOf(members.used), ring: (members.ring?.L ?? []).map(numberOf) }
}
