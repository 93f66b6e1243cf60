import { describe, expect, it } from 'vitest'
import type { BudgetDecision, BudgetSettlement, BudgetStore } from '../../../src/limits/budgets/budget-store.ts'
import { memoryBudgetStore } from '../../../src/limits/budgets/memory-budget-store.ts'
import { budgetStoreCases, type ManualClock, manualClock } from '../../../src/testing/index.ts'

/** A store with something wrong with it, and the case that must catch it. */
interface Defect {
  readonly name: string
  readonly make: (clock: ManualClock) => BudgetStore
  readonly caughtBy: RegExp
}

/** Spoils what the memory store is asked, or how it answers. */
function spoilt(
  spoil: (store: BudgetStore, clock: ManualClock) => Partial<BudgetStore>,
  timeOf: (nowMs: number) => number = nowMs => nowMs,
): Defect['make'] {
  return clock => {
    const store: BudgetStore = { ...memoryBudgetStore({ now: () => timeOf(clock.now()) }) }
    return { ...store, ...spoil(store, clock) }
  }
}

const settleAs = (change: (settlement: BudgetSettlement) => BudgetSettlement): Defect['make'] =>
  spoilt(store => ({
    reserve: (reservation, settlements) => store.reserve(reservation, settlements.map(change)),
    settle: settlements => store.settle(settlements.map(change)),
  }))

/** Reads, waits, writes: a store without an atomic write. */
const racing: Defect['make'] = spoilt(store => ({
  async reserve(reservation, settlements): Promise<BudgetDecision> {
    await store.settle(settlements)
    const standing = await store.read(reservation.subject)
    const room = reservation.limits.every(
      ({ period, nanoUsd }) =>
        (period === 'day' ? standing.dayNanoUsd : standing.monthNanoUsd) + reservation.nanoUsd <= nanoUsd,
    )
    await Promise.resolve()
    const limits = room ? [{ period: 'day', nanoUsd: Number.MAX_SAFE_INTEGER } as const] : reservation.limits
    return store.reserve({ ...reservation, limits }, [])
  },
}))

const hourMs = 3_600_000
const defects: readonly Defect[] = [
  { name: 'it decides on what it read before', make: racing, caughtBy: /200 reservations at once/ },
  {
    name: 'its days begin an hour late',
    make: spoilt(
      () => ({}),
      nowMs => nowMs - hourMs,
    ),
    caughtBy: /a day lasts to its last millisecond in UTC/,
  },
  {
    name: 'its months have 30 days',
    make: clock => {
      const stores = new Map<number, BudgetStore>()
      const current = (): BudgetStore => {
        const month = Math.floor(clock.now() / (30 * 24 * hourMs))
        const store = stores.get(month) ?? memoryBudgetStore({ now: clock.now })
        stores.set(month, store)
        return store
      }
      return {
        reserve: (...asked) => current().reserve(...asked),
        settle: settlements => current().settle(settlements),
        read: subject => current().read(subject),
        reset: subject => current().reset(subject),
      }
    },
    caughtBy: /a month lasts to its last millisecond/,
  },
  {
    name: 'it counts the limited period alone',
    make: spoilt(store => ({
      reserve: (reservation, settlements) => {
        const periods = reservation.limits.map(({ period }) => period).join()
        return store.reserve({ ...reservation, subject: `${reservation.subject} ${periods}` }, settlements)
      },
    })),
    caughtBy: /both periods are counted, whichever is limited/,
  },
  {
    name: 'it counts refused calls',
    make: spoilt(store => ({
      async reserve(reservation, settlements) {
        const decision = await store.reserve(reservation, settlements)
        const limits = [{ period: 'day', nanoUsd: Number.MAX_SAFE_INTEGER } as const]
        if (!decision.allowed) await store.reserve({ ...reservation, limits }, [])
        return decision
      },
    })),
    caughtBy: /a call that one period refuses is counted in none/,
  },
  {
    name: 'it gives back to the day it is told in',
    make: clock =>
      settleAs(settlement => {
        const day = Math.floor(clock.now() / (24 * hourMs))
        return { ...settlement, slot: { ...settlement.slot, day } }
      })(clock),
    caughtBy: /gives nothing back to the next/,
  },
  {
    name: 'it drops what cost more than was reserved',
    make: settleAs(settlement => ({ ...settlement, nanoUsd: Math.min(0, settlement.nanoUsd) })),
    caughtBy: /what cost more than was reserved counts/,
  },
  {
    name: 'it keeps no settlements of a refused call',
    make: spoilt(store => ({
      async reserve(reservation, settlements) {
        const { allowed } = await store.reserve({ ...reservation, nanoUsd: 0 }, [])
        return allowed ? store.reserve(reservation, settlements) : store.reserve(reservation, [])
      },
      settle: () => undefined,
    })),
    caughtBy: /what is given back makes room/,
  },
  {
    name: 'it gives back what was reserved before a reset',
    make: spoilt(store => {
      const current = async (settlement: BudgetSettlement): Promise<BudgetSettlement> => {
        const { resets } = await store.read(settlement.subject)
        return { ...settlement, slot: { ...settlement.slot, resets } }
      }
      return {
        settle: async settlements => {
          for (const settlement of settlements) await store.settle([await current(settlement)])
        },
      }
    }),
    caughtBy: /what was reserved before a reset is not given back/,
  },
  {
    name: 'all subjects are one',
    make: spoilt(store => ({
      reserve: (reservation, settlements) => store.reserve({ ...reservation, subject: 'all' }, settlements),
      read: () => store.read('all'),
    })),
    caughtBy: /subjects are counted apart/,
  },
  {
    name: 'it loses the last digits of large numbers',
    make: spoilt(store => ({
      reserve: (reservation, settlements) =>
        store.reserve({ ...reservation, nanoUsd: Number(reservation.nanoUsd.toPrecision(14)) }, settlements),
    })),
    caughtBy: /counted to their last billionth/,
  },
  {
    name: 'it follows a clock that goes back',
    make: clock => {
      const days = new Map<number, BudgetStore>()
      const current = (): BudgetStore => {
        const day = Math.floor(clock.now() / (24 * hourMs))
        const store = days.get(day) ?? memoryBudgetStore({ now: clock.now })
        days.set(day, store)
        return store
      }
      return { ...current(), reserve: (...asked) => current().reserve(...asked) }
    },
    caughtBy: /a clock that goes back over midnight/,
  },
]

describe('the cases of the budget store port catch a store of which', () => {
  it.each(defects)('$name', async ({ make, caughtBy }) => {
    const broken: string[] = []
    for (const { name, run } of budgetStoreCases(makeRigOf(make))) {
      try {
        await run()
      } catch {
        broken.push(name)
      }
    }
    expect(broken).toContainEqual(expect.stringMatching(caughtBy))
  })
})

function makeRigOf(make: Defect['make']) {
  return () => {
    const clock = manualClock()
    return { store: make(clock), clock, async [Symbol.asyncDispose]() {} }
  }
}
