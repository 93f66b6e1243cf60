import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../../../src/limits/budgets/memory-budget-store.ts'
import { budgetStoreCases, manualClock } from '../../../src/testing/index.ts'

const limits = [{ period: 'month', nanoUsd: 10 }] as const

describe('the memory budget store keeps what every store keeps', () => {
  const makeRig = () => {
    const clock = manualClock()
    return { store: memoryBudgetStore({ now: clock.now }), clock, async [Symbol.asyncDispose]() {} }
  }
  for (const { name, run } of budgetStoreCases(makeRig)) it(name, run)
})

describe('the memory budget store', () => {
  it('forgets subjects once their month has passed, and none before', () => {
    const clock = manualClock(Date.UTC(2029, 4, 31, 12))
    const store = memoryBudgetStore({ now: clock.now })
    const call = (subject: string) => store.reserve({ subject, limits, nanoUsd: 10 }, [])
    for (let index = 0; index < 5_000; index += 1) call(`may ${index}`)
    expect(store.subjects).toBe(5_000)
    expect(call('may 0').allowed).toBe(false)
    clock.advance(86_400_000)
    for (let index = 0; index < 5_001; index += 1) call(`june ${index}`)
    expect(store.subjects).toBeLessThan(6_100)
    expect(call('june 0').allowed).toBe(false)
    expect(call('may 0').allowed).toBe(true)
  })

  it('keeps nothing for a subject that is looked at', () => {
    const store = memoryBudgetStore()
    store.read('key:looked-at')
    expect(store.subjects).toBe(0)
  })

  it('follows the calendar of the machine', () => {
    expect(memoryBudgetStore().read('key:k').day).toBeCloseTo(Date.now() / 86_400_000 - 0.5, -1)
  })
})
