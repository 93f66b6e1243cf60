import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import {
  describeWithRedis,
  freePort,
  type RedisServer,
  startRedisServer,
} from '../../../packages/core/test/support/redis-server.ts'
import { type Running, runGateway, runToEnd, temporaryFile, type Variables } from './run-gateway.ts'
import { statusesOf } from './statuses-of.ts'

const limited = { RATE_LIMIT_ENTERPRISE_TIER_RPM: '3' }
// A machine that is busy with tests answers late at times, which is not what these are about.
const patient = '"limits": { "storeTimeoutMs": 5000 }'
const patientFile = (): Variables => ({ MODELGATE_CONFIG: temporaryFile('config.jsonc', `{ ${patient} }`) })

/** Whose calls Redis counts, after one more. */
async function countedBy(gateway: Running, { port }: RedisServer): Promise<string[]> {
  expect(await statusesOf([gateway], 1)).toEqual([200])
  const client = new Redis(port, '127.0.0.1')
  const keys = await client.keys('*')
  client.disconnect()
  return keys
}

const redisInFile = '"store": { "type": "redis", "url": { "secret": "env:LIMITS" } }'
const start = (variables: Variables): Promise<Running> => runGateway({ ...limited, ...variables })

describeWithRedis('the gateway app with its limits in Redis', () => {
  it('has one limit in all of its processes, by REDIS_URL or by the file', async () => {
    await using redis = await startRedisServer()
    const file = temporaryFile('config.jsonc', `{ ${patient}, ${redisInFile} }`)
    await using first = await start({ ...patientFile(), REDIS_URL: redis.url })
    await using second = await start({ MODELGATE_CONFIG: file, LIMITS: redis.url })
    expect(await statusesOf([first, second], 6)).toEqual([200, 200, 200, 429, 429, 429])
  })

  it('gives REDIS_URL the last word over the file', async () => {
    await using redis = await startRedisServer()
    const file = temporaryFile('config.jsonc', `{ ${patient}, "store": { "type": "memory" } }`)
    await using first = await start({ REDIS_URL: redis.url, MODELGATE_CONFIG: file })
    await using second = await start({ ...patientFile(), REDIS_URL: redis.url })
    expect(await statusesOf([first, second], 4)).toEqual([200, 200, 200, 429])
  })

  it('answers on without its Redis, says so once, and shows no password', async () => {
    const port = await freePort()
    await using gateway = await start({ REDIS_URL: `redis://user:hunter2@127.0.0.1:${port}` })
    expect(await statusesOf([gateway], 4)).toEqual([200, 200, 200, 429])
    const warnings = gateway.stderr().match(/Redis at .* cannot be used.*/g)
    expect(warnings).toEqual([expect.stringContaining(`Redis at 127.0.0.1:${port} cannot be used: `)])
    expect(gateway.stderr()).not.toContain('hunter2')
  })

  it('starts and answers while its Redis hangs, and counts there once it does not', async () => {
    await using redis = await startRedisServer()
    redis.signal('SIGSTOP')
    await using gateway = await start({ REDIS_URL: redis.url, RATE_LIMIT_ENTERPRISE_TIER_RPM: '100' })
    expect(await statusesOf([gateway], 2)).toEqual([200, 200])
    redis.signal('SIGCONT')
    await expect.poll(() => countedBy(gateway, redis), { timeout: 10_000 }).toEqual(['modelgate:limits:{key:demo}'])
  })

  it('counts in Redis again once it is back', async () => {
    const redis = await startRedisServer()
    await using gateway = await start({ REDIS_URL: redis.url, RATE_LIMIT_ENTERPRISE_TIER_RPM: '100' })
    expect(await statusesOf([gateway], 1)).toEqual([200])
    await redis[Symbol.asyncDispose]()
    expect(await statusesOf([gateway], 2)).toEqual([200, 200])
    await using _ = await startRedisServer(['--port', String(redis.port)])
    await expect.poll(() => countedBy(gateway, redis), { timeout: 10_000 }).toEqual(['modelgate:limits:{key:demo}'])
  })

  it('ends by itself on SIGTERM', async () => {
    await using redis = await startRedisServer()
    await using gateway = await start({ ...patientFile(), REDIS_URL: redis.url })
    await statusesOf([gateway], 1)
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
  })
})

it.each<[string, Variables, string]>([
  ['REDIS_URL', { REDIS_URL: 'http://:hunter2@cache:6379' }, ''],
  ['store.url', { LIMITS: 'cache:6379' }, `{ ${redisInFile} }`],
])('a start whose %s is no URL of Redis is refused', async (name, variables, text) => {
  const file = text ? { MODELGATE_CONFIG: temporaryFile('config.jsonc', text) } : {}
  const { code, stderr } = await runToEnd({ ...variables, ...file })
  expect([code, stderr.trimEnd()]).toEqual([2, `${name}: must be a redis:// or rediss:// URL.`])
})
