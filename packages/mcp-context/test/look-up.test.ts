import { GatewayError } from '@modelgate/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { contextRig, kettle, principal, scriptedSource, toaster } from './support/context-rig.ts'

const found = { items: [kettle] }
const never = (): Promise<never> => new Promise<never>(() => {})
const later = (answer: unknown) => (): Promise<unknown> => Promise.resolve(answer)

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const thrower = (): never => {
  throw new Error('no')
}
/** A promise of another kind, whose own code throws. */
const breaking = {}
Reflect.set(breaking, 'then', thrower)
const hostile = Object.defineProperty({}, 'items', { get: thrower })

const statusOf = async (asking: Promise<{ readonly report: { readonly context?: unknown } }>): Promise<unknown> =>
  (await asking).report.context

describe('an answer', () => {
  it('is kept for its time, and asked for once by all who ask at once', async () => {
    const { search, asked } = scriptedSource(later({ ...found, ttlMs: 5_000 }))
    const { ask, clock } = contextRig(search)
    const cold = await Promise.all([ask('Kettle?'), ask('Kettle?'), ask(' Kettle?\n')])
    expect(cold.map(({ facts }) => facts)).toEqual([[kettle], [kettle], [kettle]])
    expect(asked).toHaveLength(1)
    clock.nowMs += 4_999
    expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'hit', isCached: true })
    expect(asked).toHaveLength(1)
    clock.nowMs += 1
    expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'hit', isCached: false })
    expect(asked).toHaveLength(2)
  })

  it('that nothing was found is kept, too', async () => {
    const { search, asked } = scriptedSource({ items: [] })
    const { ask } = contextRig(search)
    await ask('Kettle?')
    expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'none', isCached: true })
    expect(asked).toHaveLength(1)
  })

  it('is not kept where its source forbids it, nor for longer than a day', async () => {
    const { search, asked } = scriptedSource({ ...found, ttlMs: 0 }, { ...found, ttlMs: Number.MAX_VALUE }, found)
    const { ask, clock } = contextRig(search)
    await ask('Kettle?')
    await ask('Kettle?')
    await ask('Kettle?')
    expect(asked).toHaveLength(2)
    clock.nowMs += 86_400_000
    await ask('Kettle?')
    expect(asked).toHaveLength(3)
  })

  it('is the tenant’s own unless it says that it is for everybody', async () => {
    const { search, asked } = scriptedSource(found, found, { ...found, cacheScope: 'public' })
    const { ask } = contextRig(search)
    const tenants = async (query: string): Promise<(string | undefined)[]> => {
      const before = asked.length
      for (const tenant of ['a', 'b', 'a', 'b']) await ask(query, principal(tenant))
      await ask(query)
      return asked.slice(before).map(({ tenant }) => tenant)
    }
    const { search: own, asked: ownAsked } = scriptedSource(found)
    const rig = contextRig(own)
    for (const tenant of ['a', 'b', 'a', 'b']) await rig.ask('Kettle?', principal(tenant))
    await rig.ask('Kettle?')
    expect(ownAsked.map(({ tenant }) => tenant)).toEqual(['a', 'b', undefined])
    await ask('Other?')
    await ask('Another?')
    expect(await tenants('Kettle?')).toEqual(['a'])
  })

  it('of one tenant is not handed to another who asks the same at the same time', async () => {
    const { search, asked } = scriptedSource(later({ items: [kettle] }), later({ items: [toaster] }))
    const { ask } = contextRig(search)
    const [a, b] = await Promise.all([ask('Kettle?', principal('a')), ask('Kettle?', principal('b'))])
    expect([a.facts, b.facts]).toEqual([[kettle], [toaster]])
    expect(asked).toHaveLength(2)
  })

  it('of a tenant whose name looks like a query is kept apart', async () => {
    const { search, asked } = scriptedSource(found)
    const { ask } = contextRig(search)
    await ask('a', principal('b'))
    await ask('b', principal('a'))
    await ask('a', principal('__proto__'))
    expect(asked).toHaveLength(3)
  })

  it('goes first that was not used for longest, when there is no more room', async () => {
    const { search, asked } = scriptedSource(found)
    const { ask } = contextRig(search, { maxCacheBytes: 2_500 })
    for (const query of ['one', 'two', 'one', 'three', 'one', 'two']) await ask(query)
    expect(asked.map(({ query }) => query)).toEqual(['one', 'two', 'three', 'two'])
  })
})

