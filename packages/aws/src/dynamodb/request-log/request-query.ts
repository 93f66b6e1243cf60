import { Buffer } from 'node:buffer'
import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { GatewayError } from '@modelgate/core'
import { userAnalyticsIndex } from '../tables.ts'
import { indexedUserId } from './request-item.ts'

/** Which calls of a user are asked for. */
export interface RequestQuery {
  readonly userId: string
  /** ISO 8601, inclusive. Default: as far back as the log goes. */
  readonly from?: string | undefined
  /** ISO 8601, inclusive. Default: now. */
  readonly to?: string | undefined
  /** Records at most, 1 to 1,000. Default 100. */
  readonly limit?: number | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

/** @throws {GatewayError} `invalid_request` for a time, a limit or a cursor that is none. */
export function toQueryInput(query: RequestQuery, tableName: string): QueryCommandInput {
  const { userId, from, to, limit = 100, cursor } = query
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw refused('limit', `must be a whole number from 1 to 1000, got ${limit}.`)
  }
  return {
    TableName: tableName,
    IndexName: userAnalyticsIndex,
    KeyConditionExpression: 'userId = :userId AND #timestamp BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#timestamp': 'timestamp' },
    ExpressionAttributeValues: {
      ':userId': { S: indexedUserId(userId) ?? '(none)' },
      ':from': { S: timeOf('from', from ?? '0000-01-01T00:00:00.000Z') },
      ':to': { S: timeOf('to', to ?? '9999-12-31T23:59:59.999Z') },
    },
    ScanIndexForward: false,
    Limit: limit,
    ...(cursor === undefined ? {} : { ExclusiveStartKey: fromCursor(cursor) }),
  }
}

/** In the form in which records have it, so that it can be compared as text. */
function timeOf(name: string, text: string): string {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw refused(name, `must be a time such as 2026-01-31T12:00:00Z, got '${text}'.`)
  return time.toISOString()
}

/** Where a page ended, as opaque text. */
export function toCursor(key: Readonly<Record<string, AttributeValue>>): string {
  const names = Object.entries(key).map(([name, value]) => [name, value.S])
  return Buffer.from(JSON.stringify(names)).toString('base64url')
}

function fromCursor(cursor: string): Record<string, AttributeValue> {
  try {
    const names = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, string][]
    return Object.fromEntries(names.map(([name, S]) => [name, { S: String(S) }]))
  } catch {
    throw refused('cursor', 'must be the `next` of the page before.')
  }
}

function refused(param: string, rest: string): GatewayError {
  return new GatewayError('invalid_request', `\`${param}\` ${rest}`, { param })
}
