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
  plan.failedWith(target, error, { nowMs: 0, restMs: 0 })
  return target.provider
}

describe('which target is asked next', () => {
  it('each once, in order, and no more than the attempts that there are', () => {
    const plan = new AttemptPlan([a, b, c], 2)
    expect([fails(plan), fails(plan), fails(plan)]).toEqual(['a', 'b', undefined])
    expect(plan.pauseMs(1_000, 0)).toBeUndefined()
  })

  it('a target that was refused costs no attempt', () => {
    const plan = new AttemptPlan([a, b, c], 2)
    plan.refusedWith(plan.next()!, open(5), 0)
    expect([fails(plan), fails(plan)]).toEqual(['b', 'c'])
  })

  it('one that yields to need comes after all others, as the last resort', () => {
    const plan = new AttemptPlan([a, b], 3)
    plan.refusedWith(plan.next()!, cooling(60_000, true), 0)
    expect(plan.lastResort).toBe(false)
    expect(fails(plan)).toBe('b')
    expect(fails(plan)).toBe('a')
    expect(plan.lastResort).toBe(true)
  })

  it('only those that a failure leaves, of the rest, of those that yield and of those that may be asked again', () => {
    const plan = new AttemptPlan([a, b, c], 9, always)
    expect(fails(plan)).toBe('a')
    plan.refusedWith(plan.next()!, cooling(60_000, true), 0)
    plan.keepOnly(rest => rest.filter(target => target === b))
    expect(fails(plan, fault('invalid_request'))).toBe('b')
    expect(plan.next()).toBeUndefined()
    expect(plan.pauseMs(1_000, 0)).toBeUndefined()
    expect(plan.error('fast', 0).code).toBe('invalid_request')
  })

  it('the same again after a pause, only when no other is left', () => {
    const plan = new AttemptPlan([a, b], 4, always)
    expect([fails(plan), fails(plan), plan.next()]).toEqual(['a', 'b', undefined])
    expect(plan.pauseMs(1_000, 0)).toBe(10)
    expect([fails(plan), plan.next()]).toEqual(['a', undefined])
    expect(plan.pauseMs(1_000, 0)).toBe(10)
    expect([fails(plan), plan.next(), plan.pauseMs(1_000, 0)]).toEqual(['b', undefined, undefined])
  })

  it('of those that failed, first the one that may be asked again the soonest, and the other where that is refused', () => {
    const plan = new AttemptPlan([a, b], 9, always)
    fails(plan, fault('upstream_rate_limited', 700))
    fails(plan, fault('upstream_rate_limited', 20))
    expect(plan.pauseMs(60_000, 0)).toBe(20)
    const again = plan.next()!
    expect(again).toBe(b)
    plan.refusedWith(again, open(30_000), 0)
    expect([plan.next(), plan.pauseMs(60_000, 0), plan.next()]).toEqual([undefined, 700, a])
  })

  it('the one whose time has passed while another was asked, at once', () => {
    const plan = new AttemptPlan([a, b], 9, { ...always, delayMs: (_, asked) => (asked > 2_000 ? undefined : asked) })
    fails(plan, fault('upstream_rate_limited', 3_000))
    plan.next()
    plan.asked('b/x')
    plan.failedWith(b, down, { nowMs: 3_500, restMs: 0 })
    expect([plan.pauseMs(60_000, 3_500), plan.next()]).toEqual([0, a])
  })

  it('one that others were throttled by meanwhile, once more after what is left, at the price of one retry', () => {
    const taken: string[] = []
    const plan = new AttemptPlan([a], 3, { ...always, take: name => taken.push(name) < 2 })
    fails(plan, fault('upstream_rate_limited', 200))
    expect(plan.pauseMs(60_000, 0)).toBe(200)
    plan.refusedWith(plan.next()!, cooling(70), 200)
    expect([plan.pauseMs(60_000, 200), fails(plan)]).toEqual([70, 'a'])
    expect([plan.pauseMs(60_000, 300), taken]).toEqual([undefined, ['a/x', 'a/x']])
  })

  it('none that is throttled again and again, for more than as many pauses as there are attempts', () => {
    const plan = new AttemptPlan([a], 3, always)
    fails(plan, fault('upstream_rate_limited', 200))
    const pauses = Array.from({ length: 5 }, () => {
      const pauseMs = plan.pauseMs(60_000, 0)
      const target = plan.next()
      if (target) plan.refusedWith(target, cooling(70), 0)
      return pauseMs
    })
    expect(pauses).toEqual([200, 70, 70, undefined, undefined])
  })

  it('never a target that is left alone for longer than a call should wait, whatever it asked for itself', () => {
    const plan = new AttemptPlan([a], 9, { ...always, delayMs: (_, asked) => (asked > 2_000 ? undefined : asked) })
    const target = plan.next()!
    plan.asked('a/x')
    plan.failedWith(target, down, { nowMs: 0, restMs: 30_000 })
    expect(plan.pauseMs(60_000, 0)).toBeUndefined()
  })

  it('one that yields to need is offered once, also by a guard that goes on saying so', () => {
    const plan = new AttemptPlan([a], 3, always)
    for (let offer = 0; offer < 2; offer += 1) plan.refusedWith(plan.next()!, cooling(1_000, true), 0)
    expect(plan.next()).toBeUndefined()
    expect(plan.error('fast', 0)).toMatchObject({ retryAfterMs: 1_000 })
  })

  it.each(['timeout_first_frame', 'timeout_idle', 'upstream_auth_failed', 'model_not_found'] as const)(
    'never the same again after %s',
    code => {
      const plan = new AttemptPlan([a], 3, always)
      fails(plan, fault(code))
      expect(plan.pauseMs(60_000, 0)).toBeUndefined()
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
      expect(plan.pauseMs(leftMs, 0)).toBeUndefined()
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
      expect(plan.pauseMs(60_000, 0)).toBe(waited)
    }
  })
})

