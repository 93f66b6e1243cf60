import { strict as assert } from 'node:assert'
import type { LimitStoreRig } from '../limit-store-rig.ts'
import { oddSubjects } from '../odd-subjects.ts'
import {
  admitted,
  countAdmitted,
  minuteAndSubWindowMs,
  minuteMs,
  perHour,
  perMinute,
  type RigCase,
  refused,
  remaining,
  reserve,
  tokensPerMinute,
} from './limit-store-case.ts'

function instancesOf({ store, other }: LimitStoreRig) {
  return other ? [store, other] : [store]
}

/** Many subjects, many callers, several instances, clocks that are wrong. */
export const sharedCases: readonly RigCase[] = [
  {
    name: 'subjects are counted apart, whatever they are called',
    async run({ store }) {
      for (const [index, subject] of oddSubjects.entries()) {
        for (let call = 0; call <= index % 3; call += 1) await admitted(store, [perMinute(5)], { subject })
      }
      for (const [index, subject] of oddSubjects.entries()) {
        const [left] = await remaining(store, [perMinute(5)], { subject })
        assert.equal(left, 5 - ((index % 3) + 1) - 1, `What is left of ${JSON.stringify(subject.slice(0, 40))}`)
      }
    },
  },
  {
    name: '200 reservations at once are let in exactly up to the quota',
    async run(rig) {
      const instances = instancesOf(rig)
      const windows = [perMinute(37), perHour(1_000), tokensPerMinute(1_000)]
      const decisions = await Promise.all(
        Array.from({ length: 200 }, (_, call) => reserve(instances[call % instances.length]!, windows, { tokens: 10 })),
      )
      assert.equal(decisions.filter(({ allowed }) => allowed).length, 37)
      assert.deepEqual(
        decisions.filter(({ allowed }) => !allowed).map(({ windows: [minute] }) => minute?.remaining),
        Array(163).fill(0),
      )
      const left = await remaining(rig.store, [tokensPerMinute(1_000)])
      assert.deepEqual(left, [1_000 - 370])
    },
  },
  {
    name: 'tokens of many calls at once, reserved and settled, are all accounted for',
    async run(rig) {
      const instances = instancesOf(rig)
      const windows = [tokensPerMinute(5_000)]
      await Promise.all(
        Array.from({ length: 60 }, async (_, call) => {
          const store = instances[call % instances.length]!
          const { slot } = await admitted(store, windows, { tokens: 50 })
          await store.settle([{ subject: 'key:key-1', windows, slot, tokens: call % 2 === 0 ? -20 : 10 }])
        }),
      )
      assert.deepEqual(await remaining(rig.store, windows), [5_000 - 60 * 50 + 30 * 20 - 30 * 10])
    },
  },
  {
    name: 'two instances count as one, also where one has not called for long',
    async run(rig) {
      const { store, clock } = rig
      const other = rig.other ?? store
      assert.equal(await countAdmitted(store, [perMinute(10)], 6), 6)
      assert.equal(await countAdmitted(other, [perMinute(10)], 9), 4)
      clock.advance(minuteAndSubWindowMs)
      assert.equal(await countAdmitted(other, [perMinute(10)], 10), 10)
      await refused(store, [perMinute(10)])
      clock.advance(10 * minuteMs)
      assert.equal(await countAdmitted(other, [perMinute(10)], 3), 3)
      clock.advance(minuteMs / 4)
      assert.equal(await countAdmitted(store, [perMinute(10)], 20), 7)
    },
  },
  {
    name: 'what one instance let in another settles',
    async run(rig) {
      const other = rig.other ?? rig.store
      const windows = [tokensPerMinute(100)]
      const { slot } = await admitted(rig.store, windows, { tokens: 100 })
      await other.settle([{ subject: 'key:key-1', windows, slot, tokens: -40 }])
      assert.deepEqual(await remaining(rig.store, windows, { tokens: 40 }), [0])
    },
  },
  {
    name: 'a clock that goes back lets nothing more in',
    async run({ store, clock }) {
      const windows = [perMinute(5), tokensPerMinute(100)]
      assert.equal(await countAdmitted(store, windows, 3), 3)
      clock.advance(-90_000)
      assert.equal(await countAdmitted(store, windows, 5), 2)
      clock.advance(90_000)
      await refused(store, windows)
      clock.advance(minuteMs)
      await refused(store, windows)
      clock.advance(minuteAndSubWindowMs - minuteMs)
      assert.equal(await countAdmitted(store, windows, 9), 5)
    },
  },
]
