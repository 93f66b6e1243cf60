import { describe, expect, it } from 'vitest'
import { denialOf } from '../../src/limits/denial.ts'
import { LimitSubjects } from '../../src/limits/limit-subjects.ts'

const refusal = { allowed: false, windows: [], exceeded: [], retryAfterMs: 100 } as const

describe('LimitSubjects', () => {
  it('is one object a subject', () => {
    const subjects = new LimitSubjects()
    expect(subjects.get('a', 0)).toBe(subjects.get('a', 1))
    expect(subjects.get('b', 0)).not.toBe(subjects.get('a', 0))
  })

  it('forgets those of whom there is nothing to know, and no others', () => {
    const subjects = new LimitSubjects(5)
    const [open, denied, due] = [subjects.get('open', 0), subjects.get('denied', 0), subjects.get('due', 0)]
    open.open = 1
    denied.denial = denialOf(refusal, 0, 0)
    due.dueSince = 0
    for (let index = 0; index < 1_000; index += 1) subjects.get(`idle-${index}`, 50)
    expect(subjects.size).toBeLessThanOrEqual(7)
    expect([subjects.get('open', 50), subjects.get('denied', 50), subjects.get('due', 50)]).toEqual([open, denied, due])
    for (let index = 0; index < 10; index += 1) subjects.get(`later-${index}`, 100)
    expect(subjects.get('denied', 100)).not.toBe(denied)
  })

  it('lets more in than it is to hold where all of them are busy', () => {
    const subjects = new LimitSubjects(5)
    for (let index = 0; index < 100; index += 1) subjects.get(`busy-${index}`, 0).open = 1
    expect(subjects.size).toBe(100)
  })
})
