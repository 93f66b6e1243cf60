import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { BudgetPermit } from '../../../src/limits/budgets/budget-permit.ts'
import type { PlannedBudget } from '../../../src/limits/budgets/budget-plan.ts'
import { Budgeter, type BudgeterOptions } from '../../../src/limits/budgets/budgeter.ts'
import { costInNanoUsd } from '../../../src/limits/budgets/nano-usd.ts'
import { rejection, turns } from '../../support/calls.ts'
import { steeredBudgetStore } from '../../support/steered-budget-store.ts'

const noon = Date.UTC(2029, 4, 9, 12)

function planned(name: string, nanoUsd = 1_000, of: 'key' | 'tenant' = 'key'): PlannedBudget {
  return { holder: { of, name }, subject: `${of}:${name}`, limits: [{ period: 'day', nanoUsd }] }
}
const key = planned('k')

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function budgeter(options: Partial<BudgeterOptions> = {}) {
  const wallNow = () => noon + performance.now()
  const store = steeredBudgetStore(wallNow)
  const onError = vi.fn()
  const own = new Budgeter({ store, onError, wallNow, ...options })
  const reserve = async (nanoUsd: number, plans: readonly PlannedBudget[] = [key]): Promise<BudgetPermit> =>
    own.reserve(plans, nanoUsd, {})
  const spent = (subject = 'key:k') => store.memory.read(subject).dayNanoUsd
  return { own, store, onError, reserve, spent }
}

describe('what calls did not cost', () => {
  it('rides on the next reservation of its subject, which finds room for it', async () => {
    const { reserve, store } = budgeter()
    const first = await reserve(1_000)
    first.settle(100)
    await reserve(900)
    expect(store.reservations.map(({ settlements }) => settlements.map(({ nanoUsd }) => nanoUsd))).toEqual([[], [-900]])
    expect(store.settled).toEqual([])
  })

  it('is one settlement for all calls of a day, and none where all came out even', async () => {
    const { reserve, store, own } = budgeter()
    const permits = [await reserve(300), await reserve(300), await reserve(300)]
    permits[0]?.settle(100)
    permits[1]?.settle(350)
    permits[2]?.settle(300)
    await own.flush()
    expect(store.settled.map(all => all.map(({ nanoUsd }) => nanoUsd))).toEqual([[-150]])
    const [one, other] = [await reserve(50), await reserve(50)]
    one?.settle(60)
    other?.settle(40)
    await own.flush()
    expect(store.settled).toHaveLength(1)
  })

  it('is written after a second where no reservation comes', async () => {
    const { reserve, store, spent } = budgeter()
    ;(await reserve(800)).settle(1)
    await vi.advanceTimersByTimeAsync(999)
    expect(store.settled).toEqual([])
    await vi.advanceTimersByTimeAsync(2)
    expect(spent()).toBe(1)
  })

  it('is written by a flush, and at the close', async () => {
    const { own, reserve, spent } = budgeter()
    ;(await reserve(800)).settle(1)
    await own.flush()
    expect(spent()).toBe(1)
    ;(await reserve(800)).settle(2)
    await own.close()
    expect(spent()).toBe(3)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is told once, and not where it is no amount', async () => {
    const { own, reserve, spent } = budgeter()
    const permit = await reserve(800)
    permit.settle(1)
    permit.settle(0)
    for (const cost of [Number.NaN, Number.POSITIVE_INFINITY, -1, undefined]) (await reserve(10)).settle(cost)
    await own.flush()
    expect(spent()).toBe(41)
  })
})

