import { once } from 'node:events'
import { createServer } from 'node:net'
import { dynamodbKeyStore } from '@modelgate/aws/dynamodb'
import { secretsKeyStore } from '@modelgate/aws/secrets'
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

/** As DynamoDB says that there is no such key, and Secrets Manager that there is another. */
const nobody = JSON.stringify({ Items: [], SecretString: '{"api_key":"a-key-of-another"}' })

/**
 * What stands for AWS, and can forget the connections that are open without a word: the end that it sent a frozen process never came
 * there.
 */
async function openForgetfulAws() {
  let connections = 0
  let forgotten = 0
  const server = createServer(socket => {
    connections += 1
    const own = connections
    socket.on('error', () => {})
    socket.on('data', () => (own <= forgotten ? socket.resetAndDestroy() : socket.write(answer(nobody))))
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
  it('asks over a new connection, since AWS has closed the old one meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await using aws = await openForgetfulAws()
    const store = dynamodbKeyStore({ tableName: 'keys', endpoint: aws.endpoint, region: 'us-east-1' })
    await store.findByHash('a')
    aws.forget()
    vi.setSystemTime(Date.now() + 10 * 60_000)
    expect(await store.findByHash('a')).toBeUndefined()
    store.close()
  })

  it('reads a secret over a new connection, too', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await using aws = await openForgetfulAws()
    const store = secretsKeyStore({ secretId: 'keys', endpoint: aws.endpoint, region: 'us-east-1' })
    await store.findByHash('a')
    aws.forget()
    vi.setSystemTime(Date.now() + 10 * 60_000)
    expect(await store.findByHash('a')).toBeUndefined()
    store.close()
  })

  it('goes on using a connection that was used of late', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await using aws = await openForgetfulAws()
    const store = dynamodbKeyStore({ tableName: 'keys', endpoint: aws.endpoint, region: 'us-east-1' })
    for (let calls = 0; calls < 5; calls += 1) {
      await store.findByHash('a')
      vi.setSystemTime(Date.now() + 45_000)
    }
    expect(aws.connections()).toBe(1)
    store.close()
  })
})
