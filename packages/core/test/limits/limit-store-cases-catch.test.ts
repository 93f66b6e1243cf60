import { describe, expect, it } from 'vitest'
import type { LimitDecision, LimitStore, Reservation, Settlement } from '../../src/limits/limit-store.ts'
import { memoryLimitStore } from '../../src/limits/memory-limit-store.ts'
import { limitStoreCases, type ManualClock, manualClock } from '../../src/testing/index.ts'

/** A store with something wrong with it, and the case that must catch it. */
interface Defect {
  readonly name: string
  readonly make: (clock: ManualClock) => LimitStore
  readonly caughtBy: RegExp
}

/** Spoils what the memory store is asked, or how it answers. */
function spoilt(
  spoil: (store: LimitStore) => Partial<LimitStore>,
  timeOf: (nowMs: number) => number = nowMs => nowMs,
): Defect['make'] {
  return clock => {
    const store = memoryLimitStore({ now: () => timeOf(clock.now()) })
    const whole: LimitStore = {
      reserve: (reservation, settlements) => store.reserve(reservation, settlements),
      settle: settlements => store.settle(settlements),
    }
    return { ...whole, ...spoil(whole) }
  }
}

const reserveAs =
  (change: (reservation: Reservation) => Reservation) =>
  (store: LimitStore): Partial<LimitStore> => ({
    reserve: (reservation, settlements) => store.reserve(change(reservation), settlements),
  })

const settleAs =
  (change: (settlement: Settlement) => Settlement) =>
  (store: LimitStore): Partial<LimitStore> => ({
    reserve: (reservation, settlements) => store.reserve(reservation, settlements.map(change)),
    settle: settlements => store.settle(settlements.map(change)),
  })

/** A counter that begins anew with each window of the clock. */
function fixedWindow(clock: ManualClock): LimitStore {
  const counted = new Map<string, number>()
  return {
    reserve({ subject, windows, tokens }) {
      const entries = windows.map(window => {
        const began = Math.floor(clock.now() / window.windowMs)
        const key = `${subject} ${window.meter} ${window.windowMs} ${began}`
        const cost = window.meter === 'requests' ? 1 : tokens
        return { window, key, cost, used: counted.get(key) ?? 0, resetMs: (began + 1) * window.windowMs - clock.now() }
      })
      const exceeded = entries.filter(({ window, cost, used }) => used + cost > window.quota)
      const allowed = exceeded.length === 0
      if (allowed) for (const { key, cost, used } of entries) counted.set(key, used + cost)
      const states = entries.map(({ window, key, resetMs }) => {
        const used = counted.get(key) ?? 0
        return { window, remaining: Math.max(0, window.quota - used), resetMs: used === 0 ? 0 : resetMs }
      })
      if (allowed) return { allowed, windows: states, slot: clock.now() }
      const retryAfterMs = Math.max(...exceeded.map(({ resetMs }) => resetMs))
      return { allowed, windows: states, exceeded: exceeded.map(({ window }) => window), retryAfterMs }
    },
    settle() {},
  }
}

/** Reads, waits, writes: a store without an atomic write. */
function racing(): LimitStore {
  const counted = new Map<string, number>()
  return {
    async reserve({ subject, windows: [window] }): Promise<LimitDecision> {
      const used = counted.get(subject) ?? 0
      await Promise.resolve()
      if (window === undefined || used >= window.quota) {
        return { allowed: false, windows: [], exceeded: [], retryAfterMs: 1 }
      }
      counted.set(subject, used + 1)
      return { allowed: true, windows: [{ window, remaining: window.quota - used - 1, resetMs: 1 }], slot: 0 }
    },
    settle() {},
  }
}

const defects: readonly Defect[] = [
  { name: 'its windows are fixed', make: fixedWindow, caughtBy: /99 calls just before the edge of a minute/ },
  {
    name: 'its windows are a second short',
    make: spoilt(
      () => ({}),
      nowMs => (nowMs * 60) / 59,
    ),
    caughtBy: /a call counts for the whole of its window/,
  },
  {
    name: 'its windows are twice as long',
    make: spoilt(
      () => ({}),
      nowMs => nowMs / 2,
    ),
    caughtBy: /at most a sub-window longer/,
  },
  {
    name: 'it lets in one too many',
    make: spoilt(
      reserveAs(asked => ({
        ...asked,
        windows: asked.windows.map(window => ({ ...window, quota: window.quota + 1 })),
      })),
    ),
    caughtBy: /a quota of nothing lets nothing in/,
  },
  {
    name: 'it forgets the hour',
    make: spoilt(
      reserveAs(asked => ({ ...asked, windows: asked.windows.filter(({ windowMs }) => windowMs < 3_600_000) })),
    ),
    caughtBy: /calls just before the edge of an hour/,
  },
  {
    name: 'all subjects are one',
    make: spoilt(reserveAs(asked => ({ ...asked, subject: 'all' }))),
    caughtBy: /subjects are counted apart/,
  },
  {
    name: 'its subjects are cut short',
    make: spoilt(reserveAs(asked => ({ ...asked, subject: asked.subject.slice(0, 255) }))),
    caughtBy: /subjects are counted apart/,
  },
  {
    name: 'it counts refused calls',
    make: spoilt(store => ({
      async reserve(reservation, settlements) {
        const decision = await store.reserve(reservation, settlements)
        const [first] = reservation.windows
        if (!decision.allowed && first) await store.reserve({ ...reservation, windows: [first] }, [])
        return decision
      },
    })),
    caughtBy: /a call that one window refuses is counted in none/,
  },
  {
    name: 'it gives back to the current sub-window',
    make: clock => spoilt(settleAs(settlement => ({ ...settlement, slot: clock.now() })))(clock),
    caughtBy: /to the sub-window they were reserved in, and to no other/,
  },
  {
    name: 'it keeps no settlements of a refused call',
    make: spoilt(store => ({
      async reserve(reservation, settlements) {
        const decision = await store.reserve(reservation, [])
        if (decision.allowed) await store.settle(settlements)
        return decision
      },
    })),
    caughtBy: /settlements that ride on a refused reservation are kept/,
  },
  {
    name: 'it drops what was used beyond the reservation',
    make: spoilt(settleAs(settlement => ({ ...settlement, tokens: Math.min(0, settlement.tokens) }))),
    caughtBy: /tokens used beyond the reservation count from when they are told/,
  },
  {
    name: 'it decides on what it read before',
    make: racing,
    caughtBy: /200 reservations at once/,
  },
  {
    name: 'it follows a clock that goes back',
    make: clock => {
      const store = (): LimitStore => memoryLimitStore({ now: clock.now })
      let current = store()
      let latest = clock.now()
      return {
        reserve(reservation, settlements) {
          if (clock.now() < latest) current = store()
          latest = clock.now()
          return current.reserve(reservation, settlements)
        },
        settle: settlements => current.settle(settlements),
      }
    },
    caughtBy: /a clock that goes back lets nothing more in/,
  },
]

describe('the cases of the limit store port catch a store of which', () => {
  it.each(defects)('$name', async ({ make, caughtBy }) => {
    const broken: string[] = []
    const makeRig = () => {
      const clock = manualClock()
      return { store: make(clock), clock, async [Symbol.asyncDispose]() {} }
    }
    for (const { name, run } of limitStoreCases(makeRig)) {
      try {
        await run()
      } catch {
        broken.push(name)
      }
    }
    expect(broken).toContainEqual(expect.stringMatching(caughtBy))
  })
})
