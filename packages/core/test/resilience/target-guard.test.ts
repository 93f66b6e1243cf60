import { describe, expect, it } from 'vitest'
import type { AttemptPermit, AttemptRefusal } from '../../src/attempt-guard.ts'
import { type ErrorCode, GatewayError } from '../../src/errors.ts'
import { CircuitBreakers } from '../../src/resilience/circuit-breakers.ts'
import { createResilience, type ResilienceOptions } from '../../src/resilience/resilience.ts'
import { TargetGuard } from '../../src/resilience/target-guard.ts'
import { manualClock, testCall } from '../../src/testing/index.ts'
import { chatCall, rejection, turns } from '../support/calls.ts'

const fault = (code: ErrorCode, retryAfterMs?: number): GatewayError => new GatewayError(code, code, { retryAfterMs })

function rig(options: ResilienceOptions = {}) {
  const { now, advance } = manualClock(1_000_000)
  const errors: unknown[] = []
  const resilience = createResilience(
    {
      ...options,
      circuitBreaker: { now, random: () => 0, ...options.circuitBreaker },
      coolDown: { now, ...options.coolDown },
    },
    error => errors.push(error),
  )
  const ask = (target: string, { lastResort = false, signal }: { lastResort?: boolean; signal?: AbortSignal } = {}) => {
    const call = chatCall({}, signal ? { signal } : {})
    call.context.attempt = { target, code: '', durationMs: 0 }
    return resilience.guard.admit(call, lastResort)
  }
  const permit = (target = 'a/x'): AttemptPermit => {
    const decision = ask(target)
    if (decision instanceof Promise || decision.isRefused) throw new Error('was refused')
    return decision
  }
  const refusal = (target = 'a/x', lastResort = false): AttemptRefusal => {
    const decision = ask(target, { lastResort })
    if (decision instanceof Promise || !decision.isRefused) throw new Error('was let through')
    return decision
  }
  return { ...resilience, advance, ask, permit, refusal, errors }
}

