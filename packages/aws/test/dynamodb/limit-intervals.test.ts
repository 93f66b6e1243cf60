import type { LimitWindow } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LimitFleet } from '../support/limit-fleet.ts'

const windowMs = 2400
const subWindowMs = windowMs / 24
const longMs = 7200
const legMs = 3
/** What a call may take from asking to its answer, all tries together; scenarios in which one takes longer are left out. */
const longestCallMs = 40

const windowsOf = (calls: number, tokens: number): readonly LimitWindow[] => [
  { meter: 'requests', windowMs, quota: calls },
  { meter: 'requests', windowMs: longMs, quota: calls * 2 },
  { meter: 'tokens', windowMs, quota: tokens },
]

/** What one instance does: it calls, waits, calls, as if nobody else were there. */
const call = fc.record({
  waitMs: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 300 }) },
    { weight: 1, arbitrary: fc.constantFrom(99, 100, 101, 2399, 2400, 2401, 2499, 2500, 2501, 2601, 5000) },
  ),
  /** Under way at once. */
  together: fc.constantFrom(1, 1, 1, 2, 5),
  tokens: fc.integer({ min: 0, max: 60 }),
  /** Of its tokens, given back. No double: nearly all of those give nothing back. */
  unusedPercent: fc.integer({ min: 0, max: 100 }),
  endsAfterMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 6000 })),
  alone: fc.boolean(),
})

const instance = (skewMs: number) =>
  fc.record({
    skewMs: fc.integer({ min: 0, max: skewMs }),
    joinsAtMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4000 })),
    calls: fc.array(call, { minLength: 10, maxLength: 60 }),
  })

const scenario = (skewMs: number) =>
  fc.record({
    startMs: fc.integer({ min: 0, max: longMs }),
    seed: fc.integer({ min: 1, max: 2 ** 31 }),
    quota: fc.record({ calls: fc.integer({ min: 0, max: 12 }), tokens: fc.integer({ min: 0, max: 300 }) }),
    instances: fc.array(instance(skewMs), { minLength: 1, maxLength: 4 }),
  })

type Scenario = typeof scenario extends (skewMs: number) => fc.Arbitrary<infer T> ? T : never

interface Admitted {
  readonly at: number
  tokens: number
}

/** Plays it, and tells what was let in, when its answer came. */
async function play({ startMs, seed, quota, instances }: Scenario, maxClockSkewMs: number): Promise<Admitted[]> {
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const windows = windowsOf(quota.calls, quota.tokens)
  const fleet = new LimitFleet({
    startMs: 1_750_000_000_000 + startMs,
    legMs: () => random() * legMs,
    maxClockSkewMs,
    random,
  })
  const { time } = fleet
  const admitted: Admitted[] = []
  let slowestMs = 0
  const run = async ({ skewMs, joinsAtMs, calls }: Scenario['instances'][number]): Promise<void> => {
    const store = fleet.instance(skewMs)
    const riding: Parameters<typeof store.settle>[0][number][] = []
    const one = async ({ tokens, unusedPercent, endsAfterMs, alone }: (typeof calls)[number]): Promise<void> => {
      const askedAt = time.nowMs
      const decision = await store.reserve({ subject: 'key:1', windows, tokens }, riding.splice(0))
      slowestMs = Math.max(slowestMs, time.nowMs - askedAt)
      if (!decision.allowed) return
      const entry = { at: time.nowMs, tokens }
      admitted.push(entry)
      await time.sleep(endsAfterMs)
      const back = Math.floor((tokens * unusedPercent) / 100)
      entry.tokens -= back
      const settlement = { subject: 'key:1', windows, slot: decision.slot, tokens: -back }
      if (alone) await store.settle([settlement])
      else riding.push(settlement)
    }
    await time.sleep(joinsAtMs)
    const open: Promise<void>[] = []
    for (const each of calls) {
      await time.sleep(each.waitMs)
      for (let index = 0; index < each.together; index += 1) open.push(one(each))
    }
    await Promise.all(open)
  }
  await time.run(Promise.all(instances.map(run)))
  fc.pre(slowestMs <= longestCallMs)
  return admitted
}

/** The most that an interval of this length holds, its edges included. */
function mostIn(admitted: readonly Admitted[], lengthMs: number, amount: (entry: Admitted) => number): number {
  const sums = admitted.map(first =>
    admitted
      .filter(({ at }) => at >= first.at && at <= first.at + lengthMs)
      .reduce((sum, entry) => sum + amount(entry), 0),
  )
  return Math.max(0, ...sums)
}

async function check(played: Scenario, maxClockSkewMs: number): Promise<void> {
  const { quota } = played
  const admitted = await play(played, maxClockSkewMs)
  expect(mostIn(admitted, windowMs, () => 1)).toBeLessThanOrEqual(quota.calls)
  expect(mostIn(admitted, longMs, () => 1)).toBeLessThanOrEqual(quota.calls * 2)
  expect(mostIn(admitted, windowMs, ({ tokens }) => tokens)).toBeLessThanOrEqual(quota.tokens)
}

/** What the guard covers: the difference of two clocks, and what a call takes. */
const coveredSkew = (maxClockSkewMs: number): number => maxClockSkewMs - longestCallMs

describe('instances with clocks of their own on one table', () => {
  it.each([subWindowMs, 3 * subWindowMs])(
    'let no interval of any window hold more than its quota while their clocks differ by no more than %d ms',
    { timeout: 60_000 },
    async maxClockSkewMs => {
      const played = scenario(coveredSkew(maxClockSkewMs))
      await fc.assert(
        fc.asyncProperty(played, one => check(one, maxClockSkewMs)),
        { numRuns: 250 },
      )
    },
  )

  it('would let more in without the guard: what is played here can find it', { timeout: 60_000 }, async () => {
    const played = scenario(3 * subWindowMs)
    const found = await fc.check(
      fc.asyncProperty(played, one => check(one, 0)),
      { numRuns: 2000, endOnFailure: true },
    )
    expect(found.failed).toBe(true)
  })
})