describe('what is reserved on top for failed attempts', () => {
  it('is what they have cost, once, and given back with the rest', async () => {
    const { own, reserve, spent } = budgeter()
    const permit = await reserve(300)
    await permit.cover(0)
    await permit.cover(40)
    await permit.cover(40)
    expect(spent()).toBe(340)
    await permit.cover(100)
    expect(spent()).toBe(400)
    permit.settle(130)
    await permit.cover(500)
    await own.flush()
    expect(spent()).toBe(130)
  })

  it('is as much as for the first, where nobody knows', async () => {
    const { reserve, spent } = budgeter()
    const permit = await reserve(300)
    await permit.cover(undefined)
    expect(spent()).toBe(600)
    await permit.cover(undefined)
    expect(spent()).toBe(900)
    expect(await rejection(Promise.resolve(permit.cover(undefined)))).toMatchObject({ code: 'budget_exceeded' })
    permit.settle(undefined)
    expect(spent()).toBe(900)
  })

  it('is given back to the day in which it was, where that is another than the call began in', async () => {
    const { own, reserve, spent, store } = budgeter()
    const permit = await reserve(500)
    await vi.advanceTimersByTimeAsync(12 * 3_600_000)
    await permit.cover(undefined)
    expect(spent()).toBe(500)
    permit.settle(100)
    await own.flush()
    expect(spent()).toBe(100)
    expect(store.memory.read('key:k').monthNanoUsd).toBe(100)
  })

  it('is given back where the subject was reset before it was reserved', async () => {
    const { own, reserve, spent } = budgeter()
    const permit = await reserve(500)
    await own.reset('key:k')
    await permit.cover(undefined)
    permit.settle(100)
    await own.flush()
    expect(spent()).toBe(100)
  })

  it('is given back where the call has ended meanwhile', async () => {
    const { own, reserve, store, spent } = budgeter()
    const permit = await reserve(300)
    store.mode = 'hold'
    const covered = permit.cover(50)
    permit.settle(20)
    store.release()
    store.mode = 'answer'
    await covered
    await own.flush()
    expect(spent()).toBe(20)
  })
})

describe('two budgets of one call', () => {
  const tenant = planned('acme', 500, 'tenant')

  it('are asked side by side, and each is settled', async () => {
    const { own, reserve, store, spent } = budgeter()
    store.mode = 'hold'
    const permit = reserve(400, [key, tenant])
    await turns()
    expect(store.reservations).toHaveLength(2)
    store.release()
    store.mode = 'answer'
    ;(await permit).settle(30)
    await own.flush()
    expect([spent(), spent('tenant:acme')]).toEqual([30, 30])
  })

  it.each([
    ['the tenant’s', 600, [0, 0]],
    ['the key’s', 1_100, [0, 0]],
  ])('give back what one has reserved where %s has no room', async (_, nanoUsd, left) => {
    const { own, reserve, spent } = budgeter()
    const error = await rejection(reserve(nanoUsd, [key, planned('acme', nanoUsd === 600 ? 500 : 5_000, 'tenant')]))
    expect(error).toMatchObject({ code: 'budget_exceeded', retryable: false })
    await own.flush()
    expect([spent(), spent('tenant:acme')]).toEqual(left)
  })
})

describe('a refusal', () => {
  it('is remembered for a second, for calls that cost as much', async () => {
    const { reserve, store } = budgeter()
    await reserve(600)
    expect(await rejection(reserve(500))).toMatchObject({ code: 'budget_exceeded', retryAfterMs: 12 * 3_600_000 })
    await rejection(reserve(500))
    await rejection(reserve(900))
    expect(store.reservations).toHaveLength(2)
    await reserve(100)
    await rejection(reserve(500))
    expect(store.reservations).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(1_000)
    await rejection(reserve(500))
    expect(store.reservations).toHaveLength(4)
  })

  it('of a call that costs what the whole budget is says that there is no room for it now', async () => {
    const { reserve } = budgeter()
    await reserve(1)
    const said = (words: string) => ({ code: 'budget_exceeded', message: expect.stringContaining(words) })
    expect(await rejection(reserve(1_000))).toMatchObject(said('has no room for this call: $0.000000999 of it'))
    expect(await rejection(reserve(1_001))).toMatchObject(said('can never hold this call'))
  })

  it('says how the budget stands whether it is remembered or not', async () => {
    const { own, store } = budgeter()
    const told: Record<string, string>[] = []
    for (let call = 0; call < 2; call += 1) {
      const headers: Record<string, string> = {}
      expect(await rejection((async () => own.reserve([key], 1_001, headers))())).toMatchObject({
        code: 'budget_exceeded',
      })
      told.push(headers)
    }
    expect(store.reservations).toHaveLength(1)
    expect(told[0]).toMatchObject({ 'x-modelgate-budget-remaining-usd': '0.000001' })
    expect(told[1]).toEqual(told[0])
  })

  it('is forgotten at the end of its period', async () => {
    const { reserve, store } = budgeter()
    await vi.advanceTimersByTimeAsync(12 * 3_600_000 - 500)
    await reserve(600)
    await rejection(reserve(500))
    await vi.advanceTimersByTimeAsync(500)
    await reserve(500)
    expect(store.reservations).toHaveLength(3)
  })

  it('is forgotten where something is given back, and where the budget is another', async () => {
    const { reserve, store } = budgeter()
    const permit = await reserve(600)
    await rejection(reserve(500))
    permit.settle(10)
    await reserve(500)
    await rejection(reserve(500))
    await reserve(500, [planned('k', 5_000)])
    expect(store.reservations).toHaveLength(5)
  })
})

