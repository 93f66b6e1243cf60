import type { LimitWindow, Settlement } from '@modelgate/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TableLimitStore } from '../../src/dynamodb/limits/table-limit-store.ts'
import type { ItemWrite } from '../../src/dynamodb/limits/to-update-item.ts'
import { MemoryLimitTable } from '../support/memory-limit-table.ts'
import { VirtualTime } from '../support/virtual-time.ts'

const windowMs = 2400
const legMs = 3
const windows: readonly LimitWindow[] = [{ meter: 'tokens', windowMs, quota: 800 }]

const call = fc.record({
  waitMs: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(0, 99, 100, 101, 2500)),
  tokens: fc.integer({ min: 0, max: 60 }),
  used: fc.integer({ min: 0, max: 70 }),
  endsAfterMs: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 3000 })),
  /** Of the write that is next then: it is refused, or its answer is lost, and it may have been carried out. */
  fails: fc.constantFrom('not', 'not', 'not', 'refused', 'lost', 'carried out and lost'),
  alone: fc.boolean(),
})
const instances = fc.array(fc.array(call, { minLength: 5, maxLength: 40 }), { minLength: 1, maxLength: 3 })
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never

/** Plays it; the most tokens, at any admission, that calls held and the item did not. */
async function mostUncounted(played: readonly (readonly Call[])[]): Promise<number> {
  const time = new VirtualTime(1_750_000_012_345)
  const table = new MemoryLimitTable()
  const admitted: { readonly at: number; holds: number }[] = []
  let most = 0
  const look = async (): Promise<void> => {
    const item = await table.read('s')
    const held = admitted.filter(({ at }) => at > time.nowMs - windowMs + 100).reduce((sum, one) => sum + one.holds, 0)
    most = Math.max(most, held - item!.spans[`${windowMs}/25`]!.tokens.used)
  }
  const run = async (calls: readonly Call[]): Promise<void> => {
    let fails: Call['fails'] = 'not'
    const store = new TableLimitStore({
      table: {
        changedNothing: error => error instanceof Error && error.message === 'refused',
        async read(pk: string) {
          await time.sleep(legMs)
          return table.read(pk)
        },
        async write(write: ItemWrite) {
          const how = fails
          fails = 'not'
          await time.sleep(legMs)
          if (how === 'refused' || how === 'lost') throw new Error(how)
          const result = await table.write(write)
          await time.sleep(legMs)
          if (how !== 'not') throw new Error(how)
          return result
        },
      },
      now: () => time.nowMs,
      random: () => 0.5,
      pause: durationMs => time.sleep(durationMs),
    })
    const due: Settlement[] = []
    const one = async (each: Call): Promise<void> => {
      fails = each.fails
      const riding = due.splice(0)
      const decision = await store.reserve({ subject: 's', windows, tokens: each.tokens }, riding).catch(() => {
        due.push(...riding)
      })
      if (!decision?.allowed) return
      const entry = { at: time.nowMs, holds: each.tokens }
      admitted.push(entry)
      await look()
      await time.sleep(each.endsAfterMs)
      entry.holds = Math.min(each.tokens, each.used)
      const settlement = { subject: 's', windows, slot: decision.slot, tokens: each.used - each.tokens }
      fails = each.fails
      if (each.alone) await store.settle([settlement]).catch(() => due.push(settlement))
      else due.push(settlement)
    }
    const open: Promise<void>[] = []
    for (const each of calls) {
      await time.sleep(each.waitMs)
      open.push(one(each))
    }
    await Promise.all(open)
  }
  await time.run(Promise.all(played.map(run)))
  return most
}

it('the item holds all that admitted calls hold, whatever writes and answers are lost', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(instances, async played => {
      expect(await mostUncounted(played)).toBeLessThanOrEqual(0)
    }),
    { numRuns: 500 },
  )
})
