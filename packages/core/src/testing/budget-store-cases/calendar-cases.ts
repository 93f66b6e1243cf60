import { strict as assert } from 'node:assert'
import {
  aDay,
  admitted,
  advanceTo,
  aMonth,
  type BudgetRigCase,
  dayMs,
  refused,
  settlement,
  spent,
} from './budget-store-case.ts'

/** Where days and months end. */
export const calendarCases: readonly BudgetRigCase[] = [
  {
    name: 'a day lasts to its last millisecond in UTC, and the next begins with nothing spent',
    async run({ store, clock }) {
      advanceTo(clock, '2029-05-09T00:00:00.000Z')
      await admitted(store, [aDay(100), aMonth(150)], { nanoUsd: 100 })
      advanceTo(clock, '2029-05-09T23:59:59.999Z')
      await refused(store, [aDay(100)])
      advanceTo(clock, '2029-05-10T00:00:00.000Z')
      assert.deepEqual(await spent(store), [0, 100])
      await refused(store, [aDay(100), aMonth(150)], { nanoUsd: 51 })
      await admitted(store, [aDay(100), aMonth(150)], { nanoUsd: 50 })
    },
  },
  {
    name: 'a month lasts to its last millisecond in UTC, whatever its length',
    async run({ store, clock }) {
      const ends = ['2029-02-28', '2029-03-31', '2029-04-30', '2029-12-31', '2032-02-29', '2099-12-31', '2100-02-28']
      for (const end of ends) {
        advanceTo(clock, `${end.slice(0, 8)}01T00:00:00.000Z`)
        assert.deepEqual(await spent(store), [0, 0], end)
        await admitted(store, [aMonth(100)], { nanoUsd: 100 })
        advanceTo(clock, `${end}T23:59:59.999Z`)
        assert.deepEqual(await spent(store), [0, 100], end)
        await refused(store, [aMonth(100)])
        clock.advance(1)
        assert.deepEqual(await spent(store), [0, 0], end)
      }
    },
  },
  {
    name: 'months of one name in two years are two',
    async run({ store, clock }) {
      advanceTo(clock, '2029-05-09T12:00:00Z')
      await admitted(store, [aMonth(100)], { nanoUsd: 100 })
      advanceTo(clock, '2030-05-09T12:00:00Z')
      await admitted(store, [aMonth(100)], { nanoUsd: 100 })
    },
  },
  {
    name: 'every day of four years is one',
    async run({ store, clock }) {
      advanceTo(clock, '2029-01-01T12:00:00Z')
      let month = ''
      let inMonth = 0
      // Odd steps: some days of every month, and every month.
      for (let step = 0; step < 128; step += 1) {
        const now = new Date(clock.now()).toISOString().slice(0, 7)
        inMonth = now === month ? inMonth + 2 : 2
        month = now
        const { dayNanoUsd, monthNanoUsd } = await admitted(store, [aDay(2)], { nanoUsd: 2 })
        assert.deepEqual([dayNanoUsd, monthNanoUsd], [2, inMonth], now)
        clock.advance(11 * dayMs)
      }
    },
  },
  {
    name: 'a call over midnight belongs to the day it was reserved in, and gives nothing back to the next',
    async run({ store, clock }) {
      advanceTo(clock, '2029-05-09T23:59:59Z')
      const call = await admitted(store, [aDay(100)], { nanoUsd: 80 })
      advanceTo(clock, '2029-05-10T00:00:01Z')
      await admitted(store, [aDay(100)], { nanoUsd: 50 })
      await store.settle([settlement(call, -70)])
      assert.deepEqual(await spent(store), [50, 60])
    },
  },
  {
    name: 'a call over the end of a month gives nothing back to the next',
    async run({ store, clock }) {
      advanceTo(clock, '2029-05-31T23:59:59Z')
      const call = await admitted(store, [aMonth(100)], { nanoUsd: 80 })
      advanceTo(clock, '2029-06-01T00:00:01Z')
      await admitted(store, [aMonth(100)], { nanoUsd: 50 })
      await store.settle([settlement(call, -70)])
      assert.deepEqual(await spent(store), [50, 50])
    },
  },
  {
    name: 'what cost more than was reserved counts in the day it is told in',
    async run({ store, clock }) {
      advanceTo(clock, '2029-05-09T23:59:59Z')
      const call = await admitted(store, [aDay(100)], { nanoUsd: 10 })
      advanceTo(clock, '2029-05-10T00:00:01Z')
      await store.settle([settlement(call, 5)])
      assert.deepEqual(await spent(store), [5, 15])
    },
  },
  {
    name: 'a settlement rides over midnight, too',
    async run({ store, clock }) {
      advanceTo(clock, '2029-05-09T23:59:59Z')
      const call = await admitted(store, [aMonth(100)], { nanoUsd: 100 })
      advanceTo(clock, '2029-05-10T00:00:01Z')
      await admitted(store, [aDay(60), aMonth(100)], { nanoUsd: 60, settlements: [settlement(call, -60)] })
      assert.deepEqual(await spent(store), [60, 100])
    },
  },
  {
    name: 'a clock that goes back over midnight lets nothing more in',
    async run({ store, clock }) {
      advanceTo(clock, '2029-05-10T00:00:01Z')
      await admitted(store, [aDay(100)], { nanoUsd: 100 })
      clock.advance(-5_000)
      await refused(store, [aDay(100)])
      clock.advance(5_000)
      await refused(store, [aDay(100)])
    },
  },
]
