import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LimitWindow, Settlement } from '../../src/limits/limit-store.ts'
import { memoryLimitStore } from '../../src/limits/memory-limit-store.ts'

const minute = 60_000
const requests = (quota: number, windowMs = minute): LimitWindow => ({ meter: 'requests', windowMs, quota })
const tokensOf = (quota: number, windowMs = minute): LimitWindow => ({ meter: 'tokens', windowMs, quota })

/** A store whose clock is set by hand. */
function storeAt(startMs = 0) {
  const clock = { ms: startMs }
  return { clock, store: memoryLimitStore({ now: () => clock.ms }) }
}

/** What was admitted, and how much of it still counts. */
interface Counted {
  readonly at: number
  amount: number
}

/** The most that any closed interval of the window's length holds. */
function mostIn(counted: readonly Counted[], windowMs: number): number {
  return Math.max(
    0,
    ...counted.map(last =>
      counted
        .filter(({ at }) => at >= last.at - windowMs && at <= last.at)
        .reduce((total, { amount }) => total + amount, 0),
    ),
  )
}

const step = fc.record({
  waitMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: 0, max: 200 }),
    fc.constantFrom(82, 83, 84, 999, 1_000, 1_001, 1_083, 1_084),
  ),
  tokens: fc.integer({ min: 0, max: 60 }),
  /** What of its tokens a call gives back, and after how many further calls. No double: nearly all of those give nothing back. */
  unusedPercent: fc.integer({ min: 0, max: 100 }),
  endsAfter: fc.integer({ min: 1, max: 6 }),
})