describe('the guard of attempts', () => {
  it('refuses a target whose breaker is open, and says until when', () => {
    const { permit, refusal, advance } = rig()
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    advance(10_000)
    expect(refusal()).toMatchObject({ code: 'circuit_open', error: { code: 'circuit_open', retryAfterMs: 20_000 } })
    expect(permit('b/x').isRefused).toBe(false)
  })

  it('tells in the view of the targets when an open one is asked again, and of no other', () => {
    const { permit, targets, advance } = rig()
    permit('b/x').end(undefined)
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    advance(10_000)
    const view = () => targets().map(({ target, state, retryInMs }) => [target, state, retryInMs])
    const other = ['b/x', 'closed', undefined]
    expect(view()).toEqual([['a/x', 'open', 20_000], other])
    advance(20_000)
    permit()
    expect(view()).toEqual([['a/x', 'halfOpen', undefined], other])
  })

  it('gives exactly one place to a hundred calls at once when the wait is over', () => {
    const { permit, ask, advance } = rig()
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    advance(30_000)
    const decisions = Array.from({ length: 100 }, () => ask('a/x') as AttemptPermit | AttemptRefusal)
    expect(decisions.filter(({ isRefused }) => !isRefused)).toHaveLength(1)
  })

  it('gives a probe’s place back when its call is given up, although its provider does not mind', () => {
    const { permit, ask, advance } = rig()
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    advance(30_000)
    const caller = new AbortController()
    expect(ask('a/x', { signal: caller.signal })).toMatchObject({ isRefused: false })
    expect(ask('a/x')).toMatchObject({ isRefused: true })
    caller.abort()
    expect(ask('a/x')).toMatchObject({ isRefused: false })
  })

  it('tells who is turned away while a probe is under way to come back soon', () => {
    const { permit, refusal, advance } = rig()
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    advance(30_000)
    permit()
    expect(refusal()).toMatchObject({ code: 'circuit_open', error: { retryAfterMs: 1_000 } })
  })

  it('lets another call through once a probe streams, and waits for the end of neither to hear of the other', () => {
    const { permit, refusal, advance, targets } = rig()
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    advance(30_000)
    const long = permit()
    refusal()
    long.answered?.()
    const short = permit()
    refusal()
    short.end(undefined)
    expect(targets()).toMatchObject([{ state: 'closed' }])
    long.end(fault('stream_interrupted'))
    expect(targets()).toMatchObject([{ state: 'closed', failures: 0 }])
  })

  it('tells for how long a target is left alone after a failure', () => {
    const { permit } = rig()
    expect(permit().end(undefined)).toBe(0)
    for (let call = 0; call < 4; call += 1) expect(permit().end(fault('upstream_unavailable'))).toBe(0)
    expect(permit().end(fault('upstream_unavailable'))).toBe(30_000)
    expect(permit('b/x').end(fault('upstream_rate_limited'))).toBe(1_000)
    expect(permit('c/x').end(fault('upstream_rate_limited', 86_400_000))).toBe(60_000)
    expect(permit('d/x').end(fault('upstream_auth_failed'))).toBe(0)
  })

  it('counts the end of an attempt once', () => {
    const { permit, targets } = rig()
    const attempt = permit()
    for (let end = 0; end < 9; end += 1) attempt.end(fault('upstream_unavailable'))
    expect(targets()).toMatchObject([{ target: 'a/x', state: 'closed', failures: 1, calls: 1 }])
  })

  it('leaves a throttled target alone even as the last resort, one that refuses the gateway not', () => {
    const { permit, refusal, ask, targets } = rig()
    permit().end(fault('upstream_rate_limited', 3_000))
    expect(refusal('a/x', true)).toMatchObject({
      code: 'cooling_down',
      yieldsToNeed: false,
      error: { code: 'upstream_rate_limited', status: 429, retryAfterMs: 3_000 },
    })
    permit('b/x').end(fault('upstream_auth_failed'))
    expect(refusal('b/x')).toMatchObject({ code: 'cooling_down', yieldsToNeed: true })
    expect(ask('b/x', { lastResort: true })).toMatchObject({ isRefused: false })
    expect(targets()).toMatchObject([
      { target: 'a/x', state: 'closed', coolingForMs: 3_000, coolingWhy: 'throttled' },
      { target: 'b/x', state: 'closed', coolingForMs: 60_000, coolingWhy: 'refused' },
    ])
  })

  it('is as new after a reset, of one target or of all', () => {
    const { permit, refusal, reset, targets } = rig()
    for (const target of ['a/x', 'b/x']) {
      for (let call = 0; call < 5; call += 1) permit(target).end(fault('timeout_idle'))
    }
    permit('c/x').end(fault('upstream_rate_limited'))
    reset('a/x')
    expect(permit('a/x').isRefused).toBe(false)
    expect(refusal('b/x').isRefused).toBe(true)
    reset()
    expect(targets().filter(({ state, coolingForMs }) => state !== 'closed' || coolingForMs)).toEqual([])
  })

  it('hears nothing after a reset of what was under way before', () => {
    const { permit, reset, targets } = rig()
    permit().end(undefined)
    const before = Array.from({ length: 5 }, () => permit())
    reset()
    reset('a/x')
    for (const attempt of before) attempt.end(fault('upstream_unavailable'))
    expect(targets()).toMatchObject([{ state: 'closed', calls: 0 }])
  })

  it('keeps what a target is asked to do apart: a model without embeddings fails them, and its chats are well', () => {
    const changes: unknown[] = []
    const onStateChange = (change: unknown): void => void changes.push(change)
    const { guard, permit, targets, reset } = rig({ circuitBreaker: { onStateChange } })
    const embed = () => {
      const call = testCall('embeddings', { model: 'fast', input: 'hi' })
      call.context.attempt = { target: 'a/x', code: '', durationMs: 0 }
      return guard.admit(call, false) as AttemptPermit | AttemptRefusal
    }
    for (let call = 0; call < 5; call += 1) (embed() as AttemptPermit).end(fault('upstream_unavailable'))
    expect(embed()).toMatchObject({ isRefused: true, error: { message: expect.stringContaining('target a/x failed') } })
    permit().end(undefined)
    expect(changes).toEqual([{ target: 'a/x', operation: 'embeddings', from: 'closed', to: 'open' }])
    expect(targets()).toMatchObject([
      { target: 'a/x', operation: 'chat', state: 'closed', failures: 0 },
      { target: 'a/x', operation: 'embeddings', state: 'open' },
    ])
    reset('a/x')
    expect(embed().isRefused).toBe(false)
  })

  it('tells of an async listener that rejects, and the process lives', async () => {
    const bug = new Error('a bug of the listener')
    const { permit, errors } = rig({ circuitBreaker: { onStateChange: async () => Promise.reject(bug) } })
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    await turns()
    expect(errors).toEqual([bug])
  })

  it('tells of a listener that throws, and goes on', () => {
    const bug = new Error('a bug of the listener')
    const { permit, errors } = rig({
      circuitBreaker: {
        onStateChange() {
          throw bug
        },
      },
    })
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    expect(errors).toEqual([bug])
  })

  it('lets everything through where nothing is enabled', () => {
    const { permit } = rig({ circuitBreaker: { enabled: false }, coolDown: { enabled: false } })
    for (let call = 0; call < 50; call += 1) permit().end(fault('upstream_rate_limited'))
    for (let call = 0; call < 50; call += 1) permit().end(fault('upstream_unavailable'))
  })

  it('keeps callers apart that bring credentials of their own', () => {
    const breakers = new CircuitBreakers()
    const guard = new TargetGuard({ breakers, keyOf: call => `a/x#${call.context.tags.key}` })
    const ask = (key: string) => guard.admit(chatCall({}, { tags: { key } }), false) as AttemptPermit
    for (let call = 0; call < 5; call += 1) ask('bad').end(fault('upstream_unavailable'))
    expect([ask('bad').isRefused, ask('good').isRefused]).toEqual([true, false])
  })
})

