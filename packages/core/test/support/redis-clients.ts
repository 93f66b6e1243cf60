import { Redis } from 'ioredis'
import { Redis as Valkey } from 'iovalkey'
import { createClient } from 'redis'
import type { RedisClient } from '../../src/redis.ts'

/** A client that is connected, and how it is let go. */
export interface ConnectedClient {
  readonly client: RedisClient
  readonly close: () => void
}

const options = { enableOfflineQueue: false, lazyConnect: true, retryStrategy: () => null, host: '127.0.0.1' } as const

/** Each kind of client that the Redis stores are promised to work with. */
export const redisClients: Readonly<Record<string, (port: number) => Promise<ConnectedClient>>> = {
  async ioredis(port) {
    const client = new Redis({ ...options, port })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.disconnect() }
  },
  async iovalkey(port) {
    const client = new Valkey({ ...options, port })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.disconnect() }
  },
  async 'node-redis'(port) {
    const client = createClient({ socket: { port, host: '127.0.0.1', reconnectStrategy: false } })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.destroy() }
  },
}
