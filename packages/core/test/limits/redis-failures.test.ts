import { once } from 'node:events'
import net from 'node:net'
import { Cluster, Redis } from 'ioredis'
import { createCluster } from 'redis'
import { afterEach, expect, it, vi } from 'vitest'
import { GuardedBudgetStore } from '../../src/limits/budgets/guarded-budget-store.ts'
import { GuardedStore } from '../../src/limits/guarded-store.ts'
import type { LimitDecision, LimitStore, LimitWindow } from '../../src/limits/limit-store.ts'
import type { DueSettlement } from '../../src/limits/settlement-queue.ts'
import { type RedisClient, redisBudgetStore, redisLimitStore } from '../../src/redis.ts'
import { describeWithRedis, freePort, startRedisServer } from '../support/redis-server.ts'

const call = async (store: LimitStore, subject = 'key:key-1'): Promise<LimitDecision> =>
  store.reserve({ subject, windows: [{ meter: 'requests', windowMs: 60_000, quota: 5 }], tokens: 0 }, [])

function ioredis(port: number, commandTimeout?: number) {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    ...(commandTimeout && { commandTimeout }),
  })
  client.on('error', () => {})
  return Object.assign(client, { [Symbol.dispose]: () => client.disconnect() })
}

it('The Redis limit store is not made with what is no client', () => {
  const withUrl: object = { client: 'redis://127.0.0.1' }
  const withNothing: object = { client: {} }
  for (const options of [withUrl, withNothing]) {
    expect(() => Reflect.apply(redisLimitStore, undefined, [options])).toThrow(
      expect.objectContaining({ code: 'invalid_configuration' }),
    )
  }
})

describeWithRedis('the Redis limit store rejects', () => {
  it('where the server is a replica that takes no writes', async () => {
    await using primary = await startRedisServer()
    await using replica = await startRedisServer(['--replicaof', `127.0.0.1 ${primary.port}`])
    using client = ioredis(replica.port)
    await expect(call(redisLimitStore({ client }))).rejects.toThrow(/READONLY/)
  })

  it('where the server is still loading', async () => {
    // One answer for each command: they may come several at a time.
    const answer = '-LOADING Redis is loading the dataset in memory\r\n'
    const loading = net.createServer(socket => {
      socket.on('data', bytes => socket.write(answer.repeat(String(bytes).match(/^\*\d+\r$/gm)?.length ?? 0)))
      socket.on('error', () => {})
    })
    loading.listen(0, '127.0.0.1')
    await once(loading, 'listening')
    using client = ioredis((loading.address() as net.AddressInfo).port)
    await expect(call(redisLimitStore({ client }))).rejects.toThrow(/LOADING/)
    loading.close()
  })

  it('where the server is gone', async () => {
    const server = await startRedisServer()
    using client = ioredis(server.port)
    const store = redisLimitStore({ client })
    expect(await call(store)).toMatchObject({ allowed: true })
    await server[Symbol.asyncDispose]()
    await expect(call(store)).rejects.toThrow(/closed|ECONN|ended/)
  })

  it('where the server hangs, after the client’s own time limit, and answers again once it does', async () => {
    await using server = await startRedisServer()
    using client = ioredis(server.port, 50)
    const store = redisLimitStore({ client })
    expect(await call(store)).toMatchObject({ allowed: true })
    server.signal('SIGSTOP')
    await expect(call(store)).rejects.toThrow(/timed out/)
    server.signal('SIGCONT')
    expect(await call(store)).toMatchObject({ allowed: true })
  })

  it('where something else than the script answers', async () => {
    const client: RedisClient = { eval: async () => 'OK', evalsha: async () => 'OK' }
    await expect(call(redisLimitStore({ client }))).rejects.toThrow(/something else/)
  })
})