describe('a bulkhead', () => {
  it('lets so many through and no more; a place is given back however its attempt ended', () => {
    const { permit, refusal, targets } = rig({ bulkhead: { maxConcurrentCalls: 2 } })
    const [first, second] = [permit(), permit()]
    expect(refusal()).toMatchObject({
      code: 'bulkhead_full',
      error: { status: 503, retryable: true, retryAfterMs: 1_000 },
    })
    expect(permit('b/x').isRefused).toBe(false)
    first.end(fault('upstream_unavailable'))
    first.end(undefined)
    permit()
    expect(refusal().code).toBe('bulkhead_full')
    second.end(fault('cancelled'))
    expect(permit().isRefused).toBe(false)
    expect(targets()).toMatchObject([
      { target: 'a/x', failures: 1, calls: 1, state: 'closed', inFlight: 2 },
      { target: 'b/x', calls: 0, inFlight: 1 },
    ])
  })

  it('keeps no place for what the breaker refuses', () => {
    const { permit, refusal, reset } = rig({ bulkhead: { maxConcurrentCalls: 1 } })
    for (let call = 0; call < 5; call += 1) permit().end(fault('upstream_unavailable'))
    for (let call = 0; call < 5; call += 1) expect(refusal().code).toBe('circuit_open')
    reset()
    expect(permit().isRefused).toBe(false)
  })

  it('lets some wait, in order, and refuses those beyond', async () => {
    const { permit, ask, refusal } = rig({ bulkhead: { maxConcurrentCalls: 1, maxQueuedCalls: 2, maxWaitMs: 60_000 } })
    const first = permit()
    const order: string[] = []
    const waiting = ['b', 'c'].map(async name => {
      const decision = await ask('a/x')
      order.push(name)
      return decision as AttemptPermit
    })
    expect(refusal().code).toBe('bulkhead_full')
    first.end(undefined)
    ;(await waiting[0]!).end(undefined)
    ;(await waiting[1]!).end(undefined)
    expect(order).toEqual(['b', 'c'])
    expect(permit().isRefused).toBe(false)
  })

  it('forgets who leaves while it waits, and who waited too long', async () => {
    const { permit, ask } = rig({ bulkhead: { maxConcurrentCalls: 1, maxQueuedCalls: 1, maxWaitMs: 5 } })
    const first = permit()
    const caller = new AbortController()
    const left = rejection(Promise.resolve(ask('a/x', { signal: caller.signal })))
    caller.abort()
    expect(await left).toMatchObject({ code: 'cancelled' })
    expect(await ask('a/x')).toMatchObject({ code: 'bulkhead_full' })
    first.end(undefined)
    await turns()
    permit().end(undefined)
  })

  it('may be waited for without end', async () => {
    const { permit, ask } = rig({ bulkhead: { maxConcurrentCalls: 1, maxQueuedCalls: 1, maxWaitMs: 1e12 } })
    const first = permit()
    const waiting = ask('a/x')
    await new Promise(resolve => setTimeout(resolve, 5))
    first.end(undefined)
    expect(await waiting).toMatchObject({ isRefused: false })
  })
})
