import { strict as assert } from 'node:assert'
import {
  admitted,
  advanceToEdge,
  countAdmitted,
  hourMs,
  minuteAndSubWindowMs,
  minuteMs,
  perHour,
  perMinute,
  type RigCase,
  refused,
  remaining,
  tokensPerMinute,
} from './limit-store-case.ts'

const dayMs = 24 * hourMs

/** What is counted, and for how long. */
export const windowCases: readonly RigCase[] = [
  {
    name: '99 calls just before the edge of a minute leave room for one just after it',
    async run({ store, clock }) {
      advanceToEdge(clock, minuteMs)
      assert.equal(await countAdmitted(store, [perMinute(100)], 99), 99)
      clock.advance(1)
      assert.equal(await countAdmitted(store, [perMinute(100)], 99), 1)
    },
  },
  {
    name: 'calls just before the edge of an hour count just after it',
    async run({ store, clock }) {
      advanceToEdge(clock, hourMs)
      assert.equal(await countAdmitted(store, [perMinute(50), perHour(20)], 20), 20)
      clock.advance(1)
      await refused(store, [perMinute(50), perHour(20)])
      clock.advance(minuteAndSubWindowMs)
      await refused(store, [perMinute(50), perHour(20)])
    },
  },
  {
    name: 'a call counts for the whole of its window, and at most a sub-window longer',
    async run({ store, clock }) {
      await admitted(store, [perMinute(1)])
      clock.advance(minuteMs)
      await refused(store, [perMinute(1)])
      clock.advance(minuteAndSubWindowMs - minuteMs)
      await admitted(store, [perMinute(1)])
    },
  },
  {
    name: 'a refused call is let in once the time has passed that it was told, and not a millisecond before',
    async run({ store, clock }) {
      await admitted(store, [perMinute(2)])
      clock.advance(31_000)
      await admitted(store, [perMinute(2)])
      const { retryAfterMs } = await refused(store, [perMinute(2)])
      clock.advance(retryAfterMs - 1)
      await refused(store, [perMinute(2)])
      clock.advance(1)
      await admitted(store, [perMinute(2)])
      await refused(store, [perMinute(2)])
    },
  },
  {
    name: 'requests by minute and hour and tokens are decided together, and those without room are named',
    async run({ store, clock }) {
      const windows = [perMinute(2), perHour(4), tokensPerMinute(100)]
      await admitted(store, windows, { tokens: 40 })
      await admitted(store, windows, { tokens: 40 })
      const both = await refused(store, windows, { tokens: 40 })
      assert.deepEqual(both.exceeded, [windows[0], windows[2]])
      clock.advance(minuteAndSubWindowMs)
      await admitted(store, windows, { tokens: 40 })
      const tokens = await refused(store, windows, { tokens: 61 })
      assert.deepEqual(tokens.exceeded, [windows[2]])
      await admitted(store, windows, { tokens: 60 })
      clock.advance(minuteAndSubWindowMs)
      const hour = await refused(store, windows, { tokens: 100 })
      assert.deepEqual(hour.exceeded, [windows[1]])
      assert.ok(hour.retryAfterMs > hourMs - 3 * minuteAndSubWindowMs, `An hour's window, in ${hour.retryAfterMs} ms`)
    },
  },
  {
    name: 'a call that one window refuses is counted in none',
    async run({ store, clock }) {
      const windows = [perMinute(10), perHour(10), tokensPerMinute(100)]
      await admitted(store, windows, { tokens: 90 })
      for (let call = 0; call < 20; call += 1) await refused(store, windows, { tokens: 20 })
      assert.deepEqual(await remaining(store, windows, { tokens: 10 }), [8, 8, 0])
      clock.advance(minuteAndSubWindowMs)
      assert.deepEqual(await remaining(store, windows), [9, 7, 100])
    },
  },
  {
    name: 'each window says what is left of it and when all of it is there again',
    async run({ store, clock }) {
      const windows = [perMinute(5), perHour(7), tokensPerMinute(100)]
      const first = await admitted(store, windows)
      assert.deepEqual(
        first.windows.map(state => [state.window, state.remaining]),
        [
          [windows[0], 4],
          [windows[1], 6],
          [windows[2], 100],
        ],
      )
      const [minute, hour, tokens] = first.windows.map(state => state.resetMs)
      assert.equal(tokens, 0)
      assert.ok(minute! > minuteMs && minute! <= minuteAndSubWindowMs, `A minute's window resets in ${minute} ms`)
      assert.ok(hour! > hourMs && hour! <= (hourMs * 13) / 12, `An hour's window resets in ${hour} ms`)
      clock.advance(minute!)
      assert.deepEqual(await remaining(store, windows), [4, 5, 100])
    },
  },
  {
    name: 'a quota of nothing lets nothing in, ever',
    async run({ store, clock }) {
      const { retryAfterMs, exceeded, windows } = await refused(store, [perMinute(0), perHour(5)])
      assert.equal(retryAfterMs, Infinity)
      assert.deepEqual([exceeded, windows.map(state => state.remaining)], [[perMinute(0)], [0, 5]])
      clock.advance(dayMs)
      await refused(store, [perMinute(0), perHour(5)])
    },
  },
  {
    name: 'another quota than before holds for what was counted before',
    async run({ store }) {
      assert.equal(await countAdmitted(store, [perMinute(5)], 5), 5)
      const { windows } = await refused(store, [perMinute(2)])
      assert.equal(windows[0]?.remaining, 0)
      assert.equal(await countAdmitted(store, [perMinute(8)], 10), 3)
    },
  },
  {
    name: 'a window that is asked for later begins with nothing counted, and the others go on',
    async run({ store }) {
      assert.equal(await countAdmitted(store, [perMinute(5)], 3), 3)
      assert.deepEqual(await remaining(store, [perHour(9), perMinute(5)]), [8, 1])
    },
  },
  {
    name: 'after days without a call all is there again',
    async run({ store, clock }) {
      const windows = [perMinute(3), perHour(3), tokensPerMinute(10)]
      await admitted(store, windows, { tokens: 10 })
      clock.advance(3 * dayMs)
      assert.deepEqual(await remaining(store, windows, { tokens: 4 }), [2, 2, 6])
    },
  },
  {
    name: 'a load that never ends is let in at a twelfth under its quota or better',
    async run({ store, clock }) {
      let count = 0
      for (let second = 0; second < 13 * 60; second += 2) {
        count += await countAdmitted(store, [perMinute(6)], 1)
        clock.advance(2_000)
      }
      assert.ok(count >= (6 * 13 * 11) / 12, `${count} in 13 minutes of 6 each`)
    },
  },
]