describe('a store that is away', () => {
  it('is stood in for by memory, within this process’s share of what was left', async () => {
    const { reserve, store, own, spent, onError } = budgeter({ expectedInstances: 2 })
    await reserve(600)
    store.mode = 'reject'
    // 400 were left, of which 200 may be spent here.
    expect(await rejection(reserve(201))).toMatchObject({ code: 'budget_exceeded', retryable: true })
    const permit = await reserve(150)
    expect(await rejection(reserve(51))).toMatchObject({ code: 'budget_exceeded' })
    permit.settle(20)
    await reserve(180)
    expect(onError).toHaveBeenCalledTimes(1)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(1_000)
    await own.flush()
    // What was let in meanwhile is told, with what was reserved and not yet settled.
    expect(spent()).toBe(600 + 20 + 180)
  })

  it('has a new share the next time it is away', async () => {
    const { reserve, store } = budgeter()
    store.mode = 'reject'
    await reserve(400)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(1_000)
    await reserve(100)
    store.mode = 'reject'
    await reserve(500)
    expect(await rejection(reserve(1))).toMatchObject({ code: 'budget_exceeded' })
  })

  it('for one subject alone, as a node of a cluster is, leaves no new share whenever it answers for another', async () => {
    const { reserve, store, spent, own } = budgeter()
    await reserve(100)
    store.away = 'key:k'
    await reserve(600)
    for (let second = 0; second < 3; second += 1) {
      await vi.advanceTimersByTimeAsync(1_100)
      await reserve(1, [planned('other')])
      expect(await rejection(reserve(600))).toMatchObject({ code: 'budget_exceeded' })
    }
    store.away = undefined
    await vi.advanceTimersByTimeAsync(2_000)
    await own.flush()
    expect(spent()).toBe(700)
  })

  it('keeps its share where an answer comes that was asked for before it was used', async () => {
    const { reserve, store } = budgeter()
    store.mode = 'hold'
    const early = reserve(100)
    await turns()
    store.mode = 'reject'
    await reserve(600)
    store.release()
    await early
    expect(await rejection(reserve(600))).toMatchObject({ code: 'budget_exceeded' })
  })

  it('of which nothing is known leaves this process its share of all', async () => {
    const { reserve, store } = budgeter({ expectedInstances: 4 })
    store.mode = 'throw'
    await reserve(250)
    expect(await rejection(reserve(1))).toMatchObject({ code: 'budget_exceeded' })
  })

  it('is not missed with `open`, and told afterwards', async () => {
    const { reserve, store, spent, own } = budgeter({ onStoreError: 'open' })
    store.mode = 'reject'
    for (let call = 0; call < 5; call += 1) (await reserve(900)).settle(call === 0 ? undefined : 100)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(1_000)
    await own.flush()
    expect(spent()).toBe(900 + 4 * 100)
  })

  it('lets no call in with `open` that its budget could never hold: one of nothing stops all, and no call leaves a sum that no store can count', async () => {
    const { reserve, store, spent, own } = budgeter({ onStoreError: 'open' })
    store.mode = 'reject'
    expect(await rejection(reserve(1, [planned('k', 0)]))).toMatchObject({ code: 'budget_exceeded' })
    expect(await rejection(reserve(1, [planned('k', 0)]))).toMatchObject({ code: 'budget_exceeded' })
    const asked = reserve(costInNanoUsd((Number.MAX_SAFE_INTEGER * 15) / 1e6))
    const error = await asked.then(permit => permit.settle(0), Object)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(2_000)
    await own.flush()
    expect(spent()).toBe(0)
    expect(error).toMatchObject({ code: 'budget_exceeded', message: expect.stringContaining('can never hold') })
  })

  it('lets nobody in with `closed`', async () => {
    const { reserve, store } = budgeter({ onStoreError: 'closed' })
    store.mode = 'reject'
    expect(await rejection(reserve(1))).toMatchObject({ code: 'limits_unavailable', status: 503 })
    expect(await rejection(reserve(1, [key, planned('acme', 9, 'tenant')]))).toMatchObject({
      code: 'limits_unavailable',
    })
  })

  it('refuses a call of two budgets with `closed` as one: what one store call still reserves is given back, and no failure is left unseen', async () => {
    const { reserve, store, spent, own } = budgeter({ onStoreError: 'closed' })
    const both = [key, planned('acme', 500, 'tenant')]
    const unseen: unknown[] = []
    const listener = (reason: unknown): void => void unseen.push(reason)
    process.on('unhandledRejection', listener)
    try {
      store.mode = 'reject'
      await rejection(reserve(1))
      // The next that may ask asks for its key alone; of its tenant nobody is asked.
      await vi.advanceTimersByTimeAsync(1_000)
      expect(await rejection(reserve(1, both))).toMatchObject({ code: 'limits_unavailable' })
      await turns()
      expect(unseen).toEqual([])
      store.mode = 'answer'
      await vi.advanceTimersByTimeAsync(1_000)
      expect(await rejection(reserve(100, both))).toMatchObject({ code: 'limits_unavailable' })
      await turns()
      await own.flush()
      expect([spent(), spent('tenant:acme')]).toEqual([0, 0])
    } finally {
      process.off('unhandledRejection', listener)
    }
  })

  it('is told again what it surely has not written', async () => {
    const { reserve, store, spent, own } = budgeter()
    ;(await reserve(800)).settle(100)
    store.mode = 'refuse'
    await own.flush()
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(3_000)
    expect(spent()).toBe(100)
  })

  it('is never told again of what it may have given back, and always of what was spent', async () => {
    const { reserve, store, spent, own } = budgeter()
    const [less, more] = [await reserve(600), await reserve(50)]
    less?.settle(100)
    store.mode = 'reject'
    await own.flush()
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(3_000)
    expect(spent()).toBe(650)
    more?.settle(90)
    store.mode = 'reject'
    await own.flush()
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(3_000)
    expect(spent()).toBe(690)
  })

  it('gives back what it reserves too late', async () => {
    const { reserve, store, spent, own } = budgeter()
    store.mode = 'hold'
    const asked = reserve(300)
    await vi.advanceTimersByTimeAsync(50)
    await turns()
    ;(await asked).settle(10)
    store.release()
    store.mode = 'answer'
    await turns()
    await vi.advanceTimersByTimeAsync(1_000)
    await own.flush()
    expect(spent()).toBe(10)
  })
})

