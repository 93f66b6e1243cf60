import { describe, expect, it } from 'vitest'
import { limitError, limitsUnavailable, tooManyAtOnce } from '../../src/limits/limit-error.ts'
import type { LimitWindow, Refusal } from '../../src/limits/limit-store.ts'

const rpm: LimitWindow = { meter: 'requests', windowMs: 60_000, quota: 100 }
const rph: LimitWindow = { meter: 'requests', windowMs: 3_600_000, quota: 1_000 }
const tpm: LimitWindow = { meter: 'tokens', windowMs: 60_000, quota: 5_000 }
const refusal = (retryAfterMs: number, ...exceeded: LimitWindow[]): Refusal => ({
  allowed: false,
  windows: exceeded.map(window => ({ window, remaining: 0, resetMs: 1 })),
  exceeded,
  retryAfterMs,
})

describe('limitError', () => {
  it.each<[string, Refusal, number, string, boolean, number]>([
    [
      'requests',
      refusal(30_500, rpm),
      0,
      'The limit of 100 requests a minute is reached; try again in 31 s.',
      true,
      30_500,
    ],
    [
      'tokens',
      refusal(5_000, tpm),
      4_200,
      'The limit of 5,000 tokens a minute is reached, and this call may need 4,200; try again in 5 s.',
      true,
      5_000,
    ],
    [
      'both',
      refusal(3_000_000, rph, tpm),
      10,
      'The limit of 1,000 requests an hour and of 5,000 tokens a minute is reached, and this call may need 10; try again in 3,000 s.',
      true,
      3_000_000,
    ],
    ['no time at all', refusal(0, rpm), 0, 'The limit of 100 requests a minute is reached; try again in 1 s.', true, 1],
    [
      'more tokens than there ever are',
      refusal(Number.POSITIVE_INFINITY, tpm),
      9_000,
      'This call may need 9,000 tokens, an upper bound, and can never pass the limit of 5,000 tokens a minute: lower `max_completion_tokens` or `n`, shorten the prompt, or send fewer images, sounds and files.',
      false,
      60_000,
    ],
    [
      'a limit of nothing',
      refusal(Number.POSITIVE_INFINITY, { ...rpm, quota: 0 }),
      0,
      'No call can pass the limit of 0 requests a minute; a higher limit is needed.',
      false,
      60_000,
    ],
    [
      'a share that another process would have more of',
      refusal(Number.POSITIVE_INFINITY, rpm),
      0,
      'The limit of 100 requests a minute is reached; try again in 1 s.',
      true,
      1_000,
    ],
  ])('tells of %s', (_, refused, tokens, message, retryable, retryAfterMs) => {
    expect(limitError(refused, tokens)).toMatchObject({
      code: 'rate_limited',
      status: 429,
      message,
      retryable,
      retryAfterMs,
    })
  })

  it('tells of calls at once, and of a store that cannot be asked', () => {
    expect(tooManyAtOnce(2)).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 1_000,
      message: expect.stringContaining('2 calls at once'),
    })
    expect(limitsUnavailable()).toMatchObject({
      code: 'limits_unavailable',
      status: 503,
      retryable: true,
      retryAfterMs: 1_000,
    })
  })
})