describe('a source that fails', () => {
  it.each<[string, unknown, string]>([
    ['throws', new Error('down'), 'error'],
    ['rejects', () => Promise.reject(new Error('down')), 'error'],
    ['answers nothing', undefined, 'bad_answer'],
    ['answers a text', later('<html>'), 'bad_answer'],
    ['answers without items', later({ items: 'kettle' }), 'bad_answer'],
    [
      'answers an item that throws',
      {
        items: [
          {
            get productId(): string {
              throw new Error('no')
            },
          },
        ],
      },
      'bad_answer',
    ],
    ['answers what throws', hostile, 'bad_answer'],
    ['answers what throws, later', later(hostile), 'bad_answer'],
    ['answers later by what throws', breaking, 'error'],
    ['answers by what cannot be looked at', new Proxy({}, { has: thrower }), 'error'],
  ])('that %s costs the call its facts, and is told once', async (_, step, reason) => {
    const { search } = scriptedSource(step)
    const { ask, errors, gateway } = contextRig(search)
    const { content, report } = await ask('Kettle?')
    expect(content).toBe('Kettle?')
    expect(report).toMatchObject({ status: 'completed', context: { status: 'failed', reason, items: [], tokens: 0 } })
    expect(errors).toHaveLength(1)
    expect(gateway.context()?.lastFailure).toMatch(new RegExp(`^${reason}: `))
  })

  it('that hangs is left after 300 ms, and its signal aborted, for all who wait', async () => {
    const { search, asked } = scriptedSource(never)
    const { ask, errors } = contextRig(search)
    const asking = Promise.all([ask('Kettle?'), ask('Kettle?')])
    await vi.advanceTimersByTimeAsync(299)
    expect(asked[0]?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    for (const { report } of await asking) expect(report.context).toMatchObject({ status: 'failed', reason: 'timeout' })
    expect(asked[0]?.signal.aborted).toBe(true)
    expect(errors).toHaveLength(1)
  })

  it('holds up nobody who leaves', async () => {
    const { search, asked } = scriptedSource(never)
    const { ask, us } = contextRig(search)
    const leaving = new AbortController()
    const asking = ask('Kettle?', { signal: leaving.signal })
    leaving.abort()
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' })
    expect(us.calls).toHaveLength(0)
    expect(asked[0]?.signal.aborted).toBe(false)
  })

  it('is asked no more after five times in a row, then by one, twice as late each time', async () => {
    const { search, asked } = scriptedSource(...Array.from({ length: 6 }, () => new Error('down')), found)
    const { ask, clock, gateway } = contextRig(search)
    for (let time = 0; time < 5; time += 1) await ask(`Kettle ${time}?`)
    expect(gateway.context()?.breaker).toBe('open')
    expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'failed', reason: 'circuit_open' })
    expect(asked).toHaveLength(5)
    clock.nowMs += 30_000
    await ask('Kettle?')
    clock.nowMs += 59_999
    await ask('Kettle?')
    expect(asked).toHaveLength(6)
    clock.nowMs += 1
    expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'hit' })
    expect(gateway.context()?.breaker).toBe('closed')
  })

  it('is probed by one call while the others go without', async () => {
    let answer: (value: unknown) => void = () => {}
    const waiting = (): Promise<unknown> =>
      new Promise(resolve => {
        answer = resolve
      })
    const { search, asked } = scriptedSource(...Array.from({ length: 5 }, () => new Error('down')), waiting, found)
    const { ask, clock, gateway } = contextRig(search)
    for (let time = 0; time < 5; time += 1) await ask(`Kettle ${time}?`)
    clock.nowMs += 30_000
    const probing = ask('Kettle?')
    expect(gateway.context()?.breaker).toBe('halfOpen')
    expect(await statusOf(ask('Toaster?'))).toMatchObject({ reason: 'circuit_open' })
    answer(found)
    expect(await statusOf(probing)).toMatchObject({ status: 'hit' })
    expect(asked).toHaveLength(6)
    expect(await statusOf(ask('Toaster?'))).toMatchObject({ status: 'hit' })
  })

  it('that breaks while it is probed is probed again', async () => {
    const steps = [...Array.from({ length: 5 }, () => new Error('down')), hostile, found]
    const { ask, clock, gateway } = contextRig(scriptedSource(...steps).search)
    for (let time = 0; time < 5; time += 1) await ask(`Kettle ${time}?`)
    clock.nowMs += 30_000
    await ask('Kettle?')
    expect(gateway.context()?.breaker).toBe('open')
    clock.nowMs += 60_000
    expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'hit' })
  })

  it('that says of a query that it is at fault is asked on', async () => {
    const { search, asked } = scriptedSource(new GatewayError('invalid_request', 'Too long a question.'))
    const { ask, errors, gateway } = contextRig(search)
    for (let time = 0; time < 6; time += 1) {
      expect(await statusOf(ask(`Kettle ${time}?`))).toMatchObject({ status: 'failed', reason: 'error' })
    }
    expect(asked).toHaveLength(6)
    expect(errors).toHaveLength(6)
    expect(gateway.context()?.breaker).toBe('closed')
  })

  it('that fails only now and then is not given up', async () => {
    const steps = Array.from({ length: 20 }, (_, time) => (time % 5 === 4 ? found : new Error('down')))
    const { search } = scriptedSource(...steps)
    const { ask, gateway } = contextRig(search)
    for (let time = 0; time < 20; time += 1) await ask(`Kettle ${time}?`)
    expect(gateway.context()?.breaker).toBe('closed')
  })

  it('is helped out by what it said last, for an hour', async () => {
    const { search } = scriptedSource(found, new Error('down'))
    const { ask, clock } = contextRig(search)
    await ask('Kettle?')
    clock.nowMs += 60_000
    const stale = await ask('Kettle?')
    expect(stale.facts).toEqual([kettle])
    expect(stale.report.context).toMatchObject({ status: 'stale', reason: 'error', items: ['p-1'] })
    clock.nowMs += 3_600_000
    expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'failed', items: [] })
  })

  it('is helped out for as long as `maxStaleMs` says, and not at all for 0', async () => {
    for (const maxStaleMs of [5_000, 0]) {
      const { search } = scriptedSource(found, new Error('down'))
      const { ask, clock } = contextRig(search, { maxStaleMs })
      await ask('Kettle?')
      clock.nowMs += 60_000 + 4_000
      expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: maxStaleMs === 0 ? 'failed' : 'stale' })
      clock.nowMs += 2_000
      expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'failed' })
    }
  })

  it('fails the call where it is required, unless an old answer is at hand', async () => {
    const { search } = scriptedSource(found, new Error('the database at 10.0.0.7 is down'))
    const { ask, clock, us } = contextRig(search, { required: true })
    await ask('Kettle?')
    clock.nowMs += 60_000
    expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'stale' })
    const failing = ask('Toaster?')
    await expect(failing).rejects.toMatchObject({ code: 'context_unavailable', status: 503, retryable: true })
    await expect(failing).rejects.toThrow(
      'What answers are to be made from cannot be looked up now (error); try again later.',
    )
    expect(us.calls).toHaveLength(2)
  })

  it('is not blamed for a predicate that throws', async () => {
    const { search, asked } = scriptedSource(found)
    const { ask, errors, gateway } = contextRig(search, {
      when: () => {
        throw new Error('no')
      },
    })
    for (let time = 0; time < 6; time += 1) {
      expect(await statusOf(ask('Kettle?'))).toMatchObject({ status: 'failed', reason: 'error' })
    }
    expect(asked).toEqual([])
    expect(errors).toHaveLength(6)
    expect(gateway.context()?.breaker).toBe('closed')
  })
})