describe('what was reserved for a batch while the store was away', () => {
  async function reservedAway() {
    const { own, store, spent } = budgeter()
    store.memory.reserve({ subject: 'key:k', limits: [], nanoUsd: 700 }, [])
    store.mode = 'reject'
    const kept = await own.reserveKept([planned('k', 10_000)], 500)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(1_000)
    return { own, store, spent, kept }
  }

  it('is not given back by another process: it may never have been told of', async () => {
    const { kept, store } = await reservedAway()
    const fresh = steeredBudgetStore(() => noon + performance.now())
    fresh.memory.reserve({ subject: 'key:k', limits: [], nanoUsd: 700 }, [])
    expect(fresh.home).toBe(store.home)
    const { own: other } = budgeter({ store: fresh })
    other.settleKept(JSON.parse(JSON.stringify(kept)), 100)
    await other.flush()
    expect(fresh.memory.read('key:k').dayNanoUsd).toBe(800)
  })

  it('is given back by its own, which has told of it or will', async () => {
    const { kept, own, spent } = await reservedAway()
    own.settleKept(kept, 100)
    await own.flush()
    expect(spent()).toBe(800)
  })
})

describe('what was let in while the store was away', () => {
  it('is given back also where the subject had been reset before this process heard of it', async () => {
    const { reserve, spent, store } = budgeter()
    store.memory.reset('key:k')
    store.mode = 'refuse'
    const permit = await reserve(800)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(2_100)
    expect(spent()).toBe(800)
    permit.settle(1)
    await vi.advanceTimersByTimeAsync(1_100)
    expect(spent()).toBe(1)
  })

  it('is given back also where the subject’s next call told of it', async () => {
    const { reserve, spent, store } = budgeter()
    store.memory.reset('key:k')
    store.mode = 'refuse'
    const permit = await reserve(600)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(1_000)
    ;(await reserve(100)).settle(100)
    permit.settle(1)
    await vi.advanceTimersByTimeAsync(1_100)
    expect(spent()).toBe(101)
  })

  it('is given back to nobody where the subject is reset after the store was told of it', async () => {
    const { own, reserve, spent, store } = budgeter()
    store.mode = 'refuse'
    const permit = await reserve(600)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(2_100)
    await own.reset('key:k')
    ;(await reserve(500)).settle(500)
    permit.settle(1)
    await vi.advanceTimersByTimeAsync(1_100)
    expect(spent()).toBe(500)
  })
})

