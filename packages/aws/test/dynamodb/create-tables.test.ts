import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { createTables, gatewayTables } from '@modelgate/aws/dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb('ai-gateway-dev')
})
afterAll(() => db[Symbol.asyncDispose]())

describe('createTables', () => {
  it('makes the tables and indexes of the gateway', async () => {
    const { Table } = await db.client.send(new DescribeTableCommand({ TableName: 'ai-gateway-dev-api-keys' }))
    expect(Table?.KeySchema).toEqual([{ AttributeName: 'apiKeyId', KeyType: 'HASH' }])
    const keysOf = (name: string) =>
      Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name)?.KeySchema
    expect(keysOf('UserIdGlobalSecondaryIndex')?.map(key => key.AttributeName)).toEqual(['userId', 'createdAt'])
    expect(keysOf('ApiKeyLookupGlobalSecondaryIndex')?.map(key => key.AttributeName)).toEqual(['apiKeyHash'])
    const requests = await db.client.send(new DescribeTableCommand({ TableName: 'ai-gateway-dev-request-analytics' }))
    expect(requests.Table?.KeySchema).toEqual([
      { AttributeName: 'requestId', KeyType: 'HASH' },
      { AttributeName: 'recordId', KeyType: 'RANGE' },
    ])
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST')
  })

  it('leaves tables that are there alone, and says so', async () => {
    const reports = await createTables({ client: db.client, tables: Object.values(db.tables), pollMs: 2 })
    expect(reports.map(({ tableName, created, faults }) => ({ tableName, created, faults }))).toEqual([
      { tableName: 'ai-gateway-dev-api-keys', created: false, faults: [] },
      { tableName: 'ai-gateway-dev-request-analytics', created: false, faults: [] },
      { tableName: 'ai-gateway-dev-limits', created: false, faults: [] },
      { tableName: 'ai-gateway-dev-cache', created: false, faults: [] },
    ])
  })

  it('names what a table that is there lacks', async () => {
    const { apiKeys, limits } = gatewayTables('other')
    for (const TableName of [apiKeys.tableName, limits.tableName]) {
      await db.client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'apiKeyId', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'apiKeyId', KeyType: 'HASH' }],
        }),
      )
    }
    const reports = await createTables({ client: db.client, tables: [apiKeys, limits], pollMs: 2 })
    expect(reports.map(({ faults }) => faults)).toEqual([
      ['it has no index UserIdGlobalSecondaryIndex', 'it has no index ApiKeyLookupGlobalSecondaryIndex'],
      ['its key is apiKeyId and not pk'],
    ])
  })
})
