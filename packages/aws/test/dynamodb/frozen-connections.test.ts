import { once } from 'node:events'
import { createServer } from 'node:net'
import { dynamodbKeyStore } from '@modelgate/aws/dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

const answer = (body: string) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${body.length}\r\n\r\n${body}`

/**
 * What stands for DynamoDB, and can forget the connections that are open without a word: the end that it sent a frozen process never came
 * there.
 */
async function openForgetfulDynamoDb() {
  let connections = 0
  let forgotten = 0
  const server = createServer(socket => {
    connections += 1
    const own = connections
    socket.on('error', () => {})
    socket.on('data', () => (own <= forgotten ? socket.resetAndDestroy() : socket.write(answer('{"Items":[]}'))))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port.')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    connections: () => connections,
    forget() {
      forgotten = connections
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}

describe('a store whose process was frozen', () => {
  it('asks over a new connection, since DynamoDB has closed the old one meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await using dynamoDb = await openForgetfulDynamoDb()
    const store = dynamodbKeyStore({ tableName: 'keys', endpoint: dynamoDb.endpoint, region: 'us-east-1' })
    await store.findByHash('a')
    dynamoDb.forget()
    vi.setSystemTime(Date.now() + 10 * 60_000)
    expect(await store.findByHash('a')).toBeUndefined()
    store.close()
  })

  it('goes on using a connection that was used of late', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await using dynamoDb = await openForgetfulDynamoDb()
    const store = dynamodbKeyStore({ tableName: 'keys', endpoint: dynamoDb.endpoint, region: 'us-east-1' })
    for (let calls = 0; calls < 5; calls += 1) {
      await store.findByHash('a')
      vi.setSystemTime(Date.now() + 45_000)
    }
    expect(dynamoDb.connections()).toBe(1)
    store.close()
  })
})