describe('at the close', () => {
  it('what a store has to be told that has just failed is told it once it answers again', async () => {
    const { own, reserve, spent, store, onError } = budgeter()
    const [early, late] = [await reserve(300), await reserve(300)]
    store.mode = 'refuse'
    early.settle(1)
    await own.flush()
    store.mode = 'answer'
    late.settle(2)
    const closed = own.close()
    await vi.advanceTimersByTimeAsync(1_500)
    await closed
    expect(spent()).toBe(3)
    expect(onError).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a store that takes longer than calls wait for it is waited for, whoever had asked it', async () => {
    const { own, reserve, spent, store } = budgeter()
    const permit = await reserve(800)
    store.mode = 'hold'
    permit.settle(1)
    await vi.advanceTimersByTimeAsync(1_010)
    expect(store.settled).toHaveLength(1)
    const ended = vi.fn()
    const closed = own.close().then(ended)
    await vi.advanceTimersByTimeAsync(500)
    expect(ended).not.toHaveBeenCalled()
    store.release()
    await vi.advanceTimersByTimeAsync(1)
    await closed
    expect(spent()).toBe(1)
  })

  it('a reservation that comes too late is given back', async () => {
    const { own, reserve, spent, store } = budgeter()
    store.mode = 'hold'
    const permit = reserve(800)
    await vi.advanceTimersByTimeAsync(60)
    ;(await permit).settle(0)
    const closed = own.close()
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(200)
    store.release()
    await vi.advanceTimersByTimeAsync(2_000)
    await closed
    expect(spent()).toBe(0)
  })

  it('what a store cannot be told is given up when the time is over, and said', async () => {
    const { own, reserve, store, onError } = budgeter()
    ;(await reserve(800)).settle(1)
    store.mode = 'refuse'
    const ended = vi.fn()
    const closed = own.close(3_000).then(ended)
    await vi.advanceTimersByTimeAsync(2_700)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(400)
    await closed
    expect(String(onError.mock.calls.at(-1)?.[0])).toMatch(/not told .* within 3000 ms/)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a second one is the first: what closes a gateway twice waits for its store once', async () => {
    const { own, reserve, store, onError } = budgeter()
    const permit = await reserve(800)
    store.mode = 'hold'
    permit.settle(1)
    const closed = own.close(3_000)
    await vi.advanceTimersByTimeAsync(3_200)
    await closed
    const told = onError.mock.calls.length
    const ended = vi.fn()
    void own.close(3_000).then(ended)
    await vi.advanceTimersByTimeAsync(10)
    expect(ended).toHaveBeenCalled()
    expect(onError).toHaveBeenCalledTimes(told)
  })
})

it('tells of many subjects by some at once, so that none waits for a connection until it is given up', async () => {
  const { own, reserve, store, spent } = budgeter()
  const names = Array.from({ length: 100 }, (_, at) => `k${at}`)
  for (const name of names) (await reserve(800, [planned(name)])).settle(1)
  store.mode = 'hold'
  const flushed = own.flush()
  await turns()
  expect(store.settled).toHaveLength(32)
  store.mode = 'answer'
  store.release()
  await flushed
  expect(names.map(name => spent(`key:${name}`))).toEqual(names.map(() => 1))
})

