import { strict as assert } from 'node:assert'
import { memoryBudgetStore } from '../../limits/budgets/memory-budget-store.ts'
import { oddSubjects } from '../odd-subjects.ts'
import { seededRandom } from '../seeded-random.ts'
import {
  aDay,
  admitted,
  advanceTo,
  aMonth,
  type BudgetRigCase,
  dayMs,
  mainSubject,
  refused,
  reserve,
  settlement,
  spent,
} from './budget-store-case.ts'

/** Many subjects, many callers, several instances; and all that memory does. */
export const sharedBudgetCases: readonly BudgetRigCase[] = [
  {
    name: 'subjects are counted apart, whatever they are called',
    async run({ store }) {
      for (const [index, subject] of oddSubjects.entries()) {
        await admitted(store, [aDay(100)], { subject, nanoUsd: index + 1 })
      }
      for (const [index, subject] of oddSubjects.entries()) {
        assert.deepEqual(await spent(store, subject), [index + 1, index + 1], JSON.stringify(subject.slice(0, 40)))
      }
    },
  },
  {
    name: '200 reservations at once are let in exactly up to the budget',
    async run({ store, other }) {
      const instances = other ? [store, other] : [store]
      const decisions = await Promise.all(
        Array.from({ length: 200 }, (_, call) =>
          reserve(instances[call % instances.length]!, [aDay(375), aMonth(1_000)], { nanoUsd: 10 }),
        ),
      )
      assert.equal(decisions.filter(({ allowed }) => allowed).length, 37)
      assert.deepEqual(await spent(store), [370, 370])
    },
  },
  {
    name: 'what many calls at once reserve and settle is all accounted for',
    async run({ store, other }) {
      const instances = other ? [store, other] : [store]
      await Promise.all(
        Array.from({ length: 60 }, async (_, call) => {
          const instance = instances[call % instances.length]!
          const slot = await admitted(instance, [aDay(5_000)], { nanoUsd: 50 })
          await instance.settle([settlement(slot, call % 2 === 0 ? -20 : 10)])
        }),
      )
      const total = 60 * 50 - 30 * 20 + 30 * 10
      assert.deepEqual(await spent(store), [total, total])
    },
  },
  {
    name: 'two instances count as one, also where one has not called for long',
    async run({ store, other = store, clock }) {
      advanceTo(clock, '2029-05-09T12:00:00Z')
      const early = await admitted(store, [aDay(100)], { nanoUsd: 60 })
      await refused(other, [aDay(100)], { nanoUsd: 41 })
      await other.settle([settlement(early, -40)])
      assert.deepEqual(await spent(store), [20, 20])
      clock.advance(dayMs)
      await admitted(other, [aDay(100)], { nanoUsd: 90 })
      await refused(store, [aDay(100)], { nanoUsd: 11 })
      clock.advance(40 * dayMs)
      await admitted(other, [aDay(100), aMonth(100)], { nanoUsd: 90 })
      await refused(store, [aDay(100), aMonth(100)], { nanoUsd: 11 })
      await other.reset(mainSubject)
      await admitted(store, [aDay(100), aMonth(100)], { nanoUsd: 100 })
    },
  },
  {
    name: 'it answers what memory does, to anything',
    async run({ store, other = store, clock }) {
      for (let seed = 1; seed <= 3; seed += 1) {
        const random = seededRandom(seed)
        const memory = memoryBudgetStore({ now: clock.now })
        const subject = `key:seed-${seed}`
        let open: ReturnType<typeof settlement>[] = []
        for (let step = 1; step <= 60; step += 1) {
          clock.advance(Math.floor(random() ** 4 * 3 * dayMs))
          const instance = random() < 0.5 ? store : other
          const settlements = open.filter(() => random() < 0.4)
          open = open.filter(each => !settlements.includes(each))
          if (random() < 0.05) {
            await instance.reset(subject)
            memory.reset(subject)
          }
          if (random() < 0.3) {
            await instance.settle(settlements)
            memory.settle(settlements.splice(0))
          }
          const limits = random() < 0.5 ? [aDay(400), aMonth(1_500)] : [random() < 0.5 ? aDay(300) : aMonth(1_200)]
          const reservation = { subject, limits, nanoUsd: Math.floor(random() * 150) }
          const theirs = await instance.reserve(reservation, settlements)
          const ours = memory.reserve(reservation, settlements)
          assert.deepEqual([theirs.allowed, theirs.standing], [ours.allowed, ours.standing], `${step} of ${subject}`)
          if (ours.allowed) {
            open.push(settlement(ours.standing, Math.floor((random() * 1.2 - 1) * reservation.nanoUsd), subject))
          }
        }
      }
    },
  },
]
