import type { DynamoDb } from '../dynamodb-client.ts'
import type { LimitItem } from './limit-item.ts'
import type { LimitTable, WriteResult } from './limit-table.ts'
import type { StoreClock } from './store-clock.ts'
import { type ItemWrite, toLimitItem, toUpdateItem } from './to-update-item.ts'

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
    return isWithoutEffect(error)
  }

  async write(write: ItemWrite): Promise<WriteResult> {
    const { sdk, client } = await this.#db.load()
    const command = new sdk.UpdateItemCommand(toUpdateItem(this.#tableName, write))
    command.middlewareStack.add(next => input => timed(this.#clock, () => next(input)), insideParser)
    try {
      const { Attributes } = await client.send(command, this.#inTime())
      return { applied: true, item: toLimitItem(Attributes)! }
    } catch (error) {
      if (!isConditionFailure(error)) throw error
      return { applied: false, item: toLimitItem(error.Item) }
    }
  }

  #inTime(): { readonly abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#requestTimeoutMs) }
  }
}

const neverConnected: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

/** Refused by DynamoDB, or never sent. A timeout, a lost connection and a 5xx leave it open. */
function isWithoutEffect(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && neverConnected.includes(error.code)) return true
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return false
  const { httpStatusCode } = error.$metadata as { readonly httpStatusCode?: number }
  return httpStatusCode !== undefined && httpStatusCode >= 400 && httpStatusCode < 500
}

type ConditionFailure = Error & { readonly Item?: Parameters<typeof toLimitItem>[0] }

/** By its name: two copies of the SDK may live in one process. */
function isConditionFailure(error: unknown): error is ConditionFailure {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException'
}

/** On the command's own stack, so that a client that was given stays as it is; inside of the parser, so that refusals tell the time too. */
const insideParser = { step: 'deserialize', priority: 'low', name: 'modelgateStoreClock' } as const

async function timed<T extends { readonly response: unknown }>(
  clock: StoreClock,
  answer: () => Promise<T>,
): Promise<T> {
  const sentMark = clock.mark()
  const output = await answer()
  clock.observe(dateOf(output.response), sentMark)
  return output
}

function dateOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined
  const { headers } = response
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined
  return typeof headers.date === 'string' ? headers.date : undefined
}
