import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWithRedis, startRedisServer } from '../packages/core/test/support/redis-server.ts'
import { type BudgetStoreSpec, openBudgetStore } from './budgets/open-budget-store.ts'
import type { Spent } from './budgets/spend.ts'
import { SpendingProcess } from './budgets/spending-process.ts'
import { type WrongBudgetStore, wrongBudgetStores } from './budgets/wrong-budget-stores.ts'
import { startDynalite } from './limits/servers.ts'

const budgetUsd = 1
/** For stores that are wrong: what one process asks for at once is more, also where the others come late. */
const smallUsd = 0.25
/** Of all processes together: some five times what the budget holds, at half a cent each. */
const callers = 1_000
/** What one of them may cost, so that so much of a budget cannot be reserved at its end. */
const mostOfOneUsd = 0.0102

const open = new AsyncDisposableStack()
let processes: readonly SpendingProcess[]
beforeAll(async () => {
  processes = await Promise.all(Array.from({ length: 4 }, () => SpendingProcess.start()))
  for (const each of processes) open.use(each)
}, 60_000)
afterAll(() => open.disposeAsync())

/** A thousand callers at once over four processes, those that are refused for as long as there may be room again. */
async function spendAll(name: string, store: BudgetStoreSpec, tries: number, usd = budgetUsd): Promise<Spent> {
  const load = { store, keyId: name, usdPerMonth: usd, callers: callers / processes.length, tries }
  const parts = await Promise.all(processes.map(each => each.spend(load)))
  const spent: Spent = {
    usd: parts.reduce((sum, part) => sum + part.usd, 0),
    answered: parts.reduce((sum, { answered }) => sum + answered, 0),
    left: parts.reduce((sum, { left }) => sum + left, 0),
    refused: parts.reduce((sum, { refused }) => sum + refused, 0),
    failures: parts.flatMap(({ failures }) => failures),
    storeFailed: parts.some(({ storeFailed }) => storeFailed),
  }
  console.info(
    `${name}: $${spent.usd.toFixed(6)} of $${usd} spent, ${spent.answered} answered (${spent.left} left half way), ${spent.refused} refused`,
  )
  return spent
}

function keepsTheBudget(name: string, specOf: () => BudgetStoreSpec): void {
  it('spends no more than a budget, of which hardly more is left than one call may cost', async () => {
    const spent = await spendAll(name, specOf(), 12)
    expect(spent.failures).toEqual([])
    expect(spent.answered + spent.refused).toBe(callers)
    expect(spent.usd).toBeLessThanOrEqual(budgetUsd)
    expect(spent.left).toBeGreaterThan(0)
    // What the store says is what was spent, to the billionth: streams that were left among it.
    const { store, close } = await openBudgetStore(specOf())
    const { monthNanoUsd } = await store.read(`key:${name}`)
    close()
    const unspent = monthNanoUsd - spent.usd * 1e9
    expect(unspent).toBeGreaterThan(-callers)
    // Where an answer was lost, what it had reserved stays reserved.
    if (spent.storeFailed) return
    expect(unspent).toBeLessThan(callers)
    expect(spent.usd).toBeGreaterThan(budgetUsd - 3 * mostOfOneUsd)
  }, 240_000)

  it('leaves reserved what a process had reserved that was killed, until the month is over', async () => {
    const load = { store: specOf(), keyId: `${name}, killed`, usdPerMonth: budgetUsd, callers: 1, tries: 1 }
    {
      await using victim = await SpendingProcess.start()
      await victim.hold(load)
    }
    expect(await processes[0]!.spend(load)).toMatchObject({ answered: 0, refused: 1, usd: 0 })
  }, 60_000)
}

describeWithRedis('a budget on Redis, over four processes', () => {
  let port: number
  beforeAll(async () => {
    port = open.use(await startRedisServer()).port
  })
  keepsTheBudget('Redis', () => ({ kind: 'redis', port }))

  it.each(Object.keys(wrongBudgetStores) as WrongBudgetStore[])(
    'would be overspent by a %s',
    async kind => {
      const { usd } = await spendAll(kind, { kind, port }, 1, smallUsd)
      expect(usd).toBeGreaterThan(smallUsd)
    },
    60_000,
  )

  it('would be overspent by each process for itself', async () => {
    const { usd } = await spendAll('memory of each', { kind: 'memory' }, 1, smallUsd)
    expect(usd).toBeGreaterThan(smallUsd)
  }, 60_000)
})

describe('a budget on DynamoDB, over four processes', () => {
  let store: BudgetStoreSpec
  beforeAll(async () => {
    const { endpoint, tableName } = open.use(await startDynalite())
    store = { kind: 'dynamodb', endpoint, tableName }
  }, 60_000)
  keepsTheBudget('DynamoDB', () => store)
})
