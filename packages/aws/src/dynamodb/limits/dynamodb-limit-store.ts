import {
  GatewayError,
  type LimitDecision,
  type LimitStore,
  type MembersOf,
  type Reservation,
  type Settlement,
} from '@modelgate/core'
import { type DynamoDbOptions, dynamoDbMembers, openDynamoDb } from '../dynamodb-client.ts'
import { DynamoDbLimitTable } from './dynamodb-limit-table.ts'
import { itemKey } from './limit-table.ts'
import { storeClock } from './store-clock.ts'
import { TableLimitStore } from './table-limit-store.ts'

/** The table that limits are counted in, and its clock. */
export interface DynamoDbLimitStoreOptions extends DynamoDbOptions {
  /**
   * How far the clocks of two instances may be apart, and how long a call of the store may take, together, before more could be admitted
   * than a quota.
   * Default: a 24th of each window, 2.5 s of a minute. More admits less: a 24th of a quota for each 24th of a window. Counts for a
   * window up to its own length. All instances must say the same: those that differ count apart.
   */
  readonly maxClockSkewMs?: number | undefined
  /**
   * Milliseconds an answer may take, whoever made the client; then the request is given up. DynamoDB answers in under 10 and the gateway
   * waits for `storeTimeoutMs`, but a request that nobody ends would keep its connection for ever. Default 500.
   */
  readonly requestTimeoutMs?: number | undefined
  /** Milliseconds since 1970. Default: the machine's time, held within what the `Date` headers of the store's answers prove. */
  readonly now?: (() => number) | undefined
}

const members = {
  ...dynamoDbMembers,
  maxClockSkewMs: true,
  now: true,
} as const satisfies MembersOf<DynamoDbLimitStoreOptions>

/** A limit store on DynamoDB. */
export interface DynamoDbLimitStore extends LimitStore {
  reserve(reservation: Reservation, settlements: readonly Settlement[]): Promise<LimitDecision>
  settle(settlements: readonly Settlement[]): Promise<void>
  /**
   * Loads the SDK, finds credentials, opens a connection and asks for an item that is not there: some 100 ms that the first call would
   * else wait for, or not. Rejects with why the table cannot be used.
   */
  warmUp(): Promise<void>
  /** Closes the sockets of the client made here; a client that was given stays open. */
  close(): void
}

/**
 * Limits that all instances share, in one item a subject: a call is one conditional
 * [UpdateItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html) for all of its windows, with the
 * settlements that waited. The table has the string key `pk` and is made by infrastructure code or `createTables()`.
 *
 * Rejects with what the SDK throws, and with `upstream_unavailable` where others' writes came in between at every try, and once where an item
 * holds what this version does not write, which is written anew.
 *
 * @throws {GatewayError} `invalid_configuration` for an option that is none, an empty table name and a skew that is none.
 */
export function dynamodbLimitStore(options: DynamoDbLimitStoreOptions): DynamoDbLimitStore {
  const db = openDynamoDb(options, members, 'dynamodbLimitStore()')
  const { tableName, maxClockSkewMs, requestTimeoutMs = 500 } = options
  if (maxClockSkewMs !== undefined && !(maxClockSkewMs >= 0 && Number.isFinite(maxClockSkewMs))) {
    throw new GatewayError(
      'invalid_configuration',
      `\`maxClockSkewMs\` is ${maxClockSkewMs}; give the milliseconds that two instances' clocks may be apart, 0 and up.`,
    )
  }
  const clock = storeClock()
  const now = options.now ?? clock.now
  const table = new DynamoDbLimitTable(db, { tableName, clock, now, requestTimeoutMs })
  const store = new TableLimitStore({ table, now, maxClockSkewMs })
  return {
    reserve: (reservation, settlements) => store.reserve(reservation, settlements),
    settle: settlements => store.settle(settlements),
    warmUp: async () => {
      await table.read(itemKey(''))
    },
    close: () => db.close(),
  }
}