describe('the memory limit store, whatever is called when', () => {
  it('lets no interval of any window hold more than its quota, tokens less what was given back', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.record({ calls: fc.integer({ min: 0, max: 12 }), tokens: fc.integer({ min: 0, max: 150 }) }),
        fc.integer({ min: 0, max: 5_000 }),
        (steps, quota, startMs) => {
          const windows = [
            requests(quota.calls, 1_000),
            requests(quota.calls * 3, 5_000),
            tokensOf(quota.tokens, 1_000),
          ]
          const { clock, store } = storeAt(startMs)
          const calls: Counted[] = []
          const used: Counted[] = []
          const open: { readonly dueAt: number; readonly settlement: Settlement; readonly counted: Counted }[] = []
          steps.forEach(({ waitMs, tokens, unusedPercent, endsAfter }, index) => {
            clock.ms += waitMs
            const ended = open.filter(({ dueAt }) => dueAt === index)
            for (const { settlement, counted } of ended) counted.amount += settlement.tokens
            const decision = store.reserve(
              { subject: 's', windows, tokens },
              ended.map(({ settlement }) => settlement),
            )
            if (decision.allowed) {
              const counted = { at: clock.ms, amount: tokens }
              calls.push({ at: clock.ms, amount: 1 })
              used.push(counted)
              const settlement = {
                subject: 's',
                windows,
                slot: decision.slot,
                tokens: -Math.floor((tokens * unusedPercent) / 100),
              }
              open.push({ dueAt: index + endsAfter, settlement, counted })
            }
            expect(mostIn(calls, 1_000)).toBeLessThanOrEqual(quota.calls)
            expect(mostIn(calls, 5_000)).toBeLessThanOrEqual(quota.calls * 3)
            expect(mostIn(used, 1_000)).toBeLessThanOrEqual(quota.tokens)
          })
        },
      ),
      { numRuns: 300 },
    )
  })

  it('refuses only what would exceed the quota of a window a twelfth longer', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 1, max: 100 }), (steps, quota) => {
        const { clock, store } = storeAt()
        const admitted: Counted[] = []
        for (const { waitMs, tokens } of steps) {
          clock.ms += waitMs
          const { allowed } = store.reserve({ subject: 's', windows: [tokensOf(quota, 1_000)], tokens }, [])
          const held = admitted.filter(({ at }) => at > clock.ms - 1_084).reduce((sum, { amount }) => sum + amount, 0)
          if (allowed) admitted.push({ at: clock.ms, amount: tokens })
          else expect(held + tokens).toBeGreaterThan(quota)
        }
      }),
    )
  })

  it('admits, of a load that never ends, at most a twelfth less than the quota', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 999 }), (quota, startMs) => {
        const { clock, store } = storeAt(startMs)
        let admitted = 0
        const windowsLong = 13
        for (let ms = 0; ms < windowsLong * 1_000; ms += 5) {
          clock.ms = startMs + ms
          if (store.reserve({ subject: 's', windows: [requests(quota, 1_000)], tokens: 0 }, []).allowed) admitted += 1
        }
        expect(admitted).toBeGreaterThanOrEqual(((quota * windowsLong) / 12) * 11)
        expect(admitted).toBeLessThanOrEqual(quota * windowsLong)
      }),
      { numRuns: 30 },
    )
  })

  it('lets in what it refused once the time it named has passed, and not a millisecond before', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), steps => {
        const windows = [requests(4, 1_000), tokensOf(90, 700)]
        const { clock, store } = storeAt()
        for (const { waitMs, tokens } of steps) {
          clock.ms += waitMs
          const refused = store.reserve({ subject: 's', windows, tokens }, [])
          if (refused.allowed) continue
          clock.ms += refused.retryAfterMs - 1
          expect(store.reserve({ subject: 's', windows, tokens }, []).allowed).toBe(false)
          clock.ms += 1
          expect(store.reserve({ subject: 's', windows, tokens }, []).allowed).toBe(true)
        }
      }),
    )
  })

  it('has all of a quota again after the time it named, and not a millisecond before', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), steps => {
        const window = tokensOf(1_000, 1_000)
        const { clock, store } = storeAt()
        const look = () => store.reserve({ subject: 's', windows: [window], tokens: 0 }, []).windows[0]!
        for (const { waitMs, tokens } of steps) {
          clock.ms += waitMs
          store.reserve({ subject: 's', windows: [window], tokens }, [])
        }
        const { resetMs, remaining } = look()
        expect(resetMs === 0).toBe(remaining === 1_000)
        if (resetMs === 0) return
        clock.ms += resetMs - 1
        expect(look().remaining).toBeLessThan(1_000)
        clock.ms += 1
        expect(look()).toEqual({ window, remaining: 1_000, resetMs: 0 })
      }),
    )
  })
})

describe('the memory limit store as a guest of a process', () => {
  it('forgets subjects whose windows have run empty, however many came', () => {
    const { clock, store } = storeAt()
    for (let index = 0; index < 20_000; index += 1) {
      clock.ms += 10
      store.reserve({ subject: `address:${index}`, windows: [requests(5)], tokens: 0 }, [])
    }
    // 65 s of them can still count; the hand meets the rest within its round.
    expect(store.subjects).toBeLessThan(2 * 6_500 + 2)
    clock.ms += 65_000
    for (let index = 0; index < 20_000; index += 1) {
      store.reserve({ subject: 'who stays', windows: [requests(5)], tokens: 0 }, [])
    }
    expect(store.subjects).toBe(1)
  })

  it('forgets none that still counts', () => {
    const { clock, store } = storeAt()
    const reserve = (subject: string) => store.reserve({ subject, windows: [requests(1)], tokens: 0 }, []).allowed
    expect(reserve('first')).toBe(true)
    for (let index = 0; index < 5_000; index += 1) {
      clock.ms += 11
      reserve(`other:${index}`)
    }
    expect(reserve('first')).toBe(false)
  })

  it('answers at once, on a clock of its own', () => {
    const decision = memoryLimitStore().reserve({ subject: 's', windows: [requests(1)], tokens: 0 }, [])
    expect(decision).toMatchObject({ allowed: true, windows: [{ remaining: 0 }] })
  })
})
