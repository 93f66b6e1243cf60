import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openScriptedDynamoDb } from '../../../packages/aws/test/support/scripted-dynamodb.ts'
import { openDynamoDbStores } from '../src/stores/dynamodb-stores.ts'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
})
afterEach(() => vi.unstubAllEnvs())

it('the first call of a process is held to its budget: budgets are asked over a connection that is open by then, as limits are', async () => {
  await using server = await openScriptedDynamoDb((_, response) => response.end('{}'))
  const place = { tableName: 'limits', region: 'us-east-1', endpoint: server.endpoint }
  await using stores = await openDynamoDbStores(place, sentence => expect.fail(sentence))
  expect(await server.openConnections()).toBe(2)
  await stores.budgets?.read('key:k')
  expect(await server.openConnections()).toBe(2)
})
