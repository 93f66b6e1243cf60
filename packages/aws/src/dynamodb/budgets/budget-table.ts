import type { BudgetStanding } from '@modelgate/core'
import { isConditionFailure } from '../condition-failure.ts'
import type { DynamoDb } from '../dynamodb-client.ts'
import type { StoreClock } from '../limits/store-clock.ts'
import { numberValue } from '../number-value.ts'
import { isInvalid, ofOneSubject } from '../of-one-subject.ts'
import { sendOnce } from '../send-once.ts'
import { ttlAttribute } from '../tables.ts'
import { insideParser, timed } from '../told-time.ts'
import { type BudgetItem, type BudgetSight, expirySeconds, toSight, toStanding } from './budget-item.ts'
import type { BudgetWrite } from './plan-budget-write.ts'

/** What became of a write. */
type BudgetWritten =
  | { readonly applied: true; readonly standing: BudgetStanding }
  /** Its condition failed. `sight`: what stood against it, where that was told. */
  | { readonly applied: false; readonly sight: BudgetSight | undefined }

/** Which table, whose clock its answers set, and how long it is waited for. */
interface BudgetTableOptions {
  readonly tableName: string
  readonly clock: StoreClock
  /** Milliseconds after which a request is given up. */
  readonly requestTimeoutMs: number
}

/** A table of DynamoDB's with budgets in it. Each of its answers tells the clock the time. */
export class BudgetTable {
  readonly #db: DynamoDb
  readonly #options: BudgetTableOptions

  constructor(db: DynamoDb, options: BudgetTableOptions) {
    this.#db = db
    this.#options = options
  }

  /** Sees every write that was answered before. */
  async read(Key: BudgetItem): Promise<BudgetSight> {
    const { sdk, client } = await this.#db.load()
    const { tableName: TableName, clock } = this.#options
    const command = new sdk.GetItemCommand({ TableName, Key, ConsistentRead: true })
    command.middlewareStack.add(next => input => timed(clock, () => next(input)), insideParser)
    return toSight((await client.send(command, this.#inTime())).Item)
  }

  async write(Key: BudgetItem, write: BudgetWrite): Promise<BudgetWritten> {
    const { sdk, client } = await this.#db.load()
    const { tableName: TableName, clock } = this.#options
    const command = new sdk.UpdateItemCommand({
      TableName,
      Key,
      ...write,
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    sendOnce(command)
    command.middlewareStack.add(next => input => timed(clock, () => next(input)), insideParser)
    try {
      const { Attributes } = await client.send(command, this.#inTime())
      return { applied: true, standing: toStanding(Attributes)! }
    } catch (error) {
      if (isConditionFailure(error)) return { applied: false, sight: error.Item && toSight(error.Item) }
      if (isInvalid(error) && isAddedTo(write)) return { applied: false, sight: undefined }
      throw isInvalid(error) ? ofOneSubject(error) : error
    }
  }

  /** Nothing is spent then. The day of an item stays its own: it only goes forward. */
  async reset(Key: BudgetItem, day: number): Promise<void> {
    try {
      await this.#reset(Key, day, { UpdateExpression: ' ADD resets :one' })
    } catch (error) {
      if (!isInvalid(error)) throw error
      await this.#resetAnew(Key, day)
    }
  }

  /** Where somebody else wrote what cannot be added to: it counts as no reset, as it does where an item is read. */
  async #resetAnew(Key: BudgetItem, day: number): Promise<void> {
    const ConditionExpression = 'NOT attribute_type(resets, :number)'
    try {
      await this.#reset(Key, day, { UpdateExpression: ', resets = :one', ConditionExpression })
    } catch (error) {
      // Another reset was here in between.
      if (!isConditionFailure(error)) throw error
    }
  }

  async #reset(Key: BudgetItem, day: number, { UpdateExpression, ConditionExpression }: BudgetWrite): Promise<void> {
    const { sdk, client } = await this.#db.load()
    const command = new sdk.UpdateItemCommand({
      TableName: this.#options.tableName,
      Key,
      UpdateExpression: `SET #day = if_not_exists(#day, :day), dayNanoUsd = :none, monthNanoUsd = :none, #expiry = :expiry${UpdateExpression}`,
      ...(ConditionExpression && { ConditionExpression }),
      ExpressionAttributeNames: { '#day': 'day', '#expiry': ttlAttribute },
      ExpressionAttributeValues: {
        ':day': numberValue(day),
        ':none': numberValue(0),
        ':one': numberValue(1),
        ':expiry': numberValue(expirySeconds(day)),
        ...(ConditionExpression && { ':number': { S: 'N' } }),
      },
    })
    await client.send(command, this.#inTime())
  }

  #inTime(): { readonly abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#options.requestTimeoutMs) }
  }
}

/** One that adds takes for granted that there are numbers; whoever has read the item knows better. */
function isAddedTo({ UpdateExpression }: BudgetWrite): boolean {
  return UpdateExpression?.startsWith('ADD') === true
}
