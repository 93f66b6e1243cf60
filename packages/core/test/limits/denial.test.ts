import { describe, expect, it } from 'vitest'
import { denialOf, deniedNow } from '../../src/limits/denial.ts'
import type { LimitWindow, Refusal } from '../../src/limits/limit-store.ts'

const rpm: LimitWindow = { meter: 'requests', windowMs: 60_000, quota: 100 }
const tpm: LimitWindow = { meter: 'tokens', windowMs: 60_000, quota: 5_000 }
const refusal = (retryAfterMs: number, ...exceeded: LimitWindow[]): Refusal => ({
  allowed: false,
  windows: [{ window: rpm, remaining: 3, resetMs: 2_000 }],
  exceeded,
  retryAfterMs,
})
const windows = [{ ...rpm }, { ...tpm }]

describe('a remembered refusal', () => {
  it('stands until its time has passed, and grows old meanwhile', () => {
    const denial = denialOf(refusal(5_000, rpm), 10, 1_000)
    expect(deniedNow(denial, { tokens: 0, windows }, 4_000)).toEqual({
      allowed: false,
      windows: [{ window: rpm, remaining: 3, resetMs: 0 }],
      exceeded: [rpm],
      retryAfterMs: 2_000,
    })
    expect(deniedNow(denial, { tokens: 0, windows }, 5_999)?.retryAfterMs).toBe(1)
    expect(deniedNow(denial, { tokens: 0, windows }, 6_000)).toBeUndefined()
  })

  it('of tokens says nothing of a smaller call', () => {
    const denial = denialOf(refusal(5_000, rpm, tpm), 1_000, 0)
    expect(deniedNow(denial, { tokens: 999, windows }, 1)).toBeUndefined()
    expect(deniedNow(denial, { tokens: 1_000, windows }, 1)).toBeDefined()
    expect(deniedNow(denial, { tokens: 1_001, windows }, 1)).toBeDefined()
  })

  it('says nothing once the limits are others', () => {
    const denial = denialOf(refusal(5_000, rpm), 0, 0)
    expect(deniedNow(denial, { tokens: 0, windows: [{ ...rpm, quota: 200 }] }, 1)).toBeUndefined()
    expect(deniedNow(denial, { tokens: 0, windows: [tpm] }, 1)).toBeUndefined()
    expect(deniedNow(denial, { tokens: 0, windows: [{ ...rpm, meter: 'tokens' }] }, 1)).toBeUndefined()
  })

  it('of what can never pass is asked about again after a minute', () => {
    const denial = denialOf(refusal(Number.POSITIVE_INFINITY, tpm), 9_000, 0)
    expect(deniedNow(denial, { tokens: 9_000, windows }, 59_999)?.retryAfterMs).toBe(Number.POSITIVE_INFINITY)
    expect(deniedNow(denial, { tokens: 9_000, windows }, 60_000)).toBeUndefined()
  })
})
