import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LimitWindow } from '../../src/limits/limit-store.ts'
import { addDue, type DueSettlement, takeDue } from '../../src/limits/settlement-queue.ts'

const tpm: LimitWindow = { meter: 'tokens', windowMs: 60_000, quota: 5_000 }
const due = (slot: number, tokens: number, expiresAt = 60_000, windows = [tpm]): DueSettlement => ({
  settlement: { subject: 'key:k', windows, slot, tokens },
  expiresAt,
})
const tokensOf = (waiting: readonly DueSettlement[]) => waiting.map(({ settlement }) => settlement.tokens)

describe('addDue', () => {
  it('makes one of what was reserved at one time, and keeps the rest apart', () => {
    const waiting: DueSettlement[] = []
    addDue(waiting, due(1, -10))
    addDue(waiting, due(2, -5))
    addDue(waiting, due(1, -3, 70_000, [{ ...tpm }]))
    addDue(waiting, due(1, 4))
    addDue(waiting, due(1, -7, 60_000, [{ ...tpm, quota: 1 }]))
    addDue(waiting, due(1, -6, 60_000, [{ ...tpm, meter: 'requests' }]))
    expect(tokensOf(waiting)).toEqual([-13, -5, 4, -7, -6])
    expect(waiting[0]?.expiresAt).toBe(70_000)
  })

  it('holds no more than 64, and then gives back less, and never more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 65, maxLength: 300 }), amounts => {
        const waiting: DueSettlement[] = []
        for (const [slot, tokens] of amounts.entries()) addDue(waiting, due(slot, tokens))
        const told = tokensOf(waiting).reduce((total, tokens) => total + tokens, 0)
        expect(waiting).toHaveLength(64)
        expect(told).toBeGreaterThanOrEqual(amounts.reduce((total, tokens) => total + tokens, 0))
      }),
    )
  })
})

describe('takeDue', () => {
  it('takes what still means something, and leaves nothing', () => {
    const waiting = [due(1, -1, 100), due(2, 0, 200), due(3, -3, 101)]
    expect(tokensOf(takeDue(waiting, 100))).toEqual([-3])
    expect(waiting).toEqual([])
    expect(takeDue(waiting, 100)).toEqual([])
  })
})