it('tells how a subject stands with all that waits, and lets it begin anew', async () => {
  const { own, reserve } = budgeter()
  ;(await reserve(800)).settle(30)
  expect(await own.standing('key:k')).toMatchObject({ dayNanoUsd: 30 })
  await rejection(reserve(1_000))
  await own.reset('key:k')
  await reserve(1_000)
  expect(await own.standing('key:k')).toMatchObject({ dayNanoUsd: 1_000, resets: 1 })
})

it('tells of no more at once where others come due meanwhile', async () => {
  const { reserve, store, spent } = budgeter()
  const settle = store.settle.bind(store)
  let underWay = 0
  let most = 0
  store.settle = async settlements => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise(resolve => setTimeout(resolve, 40))
    await settle(settlements)
    underWay -= 1
  }
  const names = Array.from({ length: 300 }, (_, at) => `k${at}`)
  for (const [at, name] of names.entries()) {
    if (at % 100 === 0) await vi.advanceTimersByTimeAsync(50)
    ;(await reserve(800, [planned(name)])).settle(1)
  }
  await vi.advanceTimersByTimeAsync(3_000)
  expect(names.map(name => spent(`key:${name}`))).toEqual(names.map(() => 1))
  expect(most).toBe(32)
})

describe('in the second in which a store that failed is left alone', () => {
  it('tells how a subject stands with what the store has yet to be told', async () => {
    const { own, reserve, store } = budgeter()
    store.mode = 'refuse'
    await reserve(600)
    store.mode = 'answer'
    expect(await own.standing('key:k')).toMatchObject({ dayNanoUsd: 600, monthNanoUsd: 600 })
  })

  it('lets a subject begin anew: what waited is charged to nobody, and gives back nothing of others', async () => {
    const { own, reserve, spent, store } = budgeter()
    store.mode = 'refuse'
    const [ended, underWay] = [await reserve(300), await reserve(400)]
    ended.settle(200)
    store.mode = 'answer'
    await own.reset('key:k')
    await vi.advanceTimersByTimeAsync(1_000)
    ;(await reserve(500)).settle(500)
    underWay.settle(1)
    await vi.advanceTimersByTimeAsync(2_100)
    expect(spent()).toBe(500)
  })
})

describe('what is known of budgets without asking their store', () => {
  const shown = (own: Budgeter) =>
    own.known().map(({ name, period, spentUsd }) => `${name} ${period} ${Math.round(spentUsd * 1e9)}`)

  it('is what it said last, and what it was told since or is yet to be told', async () => {
    const { own, reserve, store } = budgeter()
    expect(own.known()).toEqual([])
    const permit = await reserve(800)
    expect(own.known()).toEqual([{ of: 'key', name: 'k', period: 'day', limitUsd: 1e-6, spentUsd: 8e-7 }])
    permit.settle(30)
    expect(shown(own)).toEqual(['k day 30'])
    await own.flush()
    expect(shown(own)).toEqual(['k day 30'])
    expect(store.settled).toHaveLength(1)
    const more = await reserve(100)
    store.mode = 'reject'
    more.settle(150)
    await own.flush()
    expect(shown(own)).toEqual(['k day 180'])
  })

  it('is nothing once its day is over, or it was reset, and nothing at all before the store has said anything', async () => {
    const { own, reserve, store } = budgeter()
    store.mode = 'reject'
    await reserve(10, [planned('unheard')])
    expect(shown(own)).toEqual([])
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(2_000)
    await reserve(10)
    await own.reset('key:k')
    expect(shown(own)).toEqual(['unheard day 10', 'k day 0'])
    await reserve(10)
    expect(shown(own)).toEqual(['unheard day 10', 'k day 10'])
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(shown(own)).toEqual(['unheard day 0', 'k day 0'])
  })

  it('is as large as the last call said', async () => {
    const { own, reserve } = budgeter()
    await reserve(10)
    await reserve(10, [planned('k', 5_000)])
    expect(own.known().map(({ limitUsd }) => limitUsd)).toEqual([5e-6])
  })
})
