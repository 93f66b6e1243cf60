import { expect, it } from 'vitest'
import { openTestDynamoDb, testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { postChat } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { type Running, runGateway } from './run-gateway.ts'

const root = 'my-gateway-key'

async function ask(gateway: Running, path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const answer = await fetch(`${gateway.url}/api/v1${path}`, { ...init, headers: { 'X-API-Key': root } })
  return { httpStatus: answer.status, ...((await answer.json()) as object) }
}

it('instances that share tables find each other’s calls, and let in keys that one of them made', async () => {
  await using db = await openTestDynamoDb('app')
  const variables = {
    AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
    MODELGATE_API_KEY: root,
    REQUEST_LOG: 'dynamodb',
    REQUEST_LOG_TABLE_NAME: db.tables.requestAnalytics.tableName,
    API_KEY_TABLE_NAME: db.tables.apiKeys.tableName,
    LIMITS_TABLE_NAME: db.tables.limits.tableName,
  }
  const running = await Promise.all([runGateway(variables), runGateway(variables)])
  await using first = running[0]
  await using second = running[1]

  const body = JSON.stringify({ userId: 'ann', tier: 'premium' })
  const made = (await ask(first, '/admin/keys', { method: 'POST', body })) as { key: string; apiKeyId: string }
  expect(made).toMatchObject({ httpStatus: 201, keptIn: 'table' })
  const call = (gateway: Running, id: string): Promise<Response> =>
    postChat(`${gateway.url}/v1/chat/completions`, {}, { 'X-API-Key': made.key, 'x-request-id': id })
  // The table's index follows it by a moment.
  await expect.poll(async () => (await call(second, 'of-second')).status).toBe(200)
  expect((await call(first, 'of-first')).status).toBe(200)

  await expect.poll(async () => (await ask(first, '/admin/requests/of-second')).httpStatus).toBe(200)
  const instance = await ask(first, '/admin/metrics')
  expect(instance).toMatchObject({ byTenant: [{ tenant: 'ann', calls: 1 }] })
  expect(await ask(second, '/admin/keys')).toMatchObject({
    data: [{ keptIn: 'memory' }, { apiKeyId: made.apiKeyId, keptIn: 'table' }],
    nextCursor: null,
  })
  expect(await ask(second, '/admin/keys?limit=1')).toMatchObject({ data: [{ keptIn: 'memory' }], nextCursor: '1:' })
  expect(await ask(second, '/admin/keys?cursor=1:')).toMatchObject({
    data: [{ apiKeyId: made.apiKeyId, keptIn: 'table' }],
  })
  const revoked = await ask(first, `/admin/keys/${made.apiKeyId}`, { method: 'DELETE' })
  expect(revoked).toMatchObject({ state: 'revoked', seenWithinSeconds: 60 })
  expect((await call(first, 'revoked')).status).toBe(401)
  expect(await ask(second, `/admin/keys/${made.apiKeyId}`)).toMatchObject({ state: 'revoked' })
  expect((await ask(second, `/admin/keys/${'k'.repeat(2_100)}`)).httpStatus).toBe(404)
  // The table has more than calls.
  first.kill('SIGTERM')
  await first.exited
  const hour = new Date().toISOString().slice(0, 13)
  expect((await ask(second, `/admin/requests/${encodeURIComponent(`fleet#${hour}`)}`)).httpStatus).toBe(404)
  expect(await ask(second, '/health/detailed')).toMatchObject({
    components: { keys: 'ok', limits: 'ok', requestLog: 'ok' },
    stores: [{ name: 'memory' }, { name: 'dynamodb' }, { name: 'dynamodb' }, { name: 'dynamodb' }],
  })
})

it('a table that is not there is down, and health answers all the same', async () => {
  await using db = await openTestDynamoDb('app')
  await using gateway = await runGateway({
    AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
    MODELGATE_API_KEY: root,
    REQUEST_LOG: 'dynamodb:not-there',
    API_KEY_TABLE_NAME: 'not-there-either',
  })
  const answer = await fetch(`${gateway.url}/api/v1/health`)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    status: 'degraded',
    components: { upstreams: 'ok', keys: 'degraded', limits: 'ok', requestLog: 'down', context: 'ok' },
  })
  expect((await ask(gateway, '/admin/requests/x')).httpStatus).toBe(503)
  await expect.poll(gateway.stderr).toContain('ResourceNotFoundException')
})
