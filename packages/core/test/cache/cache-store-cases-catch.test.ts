import { expect, it } from 'vitest'
import type { CacheStore } from '../../src/cache/cache-store.ts'
import { type MemoryCacheStore, memoryCacheStore } from '../../src/cache/memory-cache-store.ts'
import { cacheStoreCases, manualClock } from '../../src/testing/index.ts'

/** A store with something wrong with it, and the case that must catch it. */
interface Defect {
  readonly name: string
  readonly spoil: (store: MemoryCacheStore) => Partial<CacheStore>
  readonly caughtBy: RegExp
}

const defects: readonly Defect[] = [
  {
    name: 'it keeps text',
    spoil: store => ({
      put: (key, value, ttlMs) => store.put(key, new TextEncoder().encode(new TextDecoder().decode(value)), ttlMs),
    }),
    caughtBy: /byte by byte/,
  },
  {
    name: 'it counts seconds',
    spoil: store => ({ put: (key, value, ttlMs) => store.put(key, value, ttlMs + 1_000) }),
    caughtBy: /not a millisecond longer/,
  },
  {
    name: 'reading renews',
    spoil: store => ({
      get(key) {
        const found = store.get(key)
        if (found && !found.owner) store.put(key, found.value, 60_000)
        return found
      },
    }),
    caughtBy: /does not lengthen its time/,
  },
  {
    name: 'it folds the case of keys',
    spoil: store => ({
      get: key => store.get(key.toLowerCase()),
      put: (key, value, ttlMs) => store.put(key.toLowerCase(), value, ttlMs),
    }),
    caughtBy: /keys are told apart/,
  },
  {
    name: 'a claim is read first and written later',
    spoil: store => ({
      async claim(key, claim) {
        const standing = store.get(key)
        await Promise.resolve()
        if (!standing) store.put(key, claim.value, claim.ttlMs)
        return standing
      },
    }),
    caughtBy: /exactly one wins/,
  },
  {
    name: 'anybody ends a claim',
    spoil: store => ({
      replace: (key, owner, update) => store.replace(key, store.get(key)?.owner ?? owner, update),
    }),
    caughtBy: /nobody but its owner/,
  },
  {
    name: 'a claim that has ended is still owned',
    spoil: store => ({ replace: (key, owner, update) => store.replace(key, owner, { ...update, final: false }) }),
    caughtBy: /which nobody owns any more|for the time given with it/,
  },
  {
    name: 'it cuts what is too long',
    spoil: store => ({
      put: (key, value, ttlMs) => store.put(key, value.subarray(0, store.maxValueBytes), ttlMs),
    }),
    caughtBy: /too long is refused/,
  },
]

it.each(defects)('the suite finds out a store where $name', async ({ spoil, caughtBy }) => {
  const failed: string[] = []
  const cases = cacheStoreCases(() => {
    const clock = manualClock()
    const store = memoryCacheStore({ now: clock.now })
    return { store: bound(store, spoil(store)), clock, async [Symbol.asyncDispose]() {} }
  })
  for (const { name, run } of cases) {
    await run().catch(() => failed.push(name))
  }
  expect(failed.some(name => caughtBy.test(name))).toBe(true)
})

function bound(store: MemoryCacheStore, spoilt: Partial<CacheStore>): CacheStore {
  return {
    maxValueBytes: store.maxValueBytes,
    get: key => store.get(key),
    put: (key, value, ttlMs) => store.put(key, value, ttlMs),
    delete: key => store.delete(key),
    claim: (key, claim) => store.claim(key, claim),
    replace: (key, owner, update) => store.replace(key, owner, update),
    release: (key, owner) => store.release(key, owner),
    ...spoilt,
  }
}
