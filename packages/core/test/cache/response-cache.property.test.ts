import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CacheStore } from '../../src/cache/cache-store.ts'
import { GuardedCache } from '../../src/cache/guarded-cache.ts'
import { memoryCacheStore } from '../../src/cache/memory-cache-store.ts'
import { ResponseCache } from '../../src/cache/response-cache.ts'
import { GatewayError } from '../../src/errors.ts'
import { Asker, type Manner } from './asker.ts'
import { ToldUpstream, turn } from './told-upstream.ts'

/** What happens, one thing after another; askers and upstream calls by their number, modulo how many there are. */
type Happening =
  | ({ readonly what: 'ask' } & Manner)
  | { readonly what: 'say'; readonly which: number; readonly text: string }
  | { readonly what: 'finish' | 'fail' | 'leave' | 'breakOff'; readonly which: number }
  | { readonly what: 'wait' }

const which = fc.nat(7)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('ask' as const),
      tenant: fc.constantFrom('acme', 'acme', 'other'),
      stream: fc.boolean(),
      includeUsage: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('say' as const), which, text: fc.string({ minLength: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('finish' as const, 'fail' as const), which }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('leave' as const, 'breakOff' as const), which }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('wait' as const) }) },
)

interface Story {
  readonly happenings: readonly Happening[]
  /** Turns that the store takes to answer, one question after another, over and over; none: it answers at once. */
  readonly storeTurns: readonly number[]
}

const story: fc.Arbitrary<Story> = fc.record({
  happenings: fc.array(happening, { minLength: 2, maxLength: 40 }),
  storeTurns: fc.oneof(fc.constant([]), fc.array(fc.nat(12), { maxLength: 5 })),
})

function storeTaking(storeTurns: readonly number[]): CacheStore {
  const memory = memoryCacheStore()
  if (storeTurns.length === 0) return memory
  let asked = 0
  const later = async <T>(answer: () => T): Promise<T> => {
    const turns = storeTurns[asked++ % storeTurns.length] ?? 0
    for (let passed = 0; passed < turns; passed += 1) await turn()
    return answer()
  }
  return {
    maxValueBytes: memory.maxValueBytes,
    // What it says is what was so when it was asked: the answer is what takes its time.
    get: key => {
      const found = memory.get(key)
      return later(() => found)
    },
    put: (key, value, ttlMs) => later(() => memory.put(key, value, ttlMs)),
    delete: key => memory.delete(key),
    claim: (key, claim) => memory.claim(key, claim),
    replace: (key, owner, update) => memory.replace(key, owner, update),
    release: (key, owner) => memory.release(key, owner),
  }
}

const failure = new GatewayError('upstream_unavailable', 'It broke.')

/** A story to its end, in which whatever is still under way is finished. */
async function play({ happenings, storeTurns }: Story) {
  const upstream = new ToldUpstream()
  const health = { mayAsk: () => true, answered: () => {}, failed: () => {}, failedForOne: () => {} }
  const rule = { ttlMs: 1_000_000, toolCalls: false }
  const cache = new ResponseCache({
    store: new GuardedCache({ store: storeTaking(storeTurns), health, readTimeoutMs: 60_000 }),
    rules: new Map([['fast', rule]]),
    rule,
    factsOf: () => [],
    onError: error => expect.fail(String(error)),
  })
  const askers: Asker[] = []
  for (const each of happenings) {
    if (each.what === 'ask') askers.push(new Asker(each, call => cache.layer(call, upstream.handle)))
    else if (each.what === 'wait') await turn()
    else if (each.what === 'leave' || each.what === 'breakOff') {
      await askers[each.which % askers.length]?.[each.what]()
    } else {
      const call = upstream.live[each.which % upstream.live.length]
      if (each.what === 'say') call?.say(each.text)
      else if (each.what === 'finish') {
        call?.say('.')
        call?.finish()
      } else call?.fail(failure)
    }
  }
  for (let turns = 0; turns < 60; turns += 1) {
    await turn()
    for (const call of upstream.live) {
      call.say('.')
      call.finish()
    }
  }
  return { upstream, askers }
}

it('each caller gets exactly one whole answer of its own tenant, or one true error, and no upstream call is made where another would do', async () => {
  await fc.assert(
    fc.asyncProperty(story, async told => {
      const { upstream, askers } = await play(told)
      expect(upstream.needless).toBe(0)
      for (const { manner, hasLeft, text, usage, ends, errors } of askers) {
        expect(ends + errors.length).toBe(1)
        const ofTenant = upstream.calls.filter(({ call }) => call.context.principal?.tenant === manner.tenant)
        if (ends === 1 && !hasLeft) {
          const whole = ofTenant.filter(({ hasSaidAll }) => hasSaidAll).map(call => call.text)
          expect(whole).toContain(text)
          expect(usage !== undefined).toBe(!manner.stream || manner.includeUsage)
        } else if (!hasLeft) {
          expect(errors).toEqual([failure])
          expect(ofTenant.some(({ state }) => state === 'failed')).toBe(true)
        }
      }
    }),
    { numRuns: 400 },
  )
})

it('an upstream call goes on for as long as somebody waits for it, and whoever leads pays for it, whatever becomes of him', async () => {
  await fc.assert(
    fc.asyncProperty(story, async told => {
      const { upstream, askers } = await play(told)
      for (const { call, state } of upstream.calls) {
        const leader = askers.find(asker => asker.call.context === call.context)
        expect(leader).toBeDefined()
        expect(leader?.call.context.cache).toBe('miss')
        if (state === 'aborted') expect(leader?.hasLeft).toBe(true)
        if (state === 'finished' && leader?.outcome) expect(leader.outcome.usage).toBeDefined()
      }
      for (const { call, ends, outcome } of askers) {
        if (call.context.cache !== 'hit' || ends === 0) continue
        expect(outcome?.costUsd).toBe(0)
        expect(outcome?.usage).toBeUndefined()
        expect(call.context.target).toEqual({ provider: 'us', model: 'm-1' })
        expect(call.context.attempts).toEqual([])
      }
    }),
    { numRuns: 400 },
  )
})
