import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { KeyRecord } from '@modelgate/core'

type RateLimit = NonNullable<KeyRecord['rateLimit']>
type Budget = NonNullable<KeyRecord['budget']>

/** A key's item in DynamoDB's words. */
export type KeyItem = Record<string, AttributeValue>

const texts = ['apiKeyId', 'apiKeyHash', 'userId', 'tenant', 'tier', 'createdAt', 'expiresAt'] as const
const lists = ['permissions', 'allowedRoutes'] as const
const periods = ['usdPerDay', 'usdPerMonth'] as const
const limits = ['requestsPerMinute', 'requestsPerHour', 'tokensPerMinute', 'maxConcurrentCalls'] as const

/** A record as DynamoDB keeps it: the names are the record's own, what is absent is left out. */
export function toKeyItem(record: KeyRecord): KeyItem {
  const item: KeyItem = { active: { BOOL: record.active !== false } }
  for (const name of texts) if (record[name] !== undefined) item[name] = { S: record[name] }
  for (const name of lists) if (record[name]) item[name] = { L: record[name].map(text => ({ S: text })) }
  if (record.maxTokens !== undefined) item.maxTokens = { N: String(record.maxTokens) }
  const { rateLimit, budget } = record
  if (rateLimit) {
    const entries = limits.flatMap(name =>
      rateLimit[name] === undefined ? [] : [[name, { N: String(rateLimit[name]) }]],
    )
    item.rateLimit = { M: Object.fromEntries(entries) }
  }
  if (budget) {
    const entries = periods.flatMap(name => (budget[name] === undefined ? [] : [[name, { N: String(budget[name]) }]]))
    item.budget = { M: Object.fromEntries(entries) }
  }
  return item
}

/**
 * The record in an item, or the name of the first attribute that cannot be read. Such a record lets nobody in: a limit that is not
 * understood is none, and a key without its limit is what somebody meant there not to be. Attributes of others' are passed over.
 */
export function fromKeyItem(item: KeyItem): KeyRecord | string {
  const record: { -readonly [Name in keyof KeyRecord]?: KeyRecord[Name] } = {}
  for (const name of texts) {
    const value = item[name]
    if (isAbsent(value)) continue
    if (!value?.S) return name
    record[name] = value.S
  }
  for (const name of lists) {
    const list = isAbsent(item[name]) ? undefined : (item[name]?.SS ?? item[name]?.L?.map(each => each.S))
    if (list?.every(text => typeof text === 'string')) record[name] = list
    else if (!isAbsent(item[name])) return name
  }
  if (!isAbsent(item.maxTokens)) {
    record.maxTokens = Number(item.maxTokens?.N)
    if (!isCount(record.maxTokens)) return 'maxTokens'
  }
  if (!isAbsent(item.rateLimit)) {
    const found = fromLimits(item.rateLimit?.M)
    if (typeof found === 'string') return found
    record.rateLimit = found
  }
  if (!isAbsent(item.budget)) {
    const found = fromBudget(item.budget?.M)
    if (typeof found === 'string') return found
    record.budget = found
  }
  if (!isAbsent(item.active)) {
    if (typeof item.active?.BOOL !== 'boolean') return 'active'
    record.active = item.active.BOOL
  }
  const { apiKeyId, apiKeyHash, userId } = record
  if (apiKeyId === undefined) return 'apiKeyId'
  if (apiKeyHash === undefined) return 'apiKeyHash'
  if (userId === undefined) return 'userId'
  return { ...record, apiKeyId, apiKeyHash, userId }
}

function fromLimits(found: Record<string, AttributeValue> | undefined): RateLimit | string {
  if (!found) return 'rateLimit'
  const told = limits.filter(name => !isAbsent(found[name]))
  const wrong = told.find(name => !isCount(Number(found[name]?.N)))
  if (wrong) return `rateLimit.${wrong}`
  return Object.fromEntries(told.map(name => [name, Number(found[name]?.N)]))
}

function fromBudget(found: Record<string, AttributeValue> | undefined): Budget | string {
  if (!found) return 'budget'
  const told = periods.filter(name => !isAbsent(found[name]))
  const wrong = told.find(name => !(Number(found[name]?.N) >= 0))
  if (wrong) return `budget.${wrong}`
  return Object.fromEntries(told.map(name => [name, Number(found[name]?.N)]))
}

function isAbsent(value: AttributeValue | undefined): boolean {
  return value === undefined || value.NULL === true
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
