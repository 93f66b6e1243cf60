import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { RequestRecord } from '@modelgate/core'
import { recordIdAttribute } from '../tables.ts'
import { fromItem, toItem } from './attribute-values.ts'

/** A record's item in DynamoDB's words. */
export type RequestItem = Record<string, AttributeValue>

/** DynamoDB takes items of up to 400 KB. An item as JSON is larger than DynamoDB's own count of it, so this is on the safe side. */
const largestItemBytes = 400_000
/** What the largest members are cut to where an item is too large: characters, of up to six bytes in JSON. */
const keptContent = 16_000
const keptText = 512
const keptEntries = 32
/** An index key holds up to 2,048 bytes: as many characters as surely fit. */
const keptUserId = 512

/**
 * A record as it stands in the table. Its `requestId` is the caller's to choose, so the other half of its key is not: the time, and
 * a digest of all the rest. A record that is written twice is one item; two calls are two, also within a millisecond.
 */
export function toRequestItem(record: RequestRecord, retentionDays: number): RequestItem {
  const expirationTimestamp = Math.floor(Date.parse(record.timestamp) / 1_000) + Math.round(retentionDays * 86_400)
  const kept: RequestRecord = { ...record, userId: indexedUserId(record.userId), expirationTimestamp }
  const item = toItem(kept)
  const json = JSON.stringify(item)
  const recordId = { S: `${record.timestamp}#${hash('sha256', json, 'hex').slice(0, 16)}` }
  const fits = Buffer.byteLength(json) <= largestItemBytes
  return { ...(fits ? item : toItem(shortened(kept))), [recordIdAttribute]: recordId }
}

/** The record of an item, and nothing for one that has expired: DynamoDB deletes days after that. */
export function fromRequestItem(item: RequestItem, now: number): RequestRecord | undefined {
  const { [recordIdAttribute]: _key, ...members } = item
  const read = fromItem(members) as Partial<RequestRecord>
  if ((read.expirationTimestamp ?? Number.POSITIVE_INFINITY) * 1_000 <= now) return undefined
  return { ...empty, ...read }
}

/** The user as the index knows it: an empty key, or one that is too long, would fail every record of its batch. */
export function indexedUserId(userId: string | null): string | null {
  return userId ? userId.slice(0, keptUserId).toWellFormed() : null
}

/** Members that are `null` are not in the table: an index may not have them, and nobody pays for them. */
const empty: RequestRecord = {
  requestId: '',
  timestamp: '',
  userId: null,
  tenant: null,
  keyId: null,
  tier: null,
  operation: '',
  route: null,
  model: null,
  responseModel: null,
  provider: null,
  target: null,
  status: 'completed',
  errorCode: null,
  finishReason: null,
  stream: false,
  tokens: null,
  promptTokens: null,
  completionTokens: null,
  cachedTokens: null,
  usageSource: 'estimated',
  cost: null,
  latency: 0,
  firstFrameMs: null,
  attempts: [],
  droppedParams: [],
  tags: {},
}

/** Every member bounded, and the names of those that are not what they were. */
function shortened(record: RequestRecord): RequestRecord {
  const names: string[] = []
  const bounded = Object.entries(record).map(([name, value]): [string, unknown] => {
    const kept = bound(name, value)
    if (kept !== value) names.push(name)
    return [name, kept]
  })
  return { ...record, ...Object.fromEntries(bounded), shortened: names }
}

function bound(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    const most = name === 'prompt' || name === 'completion' ? keptContent : keptText
    return value.length > most ? value.slice(0, most) : value
  }
  if (Array.isArray(value)) return isSmall(value) ? value : value.slice(0, keptEntries).filter(isSmall)
  return isSmall(value) ? value : {}
}

function isSmall(value: unknown): boolean {
  return (JSON.stringify(value) ?? '').length <= keptContent
}
