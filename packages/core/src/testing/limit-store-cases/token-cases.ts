import { strict as assert } from 'node:assert'
import type { Admission, LimitWindow, Settlement } from '../../limits/limit-store.ts'
import {
  admitted,
  minuteAndSubWindowMs,
  minuteMs,
  perHour,
  perMinute,
  type RigCase,
  refused,
  remaining,
  tokensPerMinute,
} from './limit-store-case.ts'

const subWindowMs = minuteMs / 12

function settlement({ slot }: Admission, windows: readonly LimitWindow[], tokens: number): Settlement {
  return { subject: 'key:key-1', windows, slot, tokens }
}

/** What calls reserve and settle. */
export const tokenCases: readonly RigCase[] = [
  {
    name: 'tokens that exceed the quota by themselves are refused for ever, and count nothing',
    async run({ store }) {
      const windows = [perMinute(10), tokensPerMinute(100)]
      const { retryAfterMs, exceeded } = await refused(store, windows, { tokens: 101 })
      assert.deepEqual([retryAfterMs, exceeded], [Infinity, [windows[1]]])
      assert.deepEqual(await remaining(store, windows, { tokens: 100 }), [9, 0])
    },
  },
  {
    name: 'tokens given back make room at once',
    async run({ store }) {
      const windows = [tokensPerMinute(100)]
      const call = await admitted(store, windows, { tokens: 100 })
      await refused(store, windows, { tokens: 1 })
      await store.settle([settlement(call, windows, -60)])
      await refused(store, windows, { tokens: 61 })
      await admitted(store, windows, { tokens: 60 })
    },
  },
  {
    name: 'tokens are given back to the sub-window they were reserved in, and to no other',
    async run({ store, clock }) {
      const windows = [tokensPerMinute(100)]
      const early = await admitted(store, windows, { tokens: 50 })
      clock.advance(2 * subWindowMs)
      await admitted(store, windows, { tokens: 50 })
      await store.settle([settlement(early, windows, -50)])
      await admitted(store, windows, { tokens: 50 })
      // The early call has left the window now, and the later ones have not.
      clock.advance(minuteMs - subWindowMs)
      await refused(store, windows, { tokens: 1 })
    },
  },
  {
    name: 'tokens given back after their sub-window has left the window free nothing',
    async run({ store, clock }) {
      const windows = [tokensPerMinute(100)]
      const call = await admitted(store, windows, { tokens: 100 })
      clock.advance(minuteAndSubWindowMs)
      await admitted(store, windows, { tokens: 100 })
      await store.settle([settlement(call, windows, -100)])
      await refused(store, windows, { tokens: 1 })
    },
  },
  {
    name: 'tokens that were never counted cannot be given back',
    async run({ store }) {
      const windows = [tokensPerMinute(100)]
      const call = await admitted(store, windows, { tokens: 10 })
      await store.settle([settlement(call, windows, -1_000)])
      assert.deepEqual(await remaining(store, windows, { tokens: 0 }), [100])
      await refused(store, windows, { tokens: 101 })
    },
  },
  {
    name: 'tokens used beyond the reservation count from when they are told',
    async run({ store, clock }) {
      const windows = [tokensPerMinute(100)]
      const call = await admitted(store, windows, { tokens: 10 })
      clock.advance(minuteMs / 2)
      await store.settle([settlement(call, windows, 90)])
      await refused(store, windows, { tokens: 1 })
      clock.advance(minuteMs / 2 + subWindowMs)
      assert.deepEqual(await remaining(store, windows, { tokens: 10 }), [0])
      clock.advance(minuteMs / 2)
      assert.deepEqual(await remaining(store, windows, { tokens: 0 }), [90])
    },
  },
  {
    name: 'tokens used beyond the reservation count where the call itself no longer does',
    async run({ store, clock }) {
      const windows = [tokensPerMinute(100)]
      const call = await admitted(store, windows, { tokens: 10 })
      clock.advance(10 * minuteMs)
      await store.settle([settlement(call, windows, 30)])
      assert.deepEqual(await remaining(store, windows, { tokens: 70 }), [0])
    },
  },
  {
    name: 'tokens used beyond the quota leave nothing, and not less',
    async run({ store, clock }) {
      const windows = [tokensPerMinute(100)]
      const call = await admitted(store, windows, { tokens: 10 })
      await store.settle([settlement(call, windows, 500)])
      const { windows: states, retryAfterMs } = await refused(store, windows, { tokens: 1 })
      assert.equal(states[0]?.remaining, 0)
      clock.advance(retryAfterMs)
      await admitted(store, windows, { tokens: 100 })
    },
  },
  {
    name: 'settlements that ride on a reservation make room for it',
    async run({ store }) {
      const windows = [perMinute(10), tokensPerMinute(100)]
      const call = await admitted(store, windows, { tokens: 100 })
      await admitted(store, windows, { tokens: 70, settlements: [settlement(call, windows, -70)] })
      await refused(store, windows, { tokens: 1 })
    },
  },
  {
    name: 'settlements that ride on a refused reservation are kept',
    async run({ store }) {
      const windows = [tokensPerMinute(100)]
      const call = await admitted(store, windows, { tokens: 60 })
      const second = await admitted(store, windows, { tokens: 40 })
      const settlements = [settlement(call, windows, -30), settlement(second, windows, 10)]
      await refused(store, windows, { tokens: 90, settlements })
      assert.deepEqual(await remaining(store, windows, { tokens: 20 }), [0])
    },
  },
  {
    name: 'settlements change what counts tokens, and never what counts calls',
    async run({ store }) {
      const windows = [perMinute(3), perHour(5), tokensPerMinute(100)]
      const first = await admitted(store, windows, { tokens: 50 })
      const second = await admitted(store, windows, { tokens: 50 })
      const given = [-50, 0, 10].map(tokens => settlement(tokens < 0 ? first : second, windows, tokens))
      await store.settle(given)
      assert.deepEqual(await remaining(store, windows, { tokens: 0 }), [0, 2, 40])
    },
  },
  {
    name: 'a settlement of a subject that was never let in is counted like any other',
    async run({ store, clock }) {
      const windows = [tokensPerMinute(100)]
      await store.settle([{ subject: 'key:new', windows, slot: clock.now(), tokens: 25 }])
      assert.deepEqual(await remaining(store, windows, { subject: 'key:new' }), [75])
    },
  },
  {
    name: 'no settlements are none',
    async run({ store }) {
      await store.settle([])
      await admitted(store, [perMinute(1)])
    },
  },
]
