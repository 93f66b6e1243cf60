import { Buffer } from 'node:buffer'
import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { GatewayError } from '@modelgate/core'
import { userAnalyticsIndex } from '../tables.ts'
import { indexedUserId } from './request-item.ts'

/** Which page is asked for. */
export interface PageQuery {
  /** Records at most, 1 to 1,000. Default 100. */
  readonly limit?: number | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

/** Which calls of a user are asked for. */
export interface RequestQuery extends PageQuery {
  readonly userId: string
  /** ISO 8601, inclusive. Default: as far back as the log goes. */
  readonly from?: string | undefined
  /** ISO 8601, inclusive. Default: now. */
  readonly to?: string | undefined
}

/** @throws {GatewayError} `invalid_request` for a limit or a cursor that is none. */
export function toGetInput(
  { requestId, ...page }: { readonly requestId: string } & PageQuery,
  tableName: string,
): QueryCommandInput {
  return {
    TableName: tableName,
    KeyConditionExpression: 'requestId = :requestId',
    ExpressionAttributeValues: { ':requestId': { S: requestId } },
    ConsistentRead: true,
    ...pageOf(page),
  }
}

/** @throws {GatewayError} `invalid_request` for a time, a limit or a cursor that is none. */
export function toQueryInput({ userId, from, to, ...page }: RequestQuery, tableName: string): QueryCommandInput {
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
    ...pageOf(page),
  }
}

function pageOf({ limit = 100, cursor }: PageQuery): Partial<QueryCommandInput> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw refused('limit', `must be a whole number from 1 to 1000, got ${limit}.`)
  }
  return {
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
    throw noCursor()
  }
}

/** For a cursor that is none, or that of something else. */
export function noCursor(): GatewayError {
  return refused('cursor', 'must be the `next` of the page before.')
}

function refused(param: string, rest: string): GatewayError {
  return new GatewayError('invalid_request', `\`${param}\` ${rest}`, { param })
}
