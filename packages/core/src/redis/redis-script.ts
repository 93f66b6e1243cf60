import { createHash } from 'node:crypto'
import type { RedisClient } from './redis-client.ts'

/** Runs a script on one key. Rejects as the client does. */
type RunRedisScript = (key: string, values: string[]) => Promise<unknown>

/**
 * A Lua script that the server is sent only where it does not know it yet: after its start, a failover or `SCRIPT FLUSH`.
 * https://redis.io/docs/latest/develop/programmability/eval-intro/#evalsha-context
 */
export function redisScript(client: RedisClient, source: string): RunRedisScript {
  const sha1 = createHash('sha1').update(source).digest('hex')
  return async (key, values) => {
    try {
      return await ('evalSha' in client
        ? client.evalSha(sha1, { keys: [key], arguments: values })
        : client.evalsha(sha1, 1, key, ...values))
    } catch (error) {
      // It was not run, so nothing is counted twice.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return await ('evalSha' in client
        ? client.eval(source, { keys: [key], arguments: values })
        : client.eval(source, 1, key, ...values))
    }
  }
}
