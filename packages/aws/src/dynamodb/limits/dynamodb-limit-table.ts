import { changedNothing } from '../changed-nothing.ts'
import { isConditionFailure } from '../condition-failure.ts'
import type { DynamoDb } from '../dynamodb-client.ts'
import { isInvalid, ofOneSubject } from '../of-one-subject.ts'
import { sendOnce } from '../send-once.ts'
import { insideParser, timed } from '../told-time.ts'
import type { LimitItem } from './limit-item.ts'
import type { LimitTable, WriteResult } from './limit-table.ts'
import type { StoreClock } from './store-clock.ts'
import { type ItemWrite, toLimitItem, toUpdateItem } from './to-update-item.ts'

/** Which table, whose clock its answers set, and how long it is waited for. */
export interface DynamoDbLimitTableOptions {
  readonly tableName: string
  readonly clock: StoreClock
  /** Milliseconds after which a request is given up. */
  readonly requestTimeoutMs: number
}

/** A table of DynamoDB's. Each of its answers tells the clock the time. */
export class DynamoDbLimitTable implements LimitTable {
  readonly #db: DynamoDb
  readonly #tableName: string
  readonly #clock: StoreClock
  readonly #requestTimeoutMs: number

  constructor(db: DynamoDb, { tableName, clock, requestTimeoutMs }: DynamoDbLimitTableOptions) {
    this.#db = db
    this.#tableName = tableName
    this.#clock = clock
    this.#requestTimeoutMs = requestTimeoutMs
  }

  async read(pk: string): Promise<LimitItem | undefined> {
    const { sdk, client } = await this.#db.load()
    const command = new sdk.GetItemCommand({ TableName: this.#tableName, Key: { pk: { S: pk } }, ConsistentRead: true })
    command.middlewareStack.add(next => input => timed(this.#clock, () => next(input)), insideParser)
    return toLimitItem((await client.send(command, this.#inTime())).Item)
  }

  changedNothing(error: unknown): boolean {
    return changedNothing(error)
  }

  async write(write: ItemWrite): Promise<WriteResult> {
    const { sdk, client } = await this.#db.load()
    const command = new sdk.UpdateItemCommand(toUpdateItem(this.#tableName, write))
    sendOnce(command)
    command.middlewareStack.add(next => input => timed(this.#clock, () => next(input)), insideParser)
    try {
      const { Attributes } = await client.send(command, this.#inTime())
      return { applied: true, item: toLimitItem(Attributes)! }
    } catch (error) {
      if (!isConditionFailure(error)) throw isInvalid(error) ? ofOneSubject(error) : error
      return { applied: false, item: toLimitItem(error.Item) }
    }
  }

  #inTime(): { readonly abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#requestTimeoutMs) }
  }
}
