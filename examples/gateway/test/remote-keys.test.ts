import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createApiKey, hashKey } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb } from '../../../packages/aws/test/support/dynamodb.ts'
import { openTestSecretsManager, type TestSecretsManager } from '../../../packages/aws/test/support/secrets-manager.ts'
import { postChat } from './chat-over-http.ts'
import { runGateway, runToEnd, temporaryFile } from './run-gateway.ts'

const inSecret = createApiKey('secret')
let db: TestDynamoDb
let secrets: TestSecretsManager
let aws: Record<string, string>
beforeAll(async () => {
  db = await openTestDynamoDb('ai-gateway-dev')
  secrets = await openTestSecretsManager({ AWSCURRENT: JSON.stringify({ api_key: inSecret }) })
  aws = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    API_KEY_TABLE_NAME: db.tables.apiKeys.tableName,
    API_KEY_SECRET_ARN: 'ai-gateway-dev/keys',
  }
})
afterAll(async () => {
  await db[Symbol.asyncDispose]()
  await secrets[Symbol.asyncDispose]()
})

const repository = join(import.meta.dirname, '../../..')

/** `pnpm keys` as a process. */
async function keys(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const main = join(repository, 'examples/gateway/src/cli/keys.ts')
  const child = spawn(process.execPath, ['-C', 'modelgate-source', main, ...args], {
    env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...aws },
  })
  const code = new Promise<number | null>(resolve => child.on('close', resolve))
  return { stdout: await text(child.stdout), stderr: await text(child.stderr), code: await code }
}

async function statusOf(url: string, key: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await postChat(`${url}/v1/chat/completions`, {}, { 'X-API-Key': key, ...headers })
  await response.text()
  return response.status
}

describe('keys beside those of the file', () => {
  it('in DynamoDB and in Secrets Manager open the door, and none of them is printed anywhere', {
    timeout: 60_000,
  }, async () => {
    const inFile = createApiKey('file')
    const file = temporaryFile('c.json', JSON.stringify({ keys: [{ keyHash: hashKey(inFile), userId: 'file' }] }))
    const made = await keys('create', '--user', 'ann', '--id', 'ann-1')
    expect(made).toMatchObject({ code: 0 })
    const inTable = made.stdout.trim()
    await using gateway = await runGateway({ ...aws, MODELGATE_CONFIG: file, REQUEST_LOG: 'stdout' })
    for (const key of [inFile, inSecret, inTable]) expect(await statusOf(gateway.url, key)).toBe(200)
    for (const key of ['sk-test123456789abcdef', createApiKey('none'), `${inTable}x`]) {
      expect(await statusOf(gateway.url, key)).toBe(401)
    }
    const listed = await keys('list')
    expect(listed.stdout).toMatch(/^ann-1\tactive\tann\t/m)
    expect(await keys('revoke', 'ann-1')).toMatchObject({ code: 0, stdout: 'ann-1 is revoked.\n' })
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
    await using next = await runGateway({ ...aws, MODELGATE_CONFIG: file })
    expect(await statusOf(next.url, inTable)).toBe(401)
    const printed = [
      gateway.stdout(),
      gateway.stderr(),
      next.stderr(),
      made.stderr,
      listed.stdout,
      listed.stderr,
    ].join()
    for (const key of [inFile, inSecret, inTable]) expect(printed).not.toContain(key)
    expect(gateway.stdout()).toContain('"userId":"ann"')
  })

  it('are keys enough for a live start; what is wrong with the store is said at the first call', {
    timeout: 60_000,
  }, async () => {
    const variables = { ...aws, UPSTREAM: 'live', OPENAI_API_KEY: 'sk-live', API_KEY_TABLE_NAME: 'no-such-table' }
    await using gateway = await runGateway(variables)
    expect(gateway.listening.mode).toBe('live')
    expect(await statusOf(gateway.url, createApiKey('some'))).toBe(503)
    expect(gateway.stderr()).toMatch(/The store of API keys does not answer: .*ResourceNotFoundException/)
  })

  it('are counted by address when they are wrong: TRUST_PROXY says whose', { timeout: 60_000 }, async () => {
    await using gateway = await runGateway({ MODELGATE_API_KEY: 'the-operator', TRUST_PROXY: '1' })
    const from = (address: string) => ({ 'x-forwarded-for': `1.1.1.1, ${address}` })
    for (let index = 0; index < 30; index += 1) expect(await statusOf(gateway.url, 'no', from('203.0.113.1'))).toBe(401)
    expect(await statusOf(gateway.url, 'no', from('203.0.113.1'))).toBe(429)
    expect(await statusOf(gateway.url, 'no', from('203.0.113.2'))).toBe(401)
    expect(await statusOf(gateway.url, 'the-operator', from('203.0.113.1'))).toBe(200)
  })

  it('hold the limits that they were made with, and end when they say', { timeout: 60_000 }, async () => {
    const { stdout } = await keys('create', '--user', 'bob', '--rpm', '2', '--max-tokens', '10')
    const key = stdout.trim()
    await using gateway = await runGateway(aws)
    expect([await statusOf(gateway.url, key), await statusOf(gateway.url, key)]).toEqual([200, 200])
    const refused = await postChat(`${gateway.url}/v1/chat/completions`, {}, { 'X-API-Key': key })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('x-ratelimit-limit-requests')).toBe('2')
    await refused.text()
    const strayed = (await keys('create', '--user', 'eve', '--id', 'eve-1', '--routes', 'fsat,smart')).stdout.trim()
    expect(await statusOf(gateway.url, strayed)).toBe(403)
    await expect
      .poll(gateway.stderr)
      .toContain("The key eve-1: allowedRoutes: 'fsat' is not served here; did you mean 'fast'?")
    expect(gateway.stderr()).not.toContain("'smart' is not served")
    const soon = new Date(Date.now() + 1_500).toISOString()
    const brief = (await keys('create', '--user', 'bob', '--expires', soon)).stdout.trim()
    // Made after the gateway has started, and known at once; refused once its time is over, though its record is cached.
    if (Date.now() < Date.parse(soon) - 300) expect(await statusOf(gateway.url, brief)).toBe(200)
    await expect.poll(() => statusOf(gateway.url, brief), { timeout: 10_000 }).toBe(401)
  })

  it('are refused in the file where what limits them cannot be read', async () => {
    const keysOfFile = [{ keyHash: hashKey('a'), expiresAt: 'soon', rateLimit: { perMinute: 1, requestsPerHour: -1 } }]
    const file = temporaryFile('c.json', JSON.stringify({ keys: keysOfFile, trustProxy: 'yes' }))
    const { code, stderr } = await runToEnd({ MODELGATE_CONFIG: file })
    expect(code).toBe(2)
    expect(stderr).toContain('keys[0].expiresAt: must be a date as ISO 8601 writes it')
    expect(stderr).toContain('keys[0].rateLimit.perMinute: is not a member here')
    expect(stderr).toContain('keys[0].rateLimit.requestsPerHour: must be at least 0')
    expect(stderr).toContain('trustProxy: must be a number')
  })
})
