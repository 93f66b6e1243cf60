import type { BudgetReservation, BudgetSettlement, BudgetStore } from '../../src/limits/budgets/budget-store.ts'
import { type MemoryBudgetStore, memoryBudgetStore } from '../../src/limits/budgets/memory-budget-store.ts'

/** A budget store that does what the test says, over one in memory. It never answers at once. */
export interface SteeredBudgetStore extends BudgetStore {
  /** What becomes of what it is asked from now on; `refuse` says that nothing was written. */
  mode: 'answer' | 'reject' | 'refuse' | 'throw' | 'hold'
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

  function answer<T>(work: () => T): Promise<T> {
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
    reservations: [],
    settled: [],
    memory,
    reserve(reservation, settlements) {
      store.reservations.push({ reservation, settlements })
      return answer(() => memory.reserve(reservation, settlements))
    },
    settle(settlements) {
      store.settled.push(settlements)
      return answer(() => memory.settle(settlements))
    },
    read: subject => answer(() => memory.read(subject)),
    reset: subject => answer(() => memory.reset(subject)),
    release() {
      const waiting = held
      held = []
      for (const end of waiting) end()
    },
  }
  return store
}
