import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { redisCacheStore } from '../../src/redis.ts'
import { cacheStoreCases } from '../../src/testing/index.ts'
import { describeThroughClients, redisServer } from '../support/redis-rig.ts'
import { describeWithRedis, startRedisServer } from '../support/redis-server.ts'

describeWithRedis('the Redis cache store', () => {
  const server = redisServer()

  describeThroughClients({ server, makeStore: redisCacheStore, cases: makeRig => cacheStoreCases(makeRig) })

  it('leaves forgetting to the server, by its clock, and keeps text short', async () => {
    const redis = new Redis(server.port, '127.0.0.1')
    const store = redisCacheStore({ client: redis })
    await store.put('key', new TextEncoder().encode('{"an":"answer"}'.repeat(1_000)), 60_000)
    await store.claim('claimed', { owner: 'one', value: new Uint8Array(3), ttlMs: 30_000 })
    const left = await Promise.all(['key', 'claimed'].map(key => redis.pttl(`modelgate:cache:{${key}}`)))
    const text = await redis.hget('modelgate:cache:{key}', 'v')
    redis.disconnect()
    expect(left[0]).toBeGreaterThan(30_000)
    expect(left[0]).toBeLessThanOrEqual(60_000)
    expect(left[1]).toBeGreaterThan(0)
    expect(left[1]).toBeLessThanOrEqual(30_000)
    expect(text?.length).toBeLessThan(500)
  })

  it('keeps nothing beyond the memory that the server may have, and gives what is there', async () => {
    await using full = await startRedisServer(['--maxmemory', '4mb', '--maxmemory-policy', 'noeviction'])
    const redis = new Redis(full.port, '127.0.0.1')
    const store = redisCacheStore({ client: redis })
    const value = randomBytes(100_000)
    const ends: string[] = []
    for (let at = 0; at < 100; at += 1) {
      const put = async () => store.put(`key-${at}`, value, 60_000)
      ends.push(await put().then(() => 'kept', String))
    }
    expect(ends[0]).toBe('kept')
    expect(ends.filter(end => end === 'kept').length).toBeLessThan(32)
    expect(ends.filter(end => end !== 'kept')).toContainEqual(expect.stringContaining('OOM'))
    expect(Buffer.compare((await store.get('key-0'))?.value ?? new Uint8Array(0), value)).toBe(0)
    redis.disconnect()
  })

  it('says of a key that has something else in it that it alone cannot be read, and puts in its place', async () => {
    const redis = new Redis(server.port, '127.0.0.1')
    const store = redisCacheStore({ client: redis, prefix: 'strange:' })
    const value = new Uint8Array(3)
    const update = { value, ttlMs: 1_000, final: true }
    const claim = { owner: 'one', value, ttlMs: 1_000 }
    await redis.set('strange:{text}', 'text')
    await redis.hset('strange:{bytes}', { v: 'CQ==', x: '9999999999999' })
    const ofOne = { name: 'UnreadableValue', message: expect.stringMatching(/WRONGTYPE/) }
    await expect(store.get('text')).rejects.toMatchObject(ofOne)
    await expect(store.claim('text', claim)).rejects.toMatchObject(ofOne)
    await expect(store.replace('text', 'one', update)).rejects.toMatchObject(ofOne)
    await expect(store.release('text', 'one')).rejects.toMatchObject(ofOne)
    await expect(store.get('bytes')).rejects.toThrow(/begins with the byte 9/)
    await store.put('text', value, 60_000)
    expect(await store.get('text')).toMatchObject({ value: Buffer.from(value) })
    expect(await redis.pttl('strange:{text}')).toBeGreaterThan(30_000)
    redis.disconnect()
  })
})

it('The Redis cache store is not made with what is no client', () => {
  const withUrl: object = { client: 'redis://127.0.0.1' }
  expect(() => Reflect.apply(redisCacheStore, undefined, [withUrl])).toThrow(
    expect.objectContaining({ code: 'invalid_configuration' }),
  )
})
