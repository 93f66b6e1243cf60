import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb, testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { type Running, runGateway, runToEnd, temporaryFile, type Variables } from './run-gateway.ts'
import { statusesOf } from './statuses-of.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb()
})
afterAll(() => db[Symbol.asyncDispose]())

/** Serves from the simulator, and has credentials for the table alone. */
const start = (variables: Variables): Promise<Running> =>
  runGateway({
    RATE_LIMIT_ENTERPRISE_TIER_RPM: '3',
    AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
    ...variables,
  })

// A machine that is busy with tests answers late at times, which is not what these are about.
const configuration = (store: object): string =>
  temporaryFile('config.jsonc', JSON.stringify({ limits: { storeTimeoutMs: 5000 }, store }))

describe('the gateway app with its limits in DynamoDB', () => {
  it('has one limit in all of its processes, by the file and by LIMITS_TABLE_NAME', async () => {
    const place = { type: 'dynamodb', region: 'us-east-1', endpoint: db.endpoint }
    const { tableName } = db.tables.limits
    const variables = { MODELGATE_CONFIG: configuration({ ...place, tableName: 'no-such-table' }) }
    await using first = await start({ MODELGATE_CONFIG: configuration({ ...place, tableName }) })
    await using second = await start({ ...variables, LIMITS_TABLE_NAME: tableName })
    expect(await statusesOf([first, second], 6)).toEqual([200, 200, 200, 429, 429, 429])
  })

  it('answers on without its table, and says so', async () => {
    const store = { type: 'dynamodb', region: 'us-east-1', endpoint: db.endpoint, tableName: 'no-such-table' }
    await using gateway = await start({ MODELGATE_CONFIG: configuration(store) })
    expect(await statusesOf([gateway], 4)).toEqual([200, 200, 200, 429])
    expect(gateway.stderr()).toContain('The DynamoDB table no-such-table cannot be used: ')
  })

  it('does not start with two places for its limits', async () => {
    const { code, stderr } = await runToEnd({ REDIS_URL: 'redis://127.0.0.1:1', LIMITS_TABLE_NAME: 'limits' })
    expect(code).toBe(2)
    expect(stderr).toContain('LIMITS_TABLE_NAME: stands beside REDIS_URL')
  })
})
