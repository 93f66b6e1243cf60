import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  type CallMetrics,
  type FleetMinute,
  type FleetRange,
  type FleetStore,
  GatewayError,
  type MembersOf,
} from '@modelgate/core'
import { type DynamoDbOptions, dynamoDbMembers, openDynamoDb } from '../dynamodb-client.ts'
import { recordIdAttribute, ttlAttribute } from '../tables.ts'

/** The table that counters of all instances are kept in. */
export interface DynamoDbFleetStoreOptions extends DynamoDbOptions {
  /** Days after which a minute is forgotten. Default 30. */
  readonly retentionDays?: number | undefined
  /** Told of records that cannot be read and are therefore not counted, once a read. Default: `console.error`. */
  readonly onError?: ((error: Error) => void) | undefined
}

const members = {
  ...dynamoDbMembers,
  retentionDays: true,
  onError: true,
} as const satisfies MembersOf<DynamoDbFleetStoreOptions>

/** A fleet's counters in DynamoDB. */
export interface DynamoDbFleetStore extends FleetStore {
  /** Closes the sockets of a client made here. */
  close(): void
}

const hourMs = 3_600_000
/** Hours that one read may span, each of which is a query. */
const mostHours = 24 * 31

/**
 * The counters of `fleetCounters()` in the table of the request log, as `gatewayTables()` describes it: an item for each instance and minute, all of
 * an hour under one key, `fleet#2026-11-20T22`. They have no user and so stand in no index, and no request's id has a `#`. Needs
 * `dynamodb:PutItem` and `dynamodb:Query`.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, an empty table name or a retention that is no number of days;
 *   `invalid_request` for a range of more than 31 days.
 */
export function dynamodbFleetStore(options: DynamoDbFleetStoreOptions): DynamoDbFleetStore {
  const db = openDynamoDb(options, members, 'dynamodbFleetStore()')
  const { tableName, retentionDays = 30, onError = consoleError } = options
  if (!(retentionDays > 0 && retentionDays <= 36_500)) {
    throw new GatewayError('invalid_configuration', `\`retentionDays\` must be a number of days, got ${retentionDays}.`)
  }

  async function readHour(hourStart: number, { fromMs, toMs }: FleetRange): Promise<(FleetMinute | undefined)[]> {
    const { sdk, client } = await db.load()
    const minutes: (FleetMinute | undefined)[] = []
    let from: Record<string, AttributeValue> | undefined
    do {
      const command = new sdk.QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'requestId = :hour AND #record BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#record': recordIdAttribute },
        ExpressionAttributeValues: {
          ':hour': { S: hourKey(hourStart) },
          ':from': { S: minuteText(Math.max(fromMs - (fromMs % 60_000), hourStart)) },
          // A range ends before the minute that holds its end, and `$` comes after the `#` of all that came before.
          ':to': { S: `${minuteText(Math.min(toMs, hourStart + hourMs) - 1)}$` },
        },
        ...(from && { ExclusiveStartKey: from }),
      })
      const page = await client.send(command)
      minutes.push(...(page.Items ?? []).map(toMinute))
      from = page.LastEvaluatedKey
    } while (from)
    return minutes
  }

  return {
    async put({ minuteMs, record, calls }) {
      const { sdk, client } = await db.load()
      const Item = {
        requestId: { S: hourKey(minuteMs) },
        [recordIdAttribute]: { S: `${minuteText(minuteMs)}#${record}` },
        [ttlAttribute]: { N: String(Math.floor(minuteMs / 1_000) + Math.round(retentionDays * 86_400)) },
        minuteMs: { N: String(minuteMs) },
        record: { S: record },
        calls: { S: JSON.stringify(calls) },
      }
      await client.send(new sdk.PutItemCommand({ TableName: tableName, Item }))
    },
    async read(range) {
      if (range.toMs <= range.fromMs) return []
      const first = Math.floor(range.fromMs / hourMs)
      const hours = Math.ceil(range.toMs / hourMs) - first
      if (hours > mostHours) {
        throw new GatewayError('invalid_request', `A range of ${hours} hours is too long; ask for at most 31 days.`)
      }
      const read: (FleetMinute | undefined)[][] = []
      for (let hour = 0; hour < hours; hour += 1) read.push(await readHour((first + hour) * hourMs, range))
      const all = read.flat()
      const found = all.filter(minute => minute !== undefined)
      const lost = all.length - found.length
      if (lost > 0)
        onError(
          new Error(`${lost} records of the fleet's counters in ${tableName} cannot be read; they are not counted.`),
        )
      return found
    },
    close: () => db.close(),
  }
}

/** `fleet#2026-11-20T22` */
function hourKey(timeMs: number): string {
  return `fleet#${new Date(timeMs).toISOString().slice(0, 13)}`
}

/** `2026-11-20T22:57` */
function minuteText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16)
}

/** `undefined` for what cannot be added up: what an instance of another version counts differently, or somebody else wrote. */
function toMinute({ minuteMs, record, calls }: Record<string, AttributeValue>): FleetMinute | undefined {
  const series = parsed(calls?.S)
  if (!Array.isArray(series) || !series.every(isSeries)) return undefined
  return { minuteMs: Number(minuteMs?.N), record: record?.S ?? '', calls: series }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '[]')
  } catch {
    return undefined
  }
}

const labels = ['operation', 'route', 'model', 'provider', 'tier', 'tenant']
const numbers = ['calls', 'streams', 'cachedTokens', 'estimatedUsages', 'costUsd', 'unknownCosts']
const histograms = ['durationSeconds', 'firstContentSeconds', 'promptTokens', 'completionTokens']

function isSeries(value: unknown): value is CallMetrics {
  const typeOf = (name: string): string => typeof memberOf(value, name)
  return (
    labels.every(name => typeOf(name) === 'string') &&
    numbers.every(name => typeOf(name) === 'number') &&
    isObject(memberOf(value, 'errors')) &&
    histograms.every(name => isHistogram(memberOf(value, name)))
  )
}

function isHistogram(value: unknown): boolean {
  const [bounds, counts, sums] = ['bounds', 'counts', 'sums'].map(name => memberOf(value, name))
  return (
    isNumbers(bounds) &&
    isNumbers(counts, bounds.length + 1) &&
    isNumbers(sums, bounds.length + 1) &&
    typeof memberOf(value, 'max') === 'number'
  )
}

function isNumbers(value: unknown, length?: number): value is readonly number[] {
  return (
    Array.isArray(value) && value.every(each => typeof each === 'number') && value.length === (length ?? value.length)
  )
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function consoleError({ message }: Error): void {
  console.error(message)
}
