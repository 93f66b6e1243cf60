import type { LimitDecision, LimitStore, Reservation, Settlement } from '../../src/limits/limit-store.ts'
import { type MemoryLimitStore, memoryLimitStore } from '../../src/limits/memory-limit-store.ts'

/** A limit store that does what the test says, over one in memory. It never answers at once. */
export interface SteeredLimitStore extends LimitStore {
  /** What becomes of what it is asked from now on. */
  mode: 'answer' | 'reject' | 'throw' | 'hold'
  /** What it was asked, in order, answered or not. */
  readonly reservations: { readonly reservation: Reservation; readonly settlements: readonly Settlement[] }[]
  readonly settled: (readonly Settlement[])[]
  /** Lets what is held be answered, or fail. */
  release(error?: Error): void
  readonly memory: MemoryLimitStore
}

export function steeredLimitStore(now: () => number): SteeredLimitStore {
  const memory = memoryLimitStore({ now })
  let held: ((error?: Error) => void)[] = []

  function answer<T>(work: () => T): Promise<T> {
    if (store.mode === 'throw') throw new Error('store threw')
    if (store.mode === 'reject') return Promise.reject(new Error('store rejected'))
    if (store.mode === 'answer') return Promise.resolve().then(work)
    return new Promise((resolve, reject) => {
      held.push(error => (error ? reject(error) : resolve(work())))
    })
  }

  const store: SteeredLimitStore = {
    mode: 'answer',
    reservations: [],
    settled: [],
    memory,
    reserve(reservation, settlements): Promise<LimitDecision> {
      store.reservations.push({ reservation, settlements })
      return answer(() => memory.reserve(reservation, settlements))
    },
    settle(settlements) {
      store.settled.push(settlements)
      return answer(() => memory.settle(settlements))
    },
    release(error) {
      const waiting = held
      held = []
      for (const end of waiting) end(error)
    },
  }
  return store
}
