import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { GatewayError } from '@modelgate/core'
import { changedNothing } from '../changed-nothing.ts'
import { isConditionFailure } from '../condition-failure.ts'
import type { DynamoDb } from '../dynamodb-client.ts'
import { isInvalid, ofOneSubject } from '../of-one-subject.ts'
import { sendOnce } from '../send-once.ts'
import { insideParser, timed } from '../told-time.ts'
import type { LimitItem } from './limit-item.ts'
import type { LimitTable, WriteResult } from './limit-table.ts'
import { type RawItem, repairOf } from './repaired-item.ts'
import type { StoreClock } from './store-clock.ts'
import { type ItemWrite, toLimitItem, toUpdateItem } from './to-update-item.ts'

/** Which table, whose clock its answers set, and how long it is waited for. */
interface DynamoDbLimitTableOptions {
  readonly tableName: string
  readonly clock: StoreClock
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds after which a request is given up. */
  readonly requestTimeoutMs: number
}

/** A table of DynamoDB's. Each of its answers tells the clock the time. */
export class DynamoDbLimitTable implements LimitTable {
  readonly #db: DynamoDb
  readonly #tableName: string
  readonly #clock: StoreClock
  readonly #now: () => number
  readonly #requestTimeoutMs: number

  constructor(db: DynamoDb, { tableName, clock, now, requestTimeoutMs }: DynamoDbLimitTableOptions) {
    this.#db = db
    this.#tableName = tableName
    this.#clock = clock
    this.#now = now
    this.#requestTimeoutMs = requestTimeoutMs
  }

  async read(pk: string): Promise<LimitItem | undefined> {
    const item = await this.#get(pk)
    return toLimitItem((await this.#isWhole(pk, item)) ? item : await this.#get(pk))
  }

  changedNothing(error: unknown): boolean {
    return changedNothing(error)
  }

  async write(write: ItemWrite): Promise<WriteResult> {
    try {
      const item = await this.#update(toUpdateItem(this.#tableName, write))
      return { applied: true, item: toLimitItem(item)! }
    } catch (error) {
      if (isConditionFailure(error)) {
        return {
          applied: false,
          item: (await this.#isWhole(write.pk, error.Item)) ? toLimitItem(error.Item) : undefined,
        }
      }
      if (!isInvalid(error)) throw error
      await this.#isWhole(write.pk, await this.#get(write.pk))
      throw ofOneSubject(error)
    }
  }

  async #get(pk: string): Promise<RawItem | undefined> {
    const { sdk, client } = await this.#db.load()
    const command = new sdk.GetItemCommand({ TableName: this.#tableName, Key: { pk: { S: pk } }, ConsistentRead: true })
    command.middlewareStack.add(next => input => timed(this.#clock, () => next(input)), insideParser)
    return (await client.send(command, this.#inTime())).Item
  }

  async #update(input: UpdateItemCommandInput): Promise<RawItem | undefined> {
    const { sdk, client } = await this.#db.load()
    const command = new sdk.UpdateItemCommand(input)
    sendOnce(command)
    command.middlewareStack.add(next => input => timed(this.#clock, () => next(input)), insideParser)
    return (await client.send(command, this.#inTime())).Attributes
  }

  /**
   * Writes anew what cannot be counted in, such as what another program wrote: no condition of ours would ever hold of it. False where
   * another write came in between.
   * @throws {GatewayError} `upstream_unavailable` to tell of it, once: the next call finds the item whole
   */
  async #isWhole(pk: string, item: RawItem | undefined): Promise<boolean> {
    const repair = item && repairOf(item, this.#now())
    if (!repair) return true
    try {
      await this.#update({ TableName: this.#tableName, Key: { pk: { S: pk } }, ...repair })
    } catch (error) {
      if (isConditionFailure(error)) return false
      throw isInvalid(error) ? ofOneSubject(error) : error
    }
    const names = Object.values(repair.ExpressionAttributeNames ?? {}).join(', ')
    const message = `An item in ${this.#tableName} held what this version does not write (in one of ${names}); it was written anew, with what could be read of it.`
    throw ofOneSubject(new GatewayError('upstream_unavailable', message))
  }

  #inTime(): { readonly abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#requestTimeoutMs) }
  }
}
