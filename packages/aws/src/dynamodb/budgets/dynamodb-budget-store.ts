import {
  type BudgetDecision,
  type BudgetReservation,
  type BudgetSettlement,
  type BudgetStanding,
  type BudgetStore,
  budgetDay,
  GatewayError,
  type MembersOf,
  newStanding,
  rolledTo,
} from '@modelgate/core'
import { changedNothing } from '../changed-nothing.ts'
import { type DynamoDbOptions, dynamoDbMembers, openDynamoDb } from '../dynamodb-client.ts'
import { storeClock } from '../limits/store-clock.ts'
import { ofOneSubject } from '../of-one-subject.ts'
import { type BudgetSight, budgetKey } from './budget-item.ts'
import { BudgetTable } from './budget-table.ts'
import { type BudgetAsk, planBudgetWrite } from './plan-budget-write.ts'

/** The table of limits, in which budgets stand, and its clock. */
export interface DynamoDbBudgetStoreOptions extends DynamoDbOptions {
  /** Milliseconds an answer may take, whoever made the client; then the request is given up. Default 500. */
  readonly requestTimeoutMs?: number | undefined
  /** Milliseconds since 1970. Default: the machine's time, held within what the `Date` headers of the store's answers prove. */
  readonly now?: (() => number) | undefined
}

const members = {
  ...dynamoDbMembers,
  now: true,
} as const satisfies MembersOf<DynamoDbBudgetStoreOptions>

/** A budget store on DynamoDB. */
export interface DynamoDbBudgetStore extends BudgetStore {
  reserve(reservation: BudgetReservation, settlements: readonly BudgetSettlement[]): Promise<BudgetDecision>
  settle(settlements: readonly BudgetSettlement[]): Promise<void>
  read(subject: string): Promise<BudgetStanding>
  reset(subject: string): Promise<void>
  /**
   * Loads the SDK, finds credentials, opens a connection and asks for an item that is not there: some 100 ms that the first call would
   * else not wait for, but be let in by what stands in for the store, though its budget is spent. Rejects with why the table cannot be used.
   */
  warmUp(): Promise<void>
  /** Closes the sockets of the client made here; a client that was given stays open. */
  close(): void
}

/** Only the first writes of a day, and what gives back more than there is, can be in each other's way. */
const maxTries = 8

/**
 * Budgets that all instances share, in one item a subject, in the table of limits: a call is one conditional
 * [UpdateItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html) for its day and its month, with the
 * settlements that waited. The first call of a day, and one that is refused, cost a request more.
 *
 * Rejects with what the SDK throws, and with `upstream_unavailable` where others' writes came in between at every try.
 * @throws {GatewayError} `invalid_configuration` for an option that is none and an empty table name.
 */
export function dynamodbBudgetStore(options: DynamoDbBudgetStoreOptions): DynamoDbBudgetStore {
  const db = openDynamoDb(options, members, 'dynamodbBudgetStore()')
  const { tableName, requestTimeoutMs = 500 } = options
  const clock = storeClock()
  const now = options.now ?? clock.now
  const table = new BudgetTable(db, { tableName, clock, requestTimeoutMs })

  /** Its day is that of the first answer, which tells a clock how wrong it is, and then stays: it must not change from one try to the next. */
  async function ask(subject: string, asked: Omit<BudgetAsk, 'day'>): Promise<BudgetDecision> {
    const key = budgetKey(subject)
    let sight: BudgetSight | undefined
    let timeMs = Math.floor(now())
    for (let attempt = 0; attempt < maxTries; attempt += 1) {
      const { allowed, write, standing } = planBudgetWrite({ ...asked, day: budgetDay(timeMs) }, sight)
      if (!write) return { allowed, standing, timeMs }
      const written = await table.write(key, write)
      if (written.applied) return { allowed, standing: written.standing, timeMs }
      sight = written.sight ?? (await table.read(key))
      if (attempt === 0) timeMs = Math.floor(now())
    }
    throw nothingWritten(busy(tableName))
  }

  return {
    reserve: ({ subject, limits, nanoUsd }, settlements) =>
      noting(() => ask(subject, { reservation: { limits, nanoUsd }, settlements })),
    async settle(settlements) {
      const [first] = settlements
      if (first) await noting(() => ask(first.subject, { reservation: undefined, settlements }))
    },
    async read(subject) {
      const { standing } = await table.read(budgetKey(subject))
      const day = budgetDay(now())
      return standing ? rolledTo(standing, day) : newStanding(day)
    },
    reset: subject => table.reset(budgetKey(subject), budgetDay(now())),
    warmUp: async () => {
      await table.read(budgetKey(''))
    },
    close: () => db.close(),
  }
}

/** Errors tell whether they may be met after a write. */
async function noting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw changedNothing(error) && error instanceof Error ? nothingWritten(error) : error
  }
}

function nothingWritten(error: Error): Error {
  return Object.assign(error, { wroteNothing: true })
}

function busy(tableName: string): GatewayError {
  const message = `The budget could not be written to ${tableName}: others' writes came in between ${maxTries} times.`
  return ofOneSubject(new GatewayError('upstream_unavailable', message))
}
