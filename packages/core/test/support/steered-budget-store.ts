import type { BudgetReservation, BudgetSettlement, BudgetStore } from '../../src/limits/budgets/budget-store.ts'
import { type MemoryBudgetStore, memoryBudgetStore } from '../../src/limits/budgets/memory-budget-store.ts'

/** A budget store that does what the test says, over one in memory. It never answers at once. */
export interface SteeredBudgetStore extends BudgetStore {
  /** What becomes of what it is asked from now on; `refuse` says that nothing was written. */
  mode: 'answer' | 'reject' | 'refuse' | 'throw' | 'hold'
  /** The subject of which it rejects whatever it is asked, as where its node is down. */
  away: string | undefined
  /** What it was asked, in order, answered or not. */
  readonly reservations: {
    readonly reservation: BudgetReservation
    readonly settlements: readonly BudgetSettlement[]
  }[]
  readonly settled: (readonly BudgetSettlement[])[]
  /** Lets what is held be answered. */
  release(): void
  readonly memory: MemoryBudgetStore
}

export function steeredBudgetStore(now: () => number): SteeredBudgetStore {
  const memory = memoryBudgetStore({ now })
  let held: (() => void)[] = []

  function answer<T>(subject: string | undefined, work: () => T): Promise<T> {
    if (subject !== undefined && subject === store.away) return Promise.reject(new Error('node is away'))
    if (store.mode === 'throw') throw new Error('store threw')
    if (store.mode === 'reject') return Promise.reject(new Error('store rejected'))
    if (store.mode === 'refuse') return Promise.reject(Object.assign(new Error('refused'), { wroteNothing: true }))
    if (store.mode === 'answer') return Promise.resolve().then(work)
    return new Promise(resolve => {
      held.push(() => resolve(work()))
    })
  }

  const store: SteeredBudgetStore = {
    mode: 'answer',
    away: undefined,
    reservations: [],
    settled: [],
    memory,
    reserve(reservation, settlements) {
      store.reservations.push({ reservation, settlements })
      return answer(reservation.subject, () => memory.reserve(reservation, settlements))
    },
    settle(settlements) {
      store.settled.push(settlements)
      return answer(settlements[0]?.subject, () => memory.settle(settlements))
    },
    read: subject => answer(subject, () => memory.read(subject)),
    reset: subject => answer(subject, () => memory.reset(subject)),
    release() {
      const waiting = held
      held = []
      for (const end of waiting) end()
    },
  }
  return store
}
