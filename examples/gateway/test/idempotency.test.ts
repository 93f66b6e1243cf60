import { expect, it } from 'vitest'
import { openTestDynamoDb, testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { describeWithRedis, startRedisServer } from '../../../packages/core/test/support/redis-server.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { type Running, runGateway, temporaryFile, type Variables } from './run-gateway.ts'

// A machine that is busy with tests answers late at times, which is not what these are about.
const patient = { storeTimeoutMs: 10_000 }

const start = (config: object, variables: Variables = {}): Promise<Running> =>
  runGateway({ ...variables, MODELGATE_CONFIG: temporaryFile('config.jsonc', JSON.stringify(config)) })

async function chat({ url }: Running, content = 'Hello') {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': 'sk-test123456789abcdef',
      'idempotency-key': 'order-17',
    },
    body: JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content }] }),
  })
  return {
    status: answer.status,
    isRepeat: answer.headers.has('x-modelgate-idempotent-replay'),
    text: await answer.text(),
  }
}

async function expectShared(first: Running, second: Running): Promise<void> {
  const answer = await chat(first)
  expect([answer.status, answer.isRepeat]).toEqual([200, false])
  expect(await chat(first)).toEqual({ ...answer, isRepeat: true })
  expect(await chat(second)).toEqual({ ...answer, isRepeat: true })
  expect((await chat(second, 'Something else')).status).toBe(422)
}

describeWithRedis('idempotency keys of the gateway app, with its store in Redis', () => {
  it('are known to all of its processes', async () => {
    await using redis = await startRedisServer()
    const config = { store: { type: 'redis', url: { secret: 'env:PLACE' } }, idempotency: patient }
    await using first = await start(config, { PLACE: redis.url })
    await using second = await start(config, { PLACE: redis.url })
    await expectShared(first, second)
  })
})

it('idempotency keys of the gateway app are known to all of its processes with a cache table in DynamoDB', async () => {
  await using db = await openTestDynamoDb()
  const { tableName } = db.tables.limits
  const { tableName: cacheTableName } = db.tables.cache
  const place = { type: 'dynamodb', region: 'us-east-1', endpoint: db.endpoint }
  const config = { store: { ...place, tableName, cacheTableName }, idempotency: patient }
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = testCredentials
  await using first = await start(config, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })
  await using second = await start(config, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })
  await expectShared(first, second)
})

it('idempotency keys of the gateway app mean nothing where they are switched off', async () => {
  await using gateway = await start({ idempotency: { enabled: false } })
  const answers = [await chat(gateway), await chat(gateway, 'Something else'), await chat(gateway)]
  expect(answers.map(({ status, isRepeat }) => [status, isRepeat])).toEqual(Array(3).fill([200, false]))
})

it('idempotency keys of the gateway app keep no longer answer than its configuration says', async () => {
  await using gateway = await start({ idempotency: { maxAnswerBytes: 1 } })
  const answers = [await chat(gateway), await chat(gateway)]
  expect(answers.map(({ status, isRepeat }) => [status, isRepeat])).toEqual([
    [200, false],
    [409, false],
  ])
})
