import { once } from 'node:events'
import net from 'node:net'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { describeWithRedis, startRedisServer } from '../../../packages/core/test/support/redis-server.ts'
import { Secret } from '../src/secret.ts'
import { openStores } from '../src/stores/open-stores.ts'

const reservation = {
  subject: 'key:k',
  windows: [{ meter: 'requests', windowMs: 60_000, quota: 100 }],
  tokens: 0,
} as const

/** A name that leads to one server and, once it is pointed there, to another; who is connected stays where he is. */
async function openName(port: number) {
  let to = port
  const sockets = new Set<net.Socket>()
  const server = net.createServer(client => {
    const upstream = net.connect(to, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => void [client.destroy(), upstream.destroy()])
    }
    client.pipe(upstream).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    point(other: number) {
      to = other
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

describeWithRedis('the stores of the app where its Redis fails over', () => {
  it('say that they are down while their server takes no writes, and go to the new one by themselves', async () => {
    await using primary = await startRedisServer()
    await using successor = await startRedisServer()
    await using name = await openName(primary.port)
    const url = new Secret(name.url)
    await using stores = await openStores({ config: { store: { type: 'redis', url } } }, () => undefined)
    const [check] = stores.checks
    const call = async () => stores.limits?.reserve(reservation, [])
    expect(await call()).toMatchObject({ allowed: true })
    await check?.check()

    const operator = new Redis(primary.port, '127.0.0.1')
    await operator.replicaof('127.0.0.1', successor.port)
    operator.disconnect()
    await expect(async () => check?.check()).rejects.toThrow(/READONLY/)
    name.point(successor.port)
    await expect(call()).rejects.toThrow()
    await expect.poll(() => call().then(() => 'counted', String), { timeout: 5_000 }).toBe('counted')
    await check?.check()
  })
})
