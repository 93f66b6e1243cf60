import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import {
  GatewayError,
  type MembersOf,
  type QueuedLog,
  type QueuedLogOptions,
  queuedLog,
  type RequestRecord,
} from '@modelgate/core'
import { type DynamoDb, type DynamoDbOptions, dynamoDbMembers, openDynamoDb } from '../dynamodb-client.ts'
import { recordIdAttribute } from '../tables.ts'
import { fromRequestItem, type RequestItem, toRequestItem } from './request-item.ts'
import { noCursor, type PageQuery, type RequestQuery, toCursor, toGetInput, toQueryInput } from './request-query.ts'

/** The table that records are kept in, for how long, and how many may wait. */
export interface DynamoDbRequestLogOptions
  extends DynamoDbOptions,
    Pick<QueuedLogOptions, 'maxPending' | 'lingerMs' | 'maxTries' | 'onLost'> {
  /** Days after which a record expires. Default 30. */
  readonly retentionDays?: number | undefined
}

const members = {
  ...dynamoDbMembers,
  maxPending: true,
  lingerMs: true,
  maxTries: true,
  onLost: true,
  retentionDays: true,
} as const satisfies MembersOf<DynamoDbRequestLogOptions>

/** Some records, newest first. */
export interface RequestPage {
  readonly records: readonly RequestRecord[]
  /** Gets the next page. Absent: there is none. */
  readonly next?: string | undefined
}

/** A request log that can be asked. */
export interface DynamoDbRequestLog extends QueuedLog {
  /**
   * The calls that came with one id, as soon as they are written. There may be several, and not all of one caller: the id is what
   * each of them said in `x-request-id`.
   * @throws {GatewayError} `invalid_request` for a limit or a cursor that is none.
   */
  get(requestId: string, page?: PageQuery): Promise<RequestPage>
  /** The first page of {@link DynamoDbRequestLog.get}. */
  find(requestId: string): Promise<readonly RequestRecord[]>
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
 * A request log in a DynamoDB table with the key `requestId` and `recordId`, the index `UserAnalyticsGlobalSecondaryIndex` and expiry by
 * `expirationTimestamp`, as `gatewayTables()` describes it. No record ever takes the place of another call's.
 *
 * @throws {GatewayError} `invalid_configuration` for an option that is none, an empty table name or a retention that is no number of days.
 */
export function dynamodbRequestLog(options: DynamoDbRequestLogOptions): DynamoDbRequestLog {
  const db = openDynamoDb(options, members, 'dynamodbRequestLog()')
  const { tableName, retentionDays = 30, lingerMs = defaultLingerMs, maxPending, maxTries, onLost } = options
  if (!(retentionDays > 0 && retentionDays <= 36_500)) {
    throw new GatewayError('invalid_configuration', `\`retentionDays\` must be a number of days, got ${retentionDays}.`)
  }
  const queue = queuedLog({
    write: records => writeBatch(records, { db, tableName, retentionDays }),
    maxBatch,
    lingerMs,
    maxPending,
    maxTries,
    onLost,
  })
  return Object.assign(queue, {
    get: async (requestId: string, page?: PageQuery) => readPage(db, toGetInput({ ...page, requestId }, tableName)),
    find: async (requestId: string) => (await readPage(db, toGetInput({ requestId }, tableName))).records,
    byUser: async (query: RequestQuery) => readPage(db, toQueryInput(query, tableName)),
    close: () => db.close(),
  })
}

async function readPage(db: DynamoDb, input: QueryCommandInput): Promise<RequestPage> {
  const { sdk, client } = await db.load()
  const { Items = [], LastEvaluatedKey: last } = await client
    .send(new sdk.QueryCommand(input))
    .catch((error: unknown) => {
      // Of all that is asked only the key to start from is not checked before: that of another page, or of nobody's.
      throw input.ExclusiveStartKey && error instanceof Error && error.name === 'ValidationException'
        ? noCursor()
        : error
    })
  const records = Items.map(item => fromRequestItem(item, Date.now())).filter(record => record !== undefined)
  return { records, next: last && toCursor(last) }
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
  const items = records.map(record => toRequestItem(record, retentionDays))
  // One request may not hold a key twice; two records with one key are alike in all.
  const byKey = new Map(items.map((item, at) => [keyOf(item), { item, record: records[at]! }]))
  const requests = Array.from(byKey.values(), ({ item: Item }) => ({ PutRequest: { Item } }))
  const command = new sdk.BatchWriteItemCommand({ RequestItems: { [tableName]: requests } })
  const { UnprocessedItems } = await client.send(command)
  // There is one table; where it was named by its ARN, the answer may call it by its name.
  const left = Object.values(UnprocessedItems ?? {}).flat()
  return left.flatMap(({ PutRequest }) => byKey.get(keyOf(PutRequest?.Item ?? {}))?.record ?? [])
}

function keyOf({ requestId, [recordIdAttribute]: recordId }: RequestItem): string {
  return `${requestId?.S}#${recordId?.S}`
}