describeWithRedis('tokens that are given back to the Redis limit store', () => {
  const windows: readonly LimitWindow[] = [{ meter: 'tokens', windowMs: 60_000, quota: 100 }]
  const subject = 'key:key-1'

  /** 30 and 60 of 100 are reserved, and 40 of the 60 given back by a write that fails; what is left after all of that waits is told. */
  async function leftAfter(failure: (work: () => Promise<unknown>) => Promise<unknown>): Promise<number | undefined> {
    await using server = await startRedisServer()
    using redis = ioredis(server.port)
    let fails = false
    const run = (work: () => Promise<unknown>) => (fails ? failure(work) : work())
    const client: RedisClient = {
      eval: (script: string, keys: number, ...values: string[]) => run(async () => redis.eval(script, keys, ...values)),
      evalsha: (sha1: string, keys: number, ...values: string[]) =>
        run(async () => redis.evalsha(sha1, keys, ...values)),
    }
    const clock = { ms: 0 }
    const guard = new GuardedStore({
      store: redisLimitStore({ client, now: () => 1_750_000_000_000 }),
      onStoreError: 'local',
      expectedInstances: 1,
      storeTimeoutMs: 5_000,
      now: () => clock.ms,
      onError: () => {},
    })
    const waiting: DueSettlement[] = []
    const putBack = (due: readonly DueSettlement[]) => void waiting.push(...due)
    await guard.reserve({ subject, windows, tokens: 30 }, [], putBack)
    const { decision } = await guard.reserve({ subject, windows, tokens: 60 }, [], putBack)
    const slot = decision?.allowed ? decision.slot : 0
    fails = true
    await guard.settle([{ settlement: { subject, windows, slot, tokens: -40 }, expiresAt: 60_000 }], putBack)
    fails = false
    clock.ms = 1_000
    return (await guard.reserve({ subject, windows, tokens: 0 }, waiting, putBack)).decision?.windows[0]?.remaining
  }

  it('are given back once where the answer to a write that happened is lost', async () => {
    const lost = async (work: () => Promise<unknown>) => {
      await work()
      throw new Error('Connection is closed.')
    }
    expect(await leftAfter(lost)).toBe(50)
  })

  it('are given back after a write that the server refused, or that was never sent', async () => {
    const refused = async () => {
      throw Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' })
    }
    const unsent = async () => {
      throw new Error("Stream isn't writeable and enableOfflineQueue options is false")
    }
    expect(await leftAfter(refused)).toBe(50)
    expect(await leftAfter(unsent)).toBe(50)
  })
})

describeWithRedis('a key of another kind among those of a Redis store', () => {
  const told = vi.fn()
  const options = {
    onStoreError: 'local',
    expectedInstances: 2,
    storeTimeoutMs: 5_000,
    now: () => 0,
    onError: told,
  } as const
  const noBack = (): void => {}
  afterEach(() => void told.mockClear())

  it('leaves its subject to memory, and all others to the store of limits', async () => {
    await using server = await startRedisServer()
    using redis = ioredis(server.port)
    const guard = new GuardedStore({ ...options, store: redisLimitStore({ client: redis }) })
    const windows: readonly LimitWindow[] = [{ meter: 'requests', windowMs: 60_000, quota: 4 }]
    const ask = async (subject: string) => guard.reserve({ subject, windows, tokens: 0 }, [], noBack)
    await redis.set('modelgate:limits:{key:poisoned}', 'x')
    const seen = [
      await ask('key:poisoned'),
      await ask('key:poisoned'),
      await ask('key:poisoned'),
      await ask('key:other'),
    ]
    expect(seen.map(({ by, decision }) => [by, decision?.allowed])).toEqual([
      ['local', true],
      ['local', true],
      ['local', false],
      ['store', true],
    ])
    await redis.del('modelgate:limits:{key:poisoned}')
    expect((await ask('key:poisoned')).by).toBe('store')
    expect(told).toHaveBeenCalledTimes(1)
    expect(told.mock.calls[0]?.[0]).toMatchObject({ message: expect.stringMatching(/WRONGTYPE/) })
  })

  it('does the same to a store of budgets', async () => {
    await using server = await startRedisServer()
    using redis = ioredis(server.port)
    const store = redisBudgetStore({ client: redis })
    const guard = new GuardedBudgetStore({ ...options, store, wallNow: () => 1_750_000_000_000 })
    const ask = async (subject: string) => {
      const reservation = { subject, limits: [{ period: 'day', nanoUsd: 100 } as const], nanoUsd: 1 }
      return guard.reserve({ reservation, due: [], subject: { last: undefined, local: undefined } }, noBack)
    }
    await redis.set('modelgate:budgets:{key:poisoned}', 'x')
    expect((await ask('key:poisoned')).by).toBe('standIn')
    expect((await ask('key:other')).by).toBe('store')
  })
})

describeWithRedis('the Redis limit store in a cluster', () => {
  it('keeps each subject on one node, through either kind of client', async () => {
    // The bus would otherwise be at a port 10,000 higher, which there may not be.
    const bus = ['--cluster-port', String(await freePort()), '--cluster-announce-ip', '127.0.0.1']
    await using server = await startRedisServer(['--cluster-enabled', 'yes', ...bus])
    using admin = ioredis(server.port)
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    while (!(await admin.cluster('INFO')).includes('cluster_state:ok')) await new Promise(setImmediate)
    const positional = new Cluster([{ host: '127.0.0.1', port: server.port }])
    const named = createCluster({ rootNodes: [{ url: server.url }] })
    await named.connect()
    for (const subject of ['key:key-1', 'key:}{', '', 'key:ключ']) {
      await call(redisLimitStore({ client: positional }), subject)
      const decision = await call(redisLimitStore({ client: named }), subject)
      expect(decision).toMatchObject({ allowed: true, windows: [{ remaining: 3 }] })
    }
    positional.disconnect()
    named.destroy()
  })
})
