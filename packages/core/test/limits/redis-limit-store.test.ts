import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Admission, LimitDecision, LimitStore, LimitWindow } from '../../src/limits/limit-store.ts'
import { redisLimitStore } from '../../src/redis.ts'
import { limitStoreCases, manualClock } from '../../src/testing/index.ts'
import { commandCounts, describeThroughClients, freshPrefix, redisServer } from '../support/redis-rig.ts'
import { describeWithRedis } from '../support/redis-server.ts'

const perMinute = (quota: number): LimitWindow => ({ meter: 'requests', windowMs: 60_000, quota })
const perHour = (quota: number): LimitWindow => ({ meter: 'requests', windowMs: 3_600_000, quota })
const tokensPerMinute = (quota: number): LimitWindow => ({ meter: 'tokens', windowMs: 60_000, quota })
const call = async (store: LimitStore, windows: readonly LimitWindow[], tokens = 0): Promise<LimitDecision> =>
  store.reserve({ subject: 'key:key-1', windows, tokens }, [])

describeWithRedis('the Redis limit store', () => {
  const server = redisServer()

  describeThroughClients({ server, makeStore: redisLimitStore, cases: makeRig => limitStoreCases(makeRig) })

  describe('at the server', () => {
    let redis: Redis
    let prefix: string
    let store: LimitStore
    beforeEach(() => {
      redis = new Redis(server.port, '127.0.0.1')
      prefix = freshPrefix()
      store = redisLimitStore({ client: redis, prefix })
    })
    afterEach(() => redis.disconnect())
    const keyOf = (subject: string): string => `${prefix}{${subject}}`
    const statistics = async () => commandCounts(await redis.info('commandstats'))

    it('counts by its time, one clock for all instances', async () => {
      const second = new Redis(server.port, '127.0.0.1')
      const other = redisLimitStore({ client: second, prefix })
      const decisions = await Promise.all(
        Array.from({ length: 60 }, (_, index) => call(index % 2 ? store : other, [perMinute(20)])),
      )
      second.disconnect()
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(20)
      const [seconds] = await redis.time()
      expect(Math.abs(Number(await redis.hget(keyOf('key:key-1'), 't')) / 1_000 - Number(seconds))).toBeLessThan(5)
    })

    it('takes one command a decision, and is sent the script only where it does not know it', async () => {
      await redis.script('FLUSH')
      await redis.config('RESETSTAT')
      for (let index = 0; index < 5; index += 1) await call(store, [perMinute(9), perHour(9), tokensPerMinute(9)], 1)
      expect(await statistics()).toMatchObject({ eval: 1, evalsha: 5, hset: 5 })
      await redis.script('FLUSH')
      expect(await call(store, [perMinute(9)])).toMatchObject({ allowed: true, windows: [{ remaining: 3 }] })
      expect(await statistics()).toMatchObject({ eval: 2, evalsha: 6 })
    })

    it('is not written to by a call that is refused', async () => {
      await call(store, [perMinute(1)])
      await redis.config('RESETSTAT')
      for (let index = 0; index < 5; index += 1) await call(store, [perMinute(1)])
      expect(Object.keys(await statistics())).not.toContain('hset')
    })

    it('is not written to by what is given back once it is gone', async () => {
      const { slot } = (await call(store, [tokensPerMinute(9)], 5)) as Admission
      await redis.del(keyOf('key:key-1'))
      await redis.config('RESETSTAT')
      await store.settle([{ subject: 'key:key-1', windows: [tokensPerMinute(9)], slot, tokens: -5 }])
      expect(Object.keys(await statistics())).not.toContain('hset')
    })

    it('forgets a subject once nothing of it counts any longer, and not before', async () => {
      await call(store, [perMinute(9)])
      const minute = await redis.pttl(keyOf('key:key-1'))
      expect(minute).toBeGreaterThan(60_000)
      expect(minute).toBeLessThanOrEqual(65_000)
      await call(store, [perMinute(9), perHour(9)])
      const hour = await redis.pttl(keyOf('key:key-1'))
      expect(hour).toBeGreaterThan(3_600_000)
      expect(hour).toBeLessThanOrEqual(3_900_000)
      // A call without the hour must not take the hour's counts away with it.
      await call(store, [perMinute(9)])
      expect(await redis.pttl(keyOf('key:key-1'))).toBeGreaterThan(3_600_000)
    })

    it('keeps no key for a subject of which nothing was counted', async () => {
      await call(store, [perMinute(0)])
      await call(store, [tokensPerMinute(5)], 0)
      await store.settle([{ subject: 'key:key-1', windows: [tokensPerMinute(5)], slot: Date.now(), tokens: -5 }])
      expect(await redis.exists(keyOf('key:key-1'))).toBe(0)
    })

    it('counts large numbers to the last token', async () => {
      const most = 90_000_000_000_000
      await call(store, [tokensPerMinute(most)], most - 2)
      expect(await call(store, [tokensPerMinute(most)], 1)).toMatchObject({ windows: [{ remaining: 1 }] })
      expect(await call(store, [tokensPerMinute(most)], 2)).toMatchObject({ allowed: false })
    })

    it('counts and settles at the latest time it knows of, where another server’s clock is behind', async () => {
      const clock = manualClock()
      const behind = redisLimitStore({ client: redis, prefix, now: clock.now })
      await call(behind, [tokensPerMinute(100)], 10)
      clock.advance(-90_000)
      const windows = [tokensPerMinute(100)]
      const { allowed, ...decision } = await call(behind, windows, 90)
      expect(allowed).toBe(true)
      expect(decision.windows[0]?.resetMs).toBeLessThanOrEqual(65_000)
      const slot = 'slot' in decision ? decision.slot : 0
      await behind.settle([{ subject: 'key:key-1', windows, slot, tokens: -90 }])
      expect(await call(behind, windows)).toMatchObject({ windows: [{ remaining: 90 }] })
    })

    it('is told when a key is not of this store', async () => {
      await redis.set(keyOf('key:key-1'), 'something else')
      await expect(call(store, [perMinute(1)])).rejects.toThrow(/WRONGTYPE/)
    })
  })
})