describe('what a call ends with', () => {
  const ended = (steps: readonly (GatewayError | AttemptRefusal)[]): GatewayError => {
    const plan = new AttemptPlan([a, b, c].slice(0, steps.length), 3)
    for (const step of steps) {
      const target = plan.next()!
      if ('isRefused' in step) plan.refusedWith(target, step, 0)
      else plan.failedWith(target, step, { nowMs: 0, restMs: 0 })
    }
    return plan.error('fast', 0)
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

  it('a failure that may pass, or a refusal that will, before one that will not', () => {
    const lasting = fault('upstream_auth_failed')
    expect(ended([fault('upstream_rate_limited', 5_000), lasting])).toMatchObject({
      code: 'upstream_rate_limited',
      retryable: true,
      retryAfterMs: 5_000,
    })
    expect(ended([open(5_000), lasting])).toMatchObject({ code: 'circuit_open', retryAfterMs: 5_000 })
    const empty = new GatewayError('upstream_rate_limited', 'no money', { retryable: false })
    expect(ended([fault('upstream_rate_limited', 5_000), empty])).toMatchObject({ retryable: true })
    expect(ended([lasting, fault('model_not_found')])).toMatchObject({ code: 'model_not_found' })
  })

  it('the time until the first of its targets may be asked again, whichever it tells of', () => {
    const [later, soon] = [fault('upstream_unavailable', 3_600_000), fault('upstream_rate_limited', 2_000)]
    expect(ended([soon, later])).toMatchObject({ code: 'upstream_unavailable', retryAfterMs: 2_000 })
    expect(ended([cooling(2_000), later])).toMatchObject({ code: 'upstream_unavailable', retryAfterMs: 2_000 })
    expect(ended([later, open(5_000)])).toMatchObject({ code: 'upstream_unavailable', retryAfterMs: 5_000 })
    expect(ended([open(1_000), soon])).toMatchObject({ code: 'upstream_rate_limited', retryAfterMs: 1_000 })
    expect(ended([later, fault('upstream_rate_limited')]).retryAfterMs).toBeUndefined()
    // It says nothing of when, and so may the call.
    expect(ended([soon, down])).toBe(down)
    expect(ended([fault('upstream_auth_failed'), later])).toMatchObject({ retryAfterMs: 3_600_000 })
  })

  it('the time that is left by then, and not that of a failure before the last of the same target', () => {
    const plan = new AttemptPlan([a], 9, always)
    fails(plan, fault('upstream_unavailable', 1_000))
    plan.pauseMs(60_000, 0)
    plan.failedWith(plan.next()!, fault('upstream_unavailable', 20_000), { nowMs: 1_000, restMs: 0 })
    expect(plan.error('fast', 3_000).retryAfterMs).toBe(18_000)
  })

  it('and of the target whose failure or refusal it is, though another was asked after it', () => {
    const plan = new AttemptPlan([a, b], 3)
    plan.refusedWith(plan.next()!, open(5_000), 0)
    fails(plan, fault('upstream_auth_failed'))
    expect([plan.error('fast', 0).code, plan.blamed(0)]).toEqual(['circuit_open', a])
  })

  it('not with what a target failed of that could not have served the call anyway', () => {
    const plan = new AttemptPlan([a, b], 3)
    fails(plan)
    plan.refusedWith(plan.next()!, open(5_000), 0)
    plan.keepOnly(() => [])
    plan.failedWith(c, fault('context_length_exceeded'), { nowMs: 0, restMs: 0 })
    expect(plan.error('fast', 0).code).toBe('context_length_exceeded')
  })

  it('no Retry-After of a target that refuses the gateway, and only throttled ones make it a 429', () => {
    const plan = new AttemptPlan([a, b], 1)
    plan.refusedWith(plan.next()!, cooling(50_000, true), 0)
    expect(fails(plan, fault('upstream_rate_limited'))).toBe('b')
    expect(plan.error('fast', 0).retryAfterMs).toBeUndefined()
  })

  it('what is left of a Retry-After, and not what it was when another target was yet to be asked', () => {
    const plan = new AttemptPlan([a, b], 2)
    fails(plan, fault('upstream_rate_limited', 9_000))
    plan.refusedWith(plan.next()!, cooling(40_000), 0)
    expect([plan.error('fast', 2_000).retryAfterMs, plan.error('fast', 20_000).retryAfterMs]).toEqual([7_000, 0])
  })

  it('what a target that throttled is left alone for by then, and not the time that it was waited for', () => {
    const plan = new AttemptPlan([a], 9, always)
    fails(plan, fault('upstream_rate_limited', 200))
    expect(plan.pauseMs(60_000, 0)).toBe(200)
    plan.refusedWith(plan.next()!, cooling(5_000), 200)
    expect(plan.error('fast', 200).retryAfterMs).toBe(5_000)
  })

  it('the time that targets are left alone for, and not what they asked for', () => {
    const plan = new AttemptPlan([a], 1)
    plan.failedWith(plan.next()!, fault('upstream_rate_limited', 86_400_000), { nowMs: 0, restMs: 60_000 })
    expect(plan.error('fast', 0).retryAfterMs).toBe(60_000)
  })

  it('says so where there is no target at all', () => {
    expect(ended([])).toMatchObject({ code: 'model_not_found' })
  })
})
