import type { LimitStore, LimitWindow, Settlement } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { LimitFleet } from '../support/limit-fleet.ts'

const windows: readonly LimitWindow[] = [
  { meter: 'requests', windowMs: 60_000, quota: 100_000 },
  { meter: 'requests', windowMs: 3_600_000, quota: 1_000_000 },
  { meter: 'tokens', windowMs: 60_000, quota: 10_000_000 },
]

/** Numbers of [0, 1), the same at every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface Traffic {
  readonly instances: number
  /** Of each instance. */
  readonly meanGapMs: number
  readonly calls: number
  readonly regular?: boolean
}

/** Each instance calls, and each call's settlement rides on the instance's next one. */
async function writesPerCall({ instances, meanGapMs, calls, regular = false }: Traffic) {
  const random = seeded(instances * 7919 + meanGapMs)
  const fleet = new LimitFleet({ legMs: () => 1 + random() * 4, random })
  const run = async (store: LimitStore): Promise<void> => {
    const ended: Settlement[] = []
    const open: Promise<void>[] = []
    await fleet.time.sleep(random() * meanGapMs)
    for (let call = 0; call < calls; call += 1) {
      open.push(
        (async () => {
          const decision = await store.reserve({ subject: 'key:1', windows, tokens: 1000 }, ended.splice(0))
          expect(decision.allowed).toBe(true)
          await fleet.time.sleep(random() * 8000)
          if (decision.allowed) ended.push({ subject: 'key:1', windows, slot: decision.slot, tokens: -400 })
        })(),
      )
      await fleet.time.sleep(regular ? meanGapMs : -Math.log(1 - random()) * meanGapMs)
    }
    await Promise.all(open)
  }
  const stores = Array.from({ length: instances }, () => fleet.instance((random() - 0.5) * 20))
  await fleet.time.run(Promise.all(stores.map(run)))
  const total = instances * calls
  return { writes: fleet.table.writes / total, reads: fleet.table.reads / total }
}

describe('what a call costs in writes, settlements and failed ones included', () => {
  it.each<Traffic>([
    { instances: 1, meanGapMs: 100, calls: 400 },
    { instances: 1, meanGapMs: 1000, calls: 300 },
    { instances: 1, meanGapMs: 10_000, calls: 100 },
    { instances: 1, meanGapMs: 10_000, calls: 100, regular: true },
    { instances: 1, meanGapMs: 300_000, calls: 100 },
    { instances: 2, meanGapMs: 1000, calls: 300 },
    { instances: 2, meanGapMs: 1000, calls: 300, regular: true },
    { instances: 2, meanGapMs: 10_000, calls: 200 },
    { instances: 2, meanGapMs: 120_000, calls: 200 },
    { instances: 5, meanGapMs: 500, calls: 200 },
    { instances: 5, meanGapMs: 5000, calls: 200 },
    { instances: 20, meanGapMs: 50, calls: 100 },
    { instances: 20, meanGapMs: 1000, calls: 100 },
    { instances: 20, meanGapMs: 10_000, calls: 100 },
    { instances: 20, meanGapMs: 120_000, calls: 50 },
  ])('is 1.1 at most: $instances instances, a call each $meanGapMs ms', async traffic => {
    const { writes, reads } = await writesPerCall(traffic)
    expect(writes).toBeLessThanOrEqual(1.1)
    expect(reads).toBeLessThanOrEqual(traffic.instances === 1 ? 0.1 : 1)
  })

  it('is a read and no write where there is no room', async () => {
    const random = seeded(1)
    const fleet = new LimitFleet({ legMs: () => 2, random })
    const [one, other] = [fleet.instance(0), fleet.instance(0)]
    const full: readonly LimitWindow[] = [{ meter: 'requests', windowMs: 60_000, quota: 1 }]
    await fleet.time.run(
      (async () => {
        await one.reserve({ subject: 'key:1', windows: full, tokens: 0 }, [])
        for (let call = 0; call < 20; call += 1) {
          const store = call % 2 === 0 ? one : other
          expect((await store.reserve({ subject: 'key:1', windows: full, tokens: 0 }, [])).allowed).toBe(false)
          await fleet.time.sleep(1000)
        }
      })(),
    )
    expect(fleet.table.writes).toBe(1)
  })
})
