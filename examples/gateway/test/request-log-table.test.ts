import { dynamodbRequestLog } from '@modelgate/aws/dynamodb'
import { expect, it } from 'vitest'
import { openTestDynamoDb, testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { postChat } from './chat-over-http.ts'
import { runGateway, temporaryFile } from './run-gateway.ts'

const headers = (id: string) => ({ 'X-API-Key': 'my-gateway-key', 'x-request-id': id })

/** As the AWS SDK reads them. */
const awsVariables = (endpoint: string) => ({
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
})

it('the request log in DynamoDB has every call that was answered before SIGTERM, and tells who made it', async () => {
  await using db = await openTestDynamoDb('app')
  const { tableName } = db.tables.requestAnalytics
  const config = temporaryFile('modelgate.json', JSON.stringify({ requestLogRetentionDays: 7 }))
  await using gateway = await runGateway({
    ...awsVariables(db.endpoint),
    MODELGATE_CONFIG: config,
    MODELGATE_API_KEY: 'my-gateway-key',
    REQUEST_LOG: 'dynamodb',
    REQUEST_LOG_TABLE_NAME: tableName,
  })
  const path = `${gateway.url}/v1/chat/completions`
  await (await postChat(path, {}, headers('table-1'))).text()
  await (await postChat(path, { stream: true }, headers('table-2'))).text()
  gateway.kill('SIGTERM')
  expect(await gateway.exited).toBe(0)
  expect(gateway.stderr()).not.toContain('lost')

  const log = dynamodbRequestLog({ client: db.client, tableName })
  const [record] = (await log.get('table-1')).records
  expect(record).toMatchObject({
    userId: 'operator',
    status: 'completed',
    operation: 'chat',
    tokens: expect.any(Number),
  })
  expect((record?.expirationTimestamp ?? 0) - Date.now() / 1_000).toBeGreaterThan(6.9 * 86_400)
  expect((record?.expirationTimestamp ?? 0) - Date.now() / 1_000).toBeLessThan(7 * 86_400)
  const { records } = await log.byUser({ userId: 'operator' })
  expect(records.map(({ requestId }) => requestId).sort()).toEqual(['table-1', 'table-2'])
})

it('a table that is not there costs the log its records and no call anything; it is told at the end', async () => {
  await using db = await openTestDynamoDb('app')
  await using gateway = await runGateway({ ...awsVariables(db.endpoint), REQUEST_LOG: 'dynamodb:not-there' })
  expect((await postChat(`${gateway.url}/v1/chat/completions`)).status).toBe(200)
  gateway.kill('SIGTERM')
  expect(await gateway.exited).toBe(0)
  expect(gateway.stderr()).toContain('The request log lost 1 record')
})
