import { describe, expect, it } from 'vitest'
import { addDueBudget, BudgetSubjects } from '../../../src/limits/budgets/budget-subjects.ts'
import { dueBudget } from '../../../src/limits/budgets/guarded-budget-store.ts'

const slot = { day: 20_000, resets: 0 }

describe('BudgetSubjects', () => {
  it('is one object a subject', () => {
    const subjects = new BudgetSubjects()
    expect(subjects.get('a')).toBe(subjects.get('a'))
    expect(subjects.get('b')).not.toBe(subjects.get('a'))
  })

  it('forgets those of whom nothing waits to be told, and no others', () => {
    const subjects = new BudgetSubjects(5)
    const [due, waiting] = [subjects.get('due'), subjects.get('waiting')]
    addDueBudget(due.due, dueBudget({ subject: 'due', slot, nanoUsd: -1 }))
    waiting.dueSince = 0
    for (let index = 0; index < 1_000; index += 1) subjects.get(`idle-${index}`)
    expect(subjects.size).toBeLessThanOrEqual(7)
    expect([subjects.get('due'), subjects.get('waiting')]).toEqual([due, waiting])
    expect(subjects.get('due')).toBe(due)
  })
})
