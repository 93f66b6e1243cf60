import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openScriptedDynamoDb, sendFault } from '../../../packages/aws/test/support/scripted-dynamodb.ts'
import { openDynamoDbStores } from '../src/stores/dynamodb-stores.ts'
import { openStores } from '../src/stores/open-stores.ts'

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

it('the first call of a process finds answers that may be given again, too, which it would else pay for anew', async () => {
  await using server = await openScriptedDynamoDb((_, response) => response.end('{}'))
  const place = { tableName: 'limits', cacheTableName: 'cache', region: 'us-east-1', endpoint: server.endpoint }
  const plan = { config: { store: { type: 'dynamodb', ...place } } } as const
  await using stores = await openStores(plan, sentence => expect.fail(sentence))
  expect(server.requests.some(({ body }) => body.includes('"TableName":"cache"'))).toBe(true)
  const opened = await server.openConnections()
  await stores.cache?.get('key')
  expect(await server.openConnections()).toBe(opened)
})

it('a table of answers that cannot be used is told of, and the app starts', async () => {
  await using server = await openScriptedDynamoDb((_, response) =>
    sendFault(response, 400, 'ResourceNotFoundException'),
  )
  const place = { tableName: 'limits', cacheTableName: 'cache', region: 'us-east-1', endpoint: server.endpoint }
  const told: string[] = []
  await using _ = await openStores({ config: { store: { type: 'dynamodb', ...place } } }, text => void told.push(text))
  const said = (table: string) =>
    `The DynamoDB table ${table} cannot be used: Try later.. It is tried again with the calls that come.`
  expect(told.toSorted()).toEqual([said('cache'), said('limits')])
})
