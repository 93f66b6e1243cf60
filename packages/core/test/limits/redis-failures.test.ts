import { once } from 'node:events'
import net from 'node:net'
import { Cluster, Redis } from 'ioredis'
import { createCluster } from 'redis'
import { expect, it } from 'vitest'
import type { LimitDecision, LimitStore } from '../../src/limits/limit-store.ts'
import { type RedisClient, redisLimitStore } from '../../src/redis.ts'
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
