import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BudgetStore } from '../../../src/limits/budgets/budget-store.ts'
import { redisBudgetStore } from '../../../src/redis.ts'
import { budgetStoreCases } from '../../../src/testing/index.ts'
import { rejection } from '../../support/calls.ts'
import { commandCounts, describeThroughClients, freshPrefix, redisServer } from '../../support/redis-rig.ts'
import { describeWithRedis } from '../../support/redis-server.ts'

const limits = [{ period: 'day', nanoUsd: 100 }] as const
const call = async (store: BudgetStore, nanoUsd = 1) => store.reserve({ subject: 'key:k', limits, nanoUsd }, [])

describeWithRedis('the Redis budget store', () => {
  const server = redisServer()

  describeThroughClients({ server, makeStore: redisBudgetStore, cases: makeRig => budgetStoreCases(makeRig) })

  describe('at the server', () => {
    let redis: Redis
    let prefix: string
    let store: BudgetStore
    beforeEach(() => {
      redis = new Redis(server.port, '127.0.0.1')
      prefix = freshPrefix()
      store = redisBudgetStore({ client: redis, prefix })
    })
    afterEach(() => redis.disconnect())
    const key = (): string => `${prefix}{key:k}`
    const statistics = async () => commandCounts(await redis.info('commandstats'))

    it('counts by its time', async () => {
      const { timeMs, standing } = await call(store)
      const [seconds] = await redis.time()
      expect(Math.abs(timeMs / 1_000 - Number(seconds))).toBeLessThan(5)
      expect(standing.day).toBe(Math.floor(timeMs / 86_400_000))
    })

    it('takes one command a call, and writes nothing for one that is refused', async () => {
      await call(store, 100)
      await redis.config('RESETSTAT')
      for (let index = 0; index < 5; index += 1) expect(await call(store)).toMatchObject({ allowed: false })
      const { evalsha, hset } = await statistics()
      expect([evalsha, hset]).toEqual([5, undefined])
    })

    it('is not written to by a call that costs nothing', async () => {
      expect(await call(store, 0)).toMatchObject({ allowed: true })
      expect(await redis.exists(key())).toBe(0)
    })

    it('keeps a subject longer than its month, and not for ever', async () => {
      await call(store)
      const days = (await redis.pttl(key())) / 86_400_000
      expect(days).toBeGreaterThan(61)
      expect(days).toBeLessThanOrEqual(62)
      await store.read('key:other')
      expect(await redis.exists(`${prefix}{key:other}`)).toBe(0)
    })

    it('says of what the server refused that nothing was written', async () => {
      await redis.set(key(), 'something else')
      expect(await rejection(call(store))).toMatchObject({
        wroteNothing: true,
        message: expect.stringMatching(/WRONGTYPE/),
      })
    })

    it('says of a budget that cannot be counted on that others can', async () => {
      await redis.set(`${prefix}{key:text}`, 'something else')
      await redis.hset(`${prefix}{key:words}`, { day: 'today', d: 'ten' })
      for (const subject of ['key:text', 'key:words']) {
        const asked = store.reserve({ subject, limits, nanoUsd: 10 }, [])
        expect(await rejection(Promise.resolve(asked))).toMatchObject({ ofOneSubject: true })
      }
    })

    it('says of a command that was never sent that nothing was written, and of one that was cut off nothing', async () => {
      const lost = new Redis({ port: server.port, lazyConnect: true, enableOfflineQueue: false })
      const unsent = await rejection(call(redisBudgetStore({ client: lost, prefix })))
      expect(unsent).toMatchObject({ wroteNothing: true })
      lost.disconnect()

      const cutOff = new Redis({ port: server.port, retryStrategy: () => null, autoResendUnfulfilledCommands: false })
      await cutOff.ping()
      const cut = rejection(call(redisBudgetStore({ client: cutOff, prefix })))
      cutOff.stream.destroy()
      expect(await cut).not.toHaveProperty('wroteNothing')
    })
  })

  it('takes clients only', () => {
    expect(() => redisBudgetStore({ client: {} as Redis })).toThrow(/takes a client of ioredis/)
  })
})
