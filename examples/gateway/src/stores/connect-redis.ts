import type { Redis } from 'ioredis'
import type { Secret } from '../secret.ts'
import { placeOf } from './redis-url.ts'

export interface RedisConnection {
  readonly url: Secret
  /** What a command may take, in milliseconds. */
  readonly commandTimeoutMs: number
  /** Told what is wrong with the connection, at most once a minute. */
  readonly warn: (sentence: string) => void
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined
}

const warnEveryMs = 60_000

/**
 * A client that is connected, or goes on trying: the app starts without its Redis, and says so. Commands fail at once while there is no
 * connection, and after their time otherwise; none is sent twice.
 */
export async function connectRedis({
  url,
  commandTimeoutMs,
  warn,
  now = performance.now.bind(performance),
}: RedisConnection): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const client = new Redis(url.reveal(), {
    lazyConnect: true,
    connectTimeout: 1_000,
    commandTimeout: commandTimeoutMs,
    // A server that has gone without a word would otherwise keep its socket until TCP gives up, a quarter of an hour later.
    socketTimeout: 1_000,
    enableOfflineQueue: false,
    // Tokens that are given back twice would be let in twice.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: attempt => Math.min(attempt * 100, 1_000),
  })
  let warnedAt = Number.NEGATIVE_INFINITY
  client.on('error', (error: Error) => {
    if (now() - warnedAt < warnEveryMs) return
    warnedAt = now()
    warn(`Redis at ${placeOf(url.reveal())} cannot be used: ${error.message}. It is tried again every second.`)
  })
  // Why it failed has been told by then.
  await client.connect().catch(() => undefined)
  return client
}
