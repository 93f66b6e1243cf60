import { once } from 'node:events'
import type { Redis } from 'ioredis'
import type { Secret } from '../secret.ts'
import { placeOf } from './redis-url.ts'

interface RedisConnection {
  readonly url: Secret
  /** Told what is wrong with the connection, at most once a minute. */
  readonly warn: (sentence: string) => void
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined
}

const warnEveryMs = 60_000
/** What a start waits for Redis, so that the first calls are counted there. */
const startWithinMs = 1_000

/**
 * A client that is connected, or goes on trying: the app starts without its Redis, and says so. Commands fail at once while there is no
 * connection, and none is sent twice.
 */
export async function connectRedis({
  url,
  warn,
  now = performance.now.bind(performance),
}: RedisConnection): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const client = new Redis(url.reveal(), {
    lazyConnect: true,
    connectTimeout: 1_000,
    // No time limit of a command's own: the limiter has one, and learns from an answer that comes late what was written.
    // A server that has gone without a word would keep its socket until TCP gives up, a quarter of an hour later.
    socketTimeout: 10_000,
    enableOfflineQueue: false,
    // Tokens that are given back twice would be let in twice.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // After a failover the name leads to another server, and the connection still to the one that takes no writes any more.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
    retryStrategy: attempt => Math.min(attempt * 100, 1_000),
  })
  let warnedAt = Number.NEGATIVE_INFINITY
  client.on('error', (error: Error) => {
    if (now() - warnedAt < warnEveryMs) return
    warnedAt = now()
    warn(`Redis at ${placeOf(url.reveal())} cannot be used: ${error.message}. It is tried again every second.`)
  })
  void client.connect().catch(() => undefined)
  await once(client, 'ready', { signal: AbortSignal.timeout(startWithinMs) }).catch(() => undefined)
  return client
}
