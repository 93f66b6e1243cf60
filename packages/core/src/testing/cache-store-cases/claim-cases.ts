import { strict as assert } from 'node:assert'
import type { CacheClaim, CacheStore } from '../../cache/cache-store.ts'
import { bytesOf, holds, isEmpty, noise, type RigCase, same } from './cache-store-case.ts'

const minuteMs = 60_000
const pending = bytesOf('pending')

const claimOf = (owner: string): CacheClaim => ({ owner, value: bytesOf(`of ${owner}`), ttlMs: minuteMs })
const update = (final: boolean, value = pending) => ({ value, ttlMs: minuteMs, final })

async function wins(store: CacheStore, owner: string): Promise<void> {
  const standing = await store.claim('key', claimOf(owner))
  assert.ok(standing === undefined, `The claim had to be ${owner}'s.`)
}

/** Claims: who may put. */
export const claimCases: readonly RigCase[] = [
  {
    name: 'the first claim wins, and every later one is told what stands there, its own owner too',
    async run({ store, other = store }) {
      await wins(store, 'one')
      for (const owner of ['two', 'one']) same(await other.claim('key', claimOf(owner)), bytesOf('of one'), 'one')
      await holds(other, 'key', bytesOf('of one'), 'one')
    },
  },
  {
    name: 'of forty claims at once exactly one wins',
    async run({ store, other = store }) {
      const claims = Array.from({ length: 40 }, async (_, index) =>
        (index % 2 ? store : other).claim('key', claimOf(`owner-${index}`)),
      )
      const standing = (await Promise.all(claims)).filter(entry => entry !== undefined)
      assert.equal(standing.length, 39)
      assert.equal(new Set(standing.map(({ owner }) => owner)).size, 1)
    },
  },
  {
    name: 'a claim does not win against a value',
    async run({ store }) {
      await store.put('key', bytesOf('value'), minuteMs)
      same(await store.claim('key', claimOf('one')), bytesOf('value'))
      await holds(store, 'key', bytesOf('value'))
    },
  },
  {
    name: 'a claim that has expired is nobody’s: the next one wins, and its owner can neither renew nor end nor release it',
    async run({ store, other = store, clock }) {
      await wins(store, 'one')
      clock.advance(minuteMs)
      await isEmpty(other, 'key')
      assert.equal(await store.replace('key', 'one', update(true)), false)
      assert.equal(await store.release('key', 'one'), false)
      await wins(other, 'two')
      assert.equal(await store.replace('key', 'one', update(true)), false)
      assert.equal(await store.release('key', 'one'), false)
      await holds(store, 'key', bytesOf('of two'), 'two')
    },
  },
  {
    name: 'a value that has expired does not stand against a claim',
    async run({ store, clock }) {
      await store.put('key', noise(450_000), minuteMs)
      clock.advance(minuteMs)
      await wins(store, 'one')
    },
  },
  {
    name: 'a claim that is renewed lasts as long again',
    async run({ store, other = store, clock }) {
      await wins(store, 'one')
      clock.advance(minuteMs - 1)
      assert.equal(await store.replace('key', 'one', update(false)), true)
      clock.advance(minuteMs - 1)
      same(await other.claim('key', claimOf('two')), pending, 'one')
      clock.advance(1)
      await wins(other, 'two')
    },
  },
  {
    name: 'a claim that is ended leaves its value, which nobody owns, for the time given with it',
    async run({ store, other = store, clock }) {
      for (const value of [bytesOf('answer'), noise(500_000)]) {
        await wins(store, 'one')
        clock.advance(minuteMs - 1)
        assert.equal(await store.replace('key', 'one', update(true, value)), true)
        await holds(other, 'key', value)
        assert.equal(await store.replace('key', 'one', update(true)), false)
        clock.advance(minuteMs - 1)
        same(await other.claim('key', claimOf('two')), value)
        clock.advance(1)
        await isEmpty(store, 'key')
      }
    },
  },
  {
    name: 'nobody but its owner renews, ends or releases a claim',
    async run({ store, other = store }) {
      assert.equal(await store.replace('key', 'two', update(true)), false)
      assert.equal(await store.release('key', 'two'), false)
      await wins(store, 'one')
      assert.equal(await other.replace('key', 'two', update(true)), false)
      assert.equal(await other.release('key', 'two'), false)
      await holds(store, 'key', bytesOf('of one'), 'one')
    },
  },
  {
    name: 'a claim that is released is there for the next',
    async run({ store, other = store }) {
      await wins(store, 'one')
      assert.equal(await store.release('key', 'one'), true)
      await isEmpty(other, 'key')
      await wins(other, 'two')
      assert.equal(await store.release('key', 'one'), false)
    },
  },
  {
    name: 'a value is not released, and what is put takes the place of a claim',
    async run({ store }) {
      await wins(store, 'one')
      await store.put('key', bytesOf('value'), minuteMs)
      assert.equal(await store.release('key', 'one'), false)
      assert.equal(await store.replace('key', 'one', update(true)), false)
      await holds(store, 'key', bytesOf('value'))
    },
  },
]
