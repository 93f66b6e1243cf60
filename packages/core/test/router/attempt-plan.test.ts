import { describe, expect, it } from 'vitest'
import type { AttemptRefusal } from '../../src/attempt-guard.ts'
import { type ErrorCode, GatewayError } from '../../src/errors.ts'
import { AttemptPlan } from '../../src/router/attempt-plan.ts'
import { type Target, targetName } from '../../src/target.ts'

const [a, b, c] = ['a', 'b', 'c'].map(provider => ({ provider, model: 'x' })) as [Target, Target, Target]
const fault = (code: ErrorCode, retryAfterMs?: number): GatewayError => new GatewayError(code, code, { retryAfterMs })
const down = fault('upstream_unavailable')

const cooling = (retryAfterMs: number, yieldsToNeed = false): AttemptRefusal => ({
  isRefused: true,
  code: 'cooling_down',
  yieldsToNeed,
  error: fault('upstream_rate_limited', retryAfterMs),
})
const open = (retryAfterMs: number): AttemptRefusal => ({
  isRefused: true,
  code: 'circuit_open',
  yieldsToNeed: false,
  error: fault('circuit_open', retryAfterMs),
})

/** Retries without end, after ten milliseconds or as long as was asked for. */
const always = { called: () => {}, take: () => true, delayMs: (_: number, asked: number) => Math.max(10, asked) }

function fails(plan: AttemptPlan, error = down): string | undefined {
  const target = plan.next()
  if (!target) return undefined
  plan.asked(targetName(target))
  plan.failedWith(target, error)
  return target.provider
}

describe('which target is asked next', () => {
  it('each once, in order, and no more than the attempts that there are', () => {
    const plan = new AttemptPlan([a, b, c], 2)
    expect([fails(plan), fails(plan), fails(plan)]).toEqual(['a', 'b', undefined])
    expect(plan.pauseMs(1_000)).toBeUndefined()
  })

  it('a target that was refused costs no attempt', () => {
    const plan = new AttemptPlan([a, b, c], 2)
    plan.refusedWith(plan.next()!, open(5))
    expect([fails(plan), fails(plan)]).toEqual(['b', 'c'])
  })

  it('one that yields to need comes after all others, as the last resort', () => {
    const plan = new AttemptPlan([a, b], 3)
    plan.refusedWith(plan.next()!, cooling(60_000, true))
    expect(plan.lastResort).toBe(false)
    expect(fails(plan)).toBe('b')
    expect(fails(plan)).toBe('a')
    expect(plan.lastResort).toBe(true)
  })

  it('the same again after a pause, only when no other is left', () => {
    const plan = new AttemptPlan([a, b], 4, always)
    expect([fails(plan), fails(plan), plan.next()]).toEqual(['a', 'b', undefined])
    expect(plan.pauseMs(1_000)).toBe(10)
    expect([fails(plan), plan.next()]).toEqual(['a', undefined])
    expect(plan.pauseMs(1_000)).toBe(10)
    expect([fails(plan), plan.next(), plan.pauseMs(1_000)]).toEqual(['a', undefined, undefined])
  })

  it.each(['timeout_first_frame', 'timeout_idle', 'upstream_auth_failed', 'model_not_found'] as const)(
    'never the same again after %s',
    code => {
      const plan = new AttemptPlan([a], 3, always)
      fails(plan, fault(code))
      expect(plan.pauseMs(60_000)).toBeUndefined()
    },
  )

  it('never past the deadline, beyond the budget, or later than a call should wait', () => {
    for (const [retry, leftMs] of [
      [always, 10],
      [{ ...always, take: () => false }, 1_000],
      [{ ...always, delayMs: () => undefined }, 1_000],
    ] as const) {
      const plan = new AttemptPlan([a], 3, retry)
      fails(plan)
      expect(plan.pauseMs(leftMs)).toBeUndefined()
    }
  })

  it('waits as long as the target asked for, which without a time is a second after a 429', () => {
    for (const [error, waited] of [
      [fault('upstream_rate_limited', 700), 700],
      [fault('upstream_rate_limited'), 1_000],
      [fault('upstream_unavailable', 300), 300],
    ] as const) {
      const plan = new AttemptPlan([a], 3, always)
      fails(plan, error)
      expect(plan.pauseMs(60_000)).toBe(waited)
    }
  })
})

describe('what a call ends with', () => {
  const ended = (steps: readonly (GatewayError | AttemptRefusal)[]): GatewayError => {
    const plan = new AttemptPlan([a, b, c].slice(0, steps.length), 3)
    for (const step of steps) {
      const target = plan.next()!
      if ('isRefused' in step) plan.refusedWith(target, step)
      else plan.failedWith(target, step)
    }
    return plan.error('fast')
  }

  it('the last failure, where one was asked', () => {
    expect(ended([down, open(5)])).toBe(down)
  })

  it('a 429 with the smallest Retry-After, where all cool down or throttled', () => {
    expect(ended([cooling(9_000), cooling(3_000), cooling(5_000)])).toMatchObject({ status: 429, retryAfterMs: 3_000 })
    expect(ended([cooling(2_000), fault('upstream_rate_limited', 30_000)])).toMatchObject({ retryAfterMs: 2_000 })
    expect(ended([fault('upstream_rate_limited', 1_000), fault('upstream_rate_limited', 4_000)])).toMatchObject({
      code: 'upstream_rate_limited',
      retryAfterMs: 1_000,
    })
  })

  it('the refusal that ends soonest, where none was asked', () => {
    expect(ended([open(9_000), cooling(3_000)])).toMatchObject({ code: 'upstream_rate_limited', retryAfterMs: 3_000 })
    expect(ended([open(2_000), cooling(3_000)])).toMatchObject({ code: 'circuit_open', retryAfterMs: 2_000 })
  })

  it('says so where there is no target at all', () => {
    expect(ended([])).toMatchObject({ code: 'model_not_found' })
  })
})
