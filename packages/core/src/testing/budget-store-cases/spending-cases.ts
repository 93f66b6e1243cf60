import { strict as assert } from 'node:assert'
import {
  aDay,
  admitted,
  aMonth,
  type BudgetRigCase,
  dayMs,
  mainSubject,
  refused,
  reserve,
  settlement,
  spent,
} from './budget-store-case.ts'

/** What calls reserve, settle and are refused. */
export const spendingCases: readonly BudgetRigCase[] = [
  {
    name: 'a subject that nobody has asked for has spent nothing',
    async run({ store, clock }) {
      const standing = await store.read('key:new')
      const day = Math.floor(clock.now() / dayMs)
      assert.deepEqual(standing, { day, resets: 0, dayNanoUsd: 0, monthNanoUsd: 0 })
    },
  },
  {
    name: 'a budget is spent to its last billionth, and not beyond',
    async run({ store }) {
      await refused(store, [aDay(99)], { nanoUsd: 100 })
      await admitted(store, [aDay(100)], { nanoUsd: 60 })
      await refused(store, [aDay(100)], { nanoUsd: 41 })
      const { dayNanoUsd, monthNanoUsd } = await admitted(store, [aDay(100)], { nanoUsd: 40 })
      assert.deepEqual([dayNanoUsd, monthNanoUsd], [100, 100])
      await refused(store, [aDay(100)], { nanoUsd: 1 })
    },
  },
  {
    name: 'a call that costs nothing is let in where a budget is used up, and where there is none left of nothing',
    async run({ store }) {
      await admitted(store, [aDay(0), aMonth(0)], { nanoUsd: 0 })
      await admitted(store, [aDay(5)], { nanoUsd: 5 })
      await admitted(store, [aDay(5)], { nanoUsd: 0 })
      await refused(store, [aDay(4)], { nanoUsd: 0 })
    },
  },
  {
    name: 'a call that one period refuses is counted in none',
    async run({ store }) {
      await refused(store, [aDay(100), aMonth(50)], { nanoUsd: 60 })
      await refused(store, [aDay(50), aMonth(100)], { nanoUsd: 60 })
      assert.deepEqual(await spent(store), [0, 0])
    },
  },
  {
    name: 'both periods are counted, whichever is limited',
    async run({ store }) {
      await admitted(store, [aDay(100)], { nanoUsd: 60 })
      await refused(store, [aMonth(100)], { nanoUsd: 41 })
      await admitted(store, [aMonth(100)], { nanoUsd: 40 })
      await refused(store, [aDay(100)], { nanoUsd: 1 })
    },
  },
  {
    name: 'a limit that is lowered below what is spent refuses, and one that is raised lets in',
    async run({ store }) {
      await admitted(store, [aDay(100)], { nanoUsd: 60 })
      await refused(store, [aDay(50)], { nanoUsd: 1 })
      await admitted(store, [aDay(200)], { nanoUsd: 140 })
    },
  },
  {
    name: 'what is given back makes room at once',
    async run({ store }) {
      const call = await admitted(store, [aDay(100)], { nanoUsd: 100 })
      await store.settle([settlement(call, -60)])
      await refused(store, [aDay(100)], { nanoUsd: 61 })
      await admitted(store, [aDay(100)], { nanoUsd: 60 })
    },
  },
  {
    name: 'what cost more than was reserved counts, also beyond the budget',
    async run({ store }) {
      const call = await admitted(store, [aDay(100)], { nanoUsd: 10 })
      await store.settle([settlement(call, 500)])
      assert.deepEqual(await spent(store), [510, 510])
      await refused(store, [aDay(509)], { nanoUsd: 0 })
    },
  },
  {
    name: 'what was never reserved cannot be given back',
    async run({ store }) {
      const call = await admitted(store, [aDay(100)], { nanoUsd: 10 })
      await store.settle([settlement(call, -1_000)])
      assert.deepEqual(await spent(store), [0, 0])
      await refused(store, [aDay(100)], { nanoUsd: 101 })
    },
  },
  {
    name: 'settlements that ride on a reservation make room for it',
    async run({ store }) {
      const call = await admitted(store, [aDay(100)], { nanoUsd: 100 })
      await admitted(store, [aDay(100)], { nanoUsd: 70, settlements: [settlement(call, -70)] })
      await refused(store, [aDay(100)], { nanoUsd: 1 })
    },
  },
  {
    name: 'settlements that ride on a refused reservation are kept',
    async run({ store }) {
      const first = await admitted(store, [aDay(100)], { nanoUsd: 60 })
      const second = await admitted(store, [aDay(100)], { nanoUsd: 40 })
      const settlements = [settlement(first, -30), settlement(second, 10)]
      await refused(store, [aDay(100)], { nanoUsd: 90, settlements })
      assert.deepEqual(await spent(store), [80, 80])
    },
  },
  {
    name: 'a settlement of a subject that was never let in is counted like any other',
    async run({ store }) {
      const slot = await store.read('key:new')
      await store.settle([settlement(slot, 25, 'key:new')])
      assert.deepEqual(await spent(store, 'key:new'), [25, 25])
    },
  },
  {
    name: 'no settlements are none',
    async run({ store }) {
      await store.settle([])
      assert.deepEqual(await spent(store), [0, 0])
    },
  },
  {
    name: 'millions of dollars are counted to their last billionth',
    async run({ store }) {
      const most = 9_000_000 * 1_000_000_000
      const call = await admitted(store, [aDay(most), aMonth(most)], { nanoUsd: most - 1 })
      await refused(store, [aMonth(most)], { nanoUsd: 2 })
      await admitted(store, [aMonth(most)], { nanoUsd: 1 })
      await store.settle([settlement(call, -3)])
      assert.deepEqual(await spent(store), [most - 3, most - 3])
    },
  },
  {
    name: 'a reset lets a subject begin anew, and no other',
    async run({ store }) {
      await admitted(store, [aDay(100)], { nanoUsd: 100 })
      await admitted(store, [aDay(100)], { nanoUsd: 100, subject: 'key:other' })
      await store.reset(mainSubject)
      assert.deepEqual(await spent(store), [0, 0])
      assert.deepEqual(await spent(store, 'key:other'), [100, 100])
      await admitted(store, [aDay(100)], { nanoUsd: 100 })
    },
  },
  {
    name: 'what was reserved before a reset is not given back after it, and what was used beyond it counts',
    async run({ store }) {
      const before = await admitted(store, [aDay(100)], { nanoUsd: 60 })
      await store.reset(mainSubject)
      const after = await admitted(store, [aDay(100)], { nanoUsd: 50 })
      await store.settle([settlement(before, -60)])
      assert.deepEqual(await spent(store), [50, 50])
      await store.settle([settlement(before, 5), settlement(after, -20)])
      assert.deepEqual(await spent(store), [35, 35])
    },
  },
  {
    name: 'a refused call is told what is spent, and a call that was let in what is spent with it',
    async run({ store, clock }) {
      const { standing, timeMs } = await reserve(store, [aDay(10), aMonth(20)], { nanoUsd: 4 })
      assert.deepEqual([standing.dayNanoUsd, standing.monthNanoUsd], [4, 4])
      assert.equal(standing.day, Math.floor(timeMs / dayMs))
      assert.ok(Math.abs(timeMs - clock.now()) < 60_000)
      const later = await refused(store, [aDay(10), aMonth(20)], { nanoUsd: 7 })
      assert.deepEqual([later.dayNanoUsd, later.monthNanoUsd], [4, 4])
    },
  },
]
