import { expect, it } from 'vitest'
import { openTestDynamoDb, testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { describeWithRedis, startRedisServer } from '../../../packages/core/test/support/redis-server.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { type Running, runGateway, temporaryFile, type Variables } from './run-gateway.ts'

// A machine that is busy with tests answers late at times, which is not what these are about.
const cache = { storeTimeoutMs: 10_000 }
const routes = { fast: { targets: ['openai/gpt-4o'], cache: { ttlMs: 600_000 } }, plain: ['openai/gpt-4o'] }

const start = (config: object, variables: Variables = {}): Promise<Running> =>
  runGateway({ ...variables, MODELGATE_CONFIG: temporaryFile('config.jsonc', JSON.stringify({ routes, ...config })) })

async function ask({ url }: Running, model: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'sk-test123456789abcdef', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  })
  await answer.text()
  return answer.headers.get('x-modelgate-cache')
}

async function expectShared(first: Running, second: Running): Promise<void> {
  expect([await ask(first, 'fast'), await ask(first, 'fast'), await ask(second, 'fast')]).toEqual([
    'miss',
    'hit',
    'hit',
  ])
}

it('the gateway app keeps the answers of routes that say so, and where a caller asks for it', async () => {
  await using gateway = await start({})
  const on = { 'x-modelgate-cache': 'on' }
  const answers = [await ask(gateway, 'fast'), await ask(gateway, 'fast'), await ask(gateway, 'plain')]
  expect(answers).toEqual(['miss', 'hit', null])
  expect([await ask(gateway, 'plain', on), await ask(gateway, 'plain', on)]).toEqual(['miss', 'hit'])
})

describeWithRedis('the answers of the gateway app, with its store in Redis', () => {
  it('are given again by all of its processes', async () => {
    await using redis = await startRedisServer()
    const config = { store: { type: 'redis', url: { secret: 'env:PLACE' } }, cache }
    await using first = await start(config, { PLACE: redis.url })
    await using second = await start(config, { PLACE: redis.url })
    await expectShared(first, second)
  })
})

it('the answers of the gateway app are given again by all of its processes with a cache table in DynamoDB', async () => {
  await using db = await openTestDynamoDb()
  const { tableName } = db.tables.limits
  const { tableName: cacheTableName } = db.tables.cache
  const place = { type: 'dynamodb', region: 'us-east-1', endpoint: db.endpoint }
  const config = { store: { ...place, tableName, cacheTableName }, cache }
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = testCredentials
  await using first = await start(config, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })
  await using second = await start(config, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })
  await expectShared(first, second)
})
