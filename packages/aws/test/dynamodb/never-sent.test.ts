import { Agent } from 'node:http'
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { dynamodbBudgetStore } from '@modelgate/aws/dynamodb'
import { describe, expect, it } from 'vitest'

const slot = { day: Math.floor(Date.now() / 86_400_000), resets: 0 }
const giveBack = { subject: 'key:k', slot, nanoUsd: -30 }
/** A name server that never answers stands for a network in which packets are lost. */
const httpAgent = new Agent({ lookup: () => {} })

const reasons: Readonly<Record<string, DynamoDBClientConfig>> = {
  'there are no credentials': { credentials: () => Promise.reject(new Error('The role cannot be assumed.')) },
  'no connection comes about': {
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { connectionTimeout: 20, httpAgent },
  },
}

describe('a write that was never sent, since', () => {
  it.each(Object.entries(reasons))('%s, is known to have given nothing back', async (_, config) => {
    const endpoint = 'http://dynamodb.test'
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', maxAttempts: 1, ...config })
    const store = dynamodbBudgetStore({ client, tableName: 'limits' })
    await expect(store.settle([giveBack])).rejects.toMatchObject({ wroteNothing: true })
  })
})
