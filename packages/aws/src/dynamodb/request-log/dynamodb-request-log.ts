import type { WriteRequest } from '@aws-sdk/client-dynamodb'
import { GatewayError, type QueuedLog, type QueuedLogOptions, queuedLog, type RequestRecord } from '@modelgate/core'
import { type DynamoDb, type DynamoDbOptions, openDynamoDb } from '../dynamodb-client.ts'
import { fromRequestItem, toRequestItem } from './request-item.ts'
import { type RequestQuery, toCursor, toQueryInput } from './request-query.ts'

export interface DynamoDbRequestLogOptions
  extends DynamoDbOptions,
    Pick<QueuedLogOptions, 'maxPending' | 'lingerMs' | 'maxTries' | 'onLost'> {
  /** Days after which a record expires. Default 30. */
  readonly retentionDays?: number | undefined
}

/** Some of a user's records, newest first. */
export interface RequestPage {
  readonly records: readonly RequestRecord[]
  /** Gets the next page. Absent: there is none. */
  readonly next?: string | undefined
}

/** A request log that can be asked. */
export interface DynamoDbRequestLog extends QueuedLog {
  /** The record of one call, as soon as it has been written. */
  get(requestId: string): Promise<RequestRecord | undefined>
  /**
   * A user's calls by time. The index that it reads follows the table by a moment.
   * @throws {GatewayError} `invalid_request` for a time, a limit or a cursor that is none.
   */
  byUser(query: RequestQuery): Promise<RequestPage>
  /** Closes the sockets of a client made here. Flush before. */
  close(): void
}

/** As many as a BatchWriteItem takes. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const maxBatch = 25
/** On a server a batch fills meanwhile; a flush waits for none of it. */
const defaultLingerMs = 200

/**
 * A request log in a DynamoDB table with the key `requestId`, the index `UserAnalyticsGlobalSecondaryIndex` and expiry by
 * `expirationTimestamp`, as `gatewayTables()` describes it. A later call with the same id takes the place of the earlier one.
 *
 * @throws {GatewayError} `invalid_configuration` for an empty table name or a retention that is no number of days.
 */
export function dynamodbRequestLog(options: DynamoDbRequestLogOptions): DynamoDbRequestLog {
  const { tableName, retentionDays = 30, lingerMs = defaultLingerMs, maxPending, maxTries, onLost } = options
  if (!(retentionDays > 0 && retentionDays <= 36_500)) {
    throw new GatewayError('invalid_configuration', `\`retentionDays\` must be a number of days, got ${retentionDays}.`)
  }
  const db = openDynamoDb(options)
  const queue = queuedLog({
    write: records => writeBatch(records, { db, tableName, retentionDays }),
    maxBatch,
    lingerMs,
    maxPending,
    maxTries,
    onLost,
  })
  return Object.assign(queue, {
    async get(requestId: string): Promise<RequestRecord | undefined> {
      const { sdk, client } = await db.load()
      const Key = { requestId: { S: requestId } }
      const { Item } = await client.send(new sdk.GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))
      return fromRequestItem(Item, Date.now())
    },
    async byUser(query: RequestQuery): Promise<RequestPage> {
      const input = toQueryInput(query, tableName)
      const { sdk, client } = await db.load()
      const { Items = [], LastEvaluatedKey: last } = await client.send(new sdk.QueryCommand(input))
      const records = Items.map(item => fromRequestItem(item, Date.now())).filter(record => record !== undefined)
      return { records, next: last && toCursor(last) }
    },
    close: () => db.close(),
  })
}

interface Table {
  readonly db: DynamoDb
  readonly tableName: string
  readonly retentionDays: number
}

/** Gives back what DynamoDB had no room for. */
async function writeBatch(
  records: readonly RequestRecord[],
  { db, tableName, retentionDays }: Table,
): Promise<RequestRecord[]> {
  const { sdk, client } = await db.load()
  // One request may not hold a key twice; of two records with one id the later one would stand in the end anyway.
  const byId = new Map(records.map(record => [record.requestId, record]))
  const requests = [...byId.values()].map(
    (record): WriteRequest => ({ PutRequest: { Item: toRequestItem(record, retentionDays) } }),
  )
  const command = new sdk.BatchWriteItemCommand({ RequestItems: { [tableName]: requests } })
  const { UnprocessedItems } = await client.send(command)
  // There is one table; where it was named by its ARN, the answer may call it by its name.
  const left = Object.values(UnprocessedItems ?? {}).flat()
  return left.flatMap(({ PutRequest }) => byId.get(PutRequest?.Item?.requestId?.S ?? '') ?? [])
}
