import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, limitHeaders } from '../../src/limits/limit-headers.ts'
import type { LimitWindow, WindowState } from '../../src/limits/limit-store.ts'

const rpm: LimitWindow = { meter: 'requests', windowMs: 60_000, quota: 100 }
const rph: LimitWindow = { meter: 'requests', windowMs: 3_600_000, quota: 1_000 }
const tpm: LimitWindow = { meter: 'tokens', windowMs: 60_000, quota: 5_000 }

const addHeaders = limitHeaders()

function headersOf(...states: WindowState[]): Record<string, string> {
  const headers: Record<string, string> = {}
  addHeaders(headers, states)
  return headers
}

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [-5, '0s'],
    [0.2, '1ms'],
    [12, '12ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [1_500, '1.5s'],
    [8_640, '8.64s'],
    [59_999, '59.999s'],
    [60_000, '1m0s'],
    [86_400, '1m26.4s'],
    [360_000, '6m0s'],
    [3_600_000, '1h0m0s'],
    [3_661_001, '1h1m1.001s'],
  ])('%d ms is %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })

  it('is read back as what it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7_200_000 }), durationMs => {
        const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?(?:(\d+)ms)?$/.exec(formatDuration(durationMs))!
        const [hours = 0, minutes = 0, seconds = 0, ms = 0] = found.slice(1).map(part => Number(part ?? 0))
        expect(Math.round(hours * 3_600_000 + minutes * 60_000 + seconds * 1_000 + ms)).toBe(durationMs)
      }),
    )
  })
})

describe('limitHeaders', () => {
  it('says the tightest window of requests as OpenAI does, and all of them as the draft does', () => {
    expect(
      headersOf(
        { window: rpm, remaining: 12, resetMs: 31_000 },
        { window: rph, remaining: 900, resetMs: 3_600_000 },
        { window: tpm, remaining: 4_321, resetMs: 12 },
      ),
    ).toEqual({
      'ratelimit-policy': '"rpm";q=100;w=60, "rph";q=1000;w=3600, "tpm";q=5000;w=60',
      ratelimit: '"rpm";r=12;t=31, "rph";r=900;t=3600, "tpm";r=4321;t=1',
      'x-ratelimit-limit-requests': '100',
      'x-ratelimit-remaining-requests': '12',
      'x-ratelimit-reset-requests': '31s',
      'x-ratelimit-limit-tokens': '5000',
      'x-ratelimit-remaining-tokens': '4321',
      'x-ratelimit-reset-tokens': '12ms',
    })
  })

  it.each<[string, number, number, string]>([
    ['the hour where less of it is left', 5, 4, '1000'],
    ['the minute where less of it is left', 4, 5, '100'],
    ['of two with as much left the one that takes longer', 3, 3, '1000'],
  ])('takes %s', (_, inMinute, inHour, limit) => {
    const headers = headersOf(
      { window: rpm, remaining: inMinute, resetMs: 60_000 },
      { window: rph, remaining: inHour, resetMs: 3_600_000 },
    )
    expect(headers['x-ratelimit-limit-requests']).toBe(limit)
    expect(headers['x-ratelimit-limit-tokens']).toBeUndefined()
  })

  it('says nothing where nothing was counted', () => {
    expect(headersOf()).toEqual({})
  })

  it('names windows of any length', () => {
    expect(headersOf({ window: { ...tpm, windowMs: 1_000 }, remaining: 1, resetMs: 0 })['ratelimit-policy']).toBe(
      '"tp1s";q=5000;w=1',
    )
  })
})
