import { checkRedisOptions } from '../redis/check-redis-options.ts'
import { isOneKeys } from '../redis/one-keys.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { redisScript } from '../redis/redis-script.ts'
import type { MembersOf } from '../wire/check-members.ts'
import { type CacheEntry, type CacheStore, checkValue } from './cache-store.ts'
import { packValue, UnreadableValue, unpackValue } from './packed-value.ts'
import { redisCacheScript } from './redis-cache-script.ts'

/** The Redis that answers are kept in, and under which names. */
export interface RedisCacheStoreOptions {
  readonly client: RedisClient
  /** What all its keys begin with. Default `modelgate:cache:`. */
  readonly prefix?: string | undefined
  /** Default 1 MiB. */
  readonly maxValueBytes?: number | undefined
  /** Milliseconds since 1970. Default: the server's own time, which is the same for all instances. For tests. */
  readonly now?: (() => number) | undefined
}

const members = {
  client: true,
  prefix: true,
  maxValueBytes: true,
  now: true,
} as const satisfies MembersOf<RedisCacheStoreOptions>

/**
 * Answers in Redis or Valkey, for all instances that share the server: a hash each, compressed where that pays, one round trip
 * whatever is asked. The server forgets what has expired by itself; how much it keeps, and what goes first, is its `maxmemory` and
 * `maxmemory-policy`, of which `allkeys-lru` is the one for a server of its own.
 *
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and what is no client.
 *
 * Rejects as the client does, and with an `UnreadableValue` where something else stands under a key: that key alone does without. It sets no time limit of its own.
 * @see https://redis.io/docs/latest/develop/reference/eviction/
 */
export function redisCacheStore(options: RedisCacheStoreOptions): CacheStore {
  checkRedisOptions(options, members, 'redisCacheStore()')
  const { client, prefix = 'modelgate:cache:', maxValueBytes = 1024 * 1024, now } = options
  const runScript = redisScript(client, redisCacheScript)

  async function run(what: string, key: string, { text = '', owner = '', ttlMs = 0 }: Written = {}): Promise<unknown> {
    const time = now ? String(Math.floor(now())) : ''
    const name = `${prefix}{${key}}`
    try {
      return await runScript(name, [what, time, text, owner, String(Math.max(1, Math.ceil(ttlMs)))])
    } catch (cause) {
      if (!isOneKeys(cause)) throw cause
      throw new UnreadableValue(`What Redis has under ${name} is no entry of the cache; delete it: ${cause.message}`, {
        cause,
      })
    }
  }

  async function toText(value: Uint8Array): Promise<string> {
    checkValue(value, maxValueBytes)
    return Buffer.from(await packValue(value)).toString('base64')
  }

  /** @throws {Error} for an answer that is not the script's */
  async function toEntry(answer: unknown): Promise<CacheEntry | undefined> {
    if (!Array.isArray(answer)) throw new Error('Redis answered the cache script with something else than its result.')
    if (answer.length === 0) return undefined
    const [text, owner] = answer.map(String) as [string, string]
    const value = await unpackValue(Buffer.from(text, 'base64'), maxValueBytes)
    return owner ? { value, owner } : { value }
  }

  return {
    maxValueBytes,
    get: async key => toEntry(await run('get', key)),
    async put(key, value, ttlMs) {
      await run('put', key, { text: await toText(value), ttlMs })
    },
    async delete(key) {
      await run('delete', key)
    },
    async claim(key, { owner, value, ttlMs }) {
      return toEntry(await run('claim', key, { text: await toText(value), owner, ttlMs }))
    },
    async replace(key, owner, { value, ttlMs, final }) {
      const answer = await run(final ? 'end' : 'renew', key, { text: await toText(value), owner, ttlMs })
      return Number(answer) === 1
    },
    release: async (key, owner) => Number(await run('release', key, { owner })) === 1,
  }
}

interface Written {
  readonly text?: string
  readonly owner?: string
  readonly ttlMs?: number
}
