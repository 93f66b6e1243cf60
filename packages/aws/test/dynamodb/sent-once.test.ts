import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { dynamodbBudgetStore, dynamodbLimitStore } from '@modelgate/aws/dynamodb'
import { describe, expect, it } from 'vitest'
import { openScriptedDynamoDb, sendFault } from '../support/scripted-dynamodb.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const slot = { day: Math.floor(Date.now() / 86_400_000), resets: 0 }
const giveBack = { subject: 'key:k', slot, nanoUsd: -30 }

/** Whatever failed, three times, and at once: the SDK's own waits between. */
const retryStrategy: NonNullable<DynamoDBClientConfig['retryStrategy']> = {
  acquireInitialRetryToken: async () => tokenAfter(0),
  async refreshRetryTokenForRetry(token) {
    if (token.getRetryCount() >= 2) throw new Error('No retry is left.')
    return tokenAfter(token.getRetryCount() + 1)
  },
  recordSuccess() {},
}
const tokenAfter = (retries: number) => ({ getRetryCount: () => retries, getRetryDelay: () => 0 })

/** A client that retries, as the SDK's do unless told. */
async function retryingClient(answer: Parameters<typeof openScriptedDynamoDb>[0]) {
  const server = await openScriptedDynamoDb(answer)
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials, retryStrategy })
  const writes = () => server.requests.filter(({ operation }) => operation === 'UpdateItem').length
  return { client, writes, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('a client of one’s own that retries', () => {
  it('does not send a budget’s write again that may have been carried out: it would give money back twice', async () => {
    await using dynamoDb = await retryingClient((_, response) => response.destroy())
    const store = dynamodbBudgetStore({ client: dynamoDb.client, tableName: 'limits' })
    const settled = store.settle([giveBack])
    await expect(settled).rejects.toThrow()
    await expect(settled).rejects.not.toHaveProperty('wroteNothing')
    expect(dynamoDb.writes()).toBe(1)
  })

  it('does not send a limit’s write again that may have been carried out', async () => {
    await using dynamoDb = await retryingClient((operation, response) => {
      if (operation === 'GetItem') response.end('{}')
      else sendFault(response, 500, 'InternalServerError')
    })
    const store = dynamodbLimitStore({ client: dynamoDb.client, tableName: 'limits' })
    const windows = [{ meter: 'requests', windowMs: 60_000, quota: 10 }] as const
    await expect(store.reserve({ subject: 'key:k', windows, tokens: 0 }, [])).rejects.toThrow()
    expect(dynamoDb.writes()).toBe(1)
  })

  it('still sends again what DynamoDB has refused for now', async () => {
    let refusals = 1
    await using dynamoDb = await retryingClient((_, response) => {
      refusals -= 1
      if (refusals >= 0) return sendFault(response, 400, 'ThrottlingException')
      response.end(JSON.stringify({ Attributes: { day: { N: String(slot.day) } } }))
    })
    await dynamodbBudgetStore({ client: dynamoDb.client, tableName: 'limits' }).settle([giveBack])
    expect(dynamoDb.writes()).toBe(2)
  })
})
