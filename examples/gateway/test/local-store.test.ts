import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { hashKey } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { planStart } from '../src/plan.ts'
import { openLocalDynamoDb } from '../src/stores/local-dynamodb.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { runGateway } from './run-gateway.ts'

/** A machine that is busy with tests takes its time. */
const patient = { timeout: 10_000 }

/** Items of a table, asked for where the notice says that the tables are. */
async function itemsIn(stderr: string, tableName: string): Promise<number> {
  const [endpoint = ''] = /(?<=stand-in for DynamoDB at )\S+(?=,)/.exec(stderr) ?? []
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: testCredentials })
  const { Count = 0 } = await client.send(new ScanCommand({ TableName: tableName }))
  client.destroy()
  return Count
}

/** What a newcomer does: starts it, copies the key, calls, and looks the call up. */
describe('STORE=dynamodb-local', () => {
  it('makes tables and a key, shows the key once, and counts, logs and prices what it is used for', async () => {
    await using gateway = await runGateway({ STORE: 'dynamodb-local' })
    await expect.poll(gateway.stderr, patient).toContain('for await')
    const [key = ''] = /^ {2}mg_local_\w{49}$/m.exec(gateway.stderr())?.map(line => line.trim()) ?? []
    expect(key).not.toBe('')
    expect(gateway.stdout()).not.toContain(key)

    const headers = { 'content-type': 'application/json', 'x-api-key': key }
    const chat = (more: Record<string, string> = {}): Promise<Response> =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { ...headers, ...more },
        body: '{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}',
      })
    expect((await chat({ 'x-api-key': 'sk-test123456789abcdef' })).status).toBe(401)

    const first = await chat()
    expect([first.status, first.headers.get('x-ratelimit-limit-requests')]).toEqual([200, '10'])
    const costUsd = Number(first.headers.get('x-modelgate-cost-usd'))
    expect(costUsd).toBeGreaterThan(0)
    const statuses: number[] = []
    for (let call = 2; call <= 11; call += 1) statuses.push((await chat()).status)
    expect(statuses).toEqual([...Array<number>(9).fill(200), 429])

    const path = `${gateway.url}/api/v1/admin/requests/${first.headers.get('x-request-id')}`
    await expect.poll(async () => (await fetch(path, { headers })).status, patient).toBe(200)
    expect(await (await fetch(path, { headers })).json()).toMatchObject({
      data: [{ userId: 'local', status: 'completed', cost: costUsd, tokens: expect.any(Number) }],
    })
    expect(await itemsIn(gateway.stderr(), 'ai-gateway-dev-api-keys')).toBe(1)
    expect(await itemsIn(gateway.stderr(), 'ai-gateway-dev-limits')).toBeGreaterThan(0)
    await expect
      .poll(() => itemsIn(gateway.stderr(), 'ai-gateway-dev-request-analytics'), patient)
      .toBeGreaterThanOrEqual(11)

    const config = await (await fetch(`${gateway.url}/api/v1/admin/config`, { headers })).text()
    expect(config).toContain('ai-gateway-dev-limits')
    expect(config).not.toContain(key)

    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
    expect(gateway.stderr()).not.toMatch(/cannot be used|lost|Error/)
  })

  it('tells how a record is found only where records are kept', async () => {
    await using gateway = await runGateway({ STORE: 'dynamodb-local', REQUEST_LOG: 'none' })
    await expect.poll(gateway.stderr, patient).toContain('for await')
    expect(gateway.stderr()).toContain('Keys and limits stand in tables')
    expect(gateway.stderr()).toContain('x-modelgate-cost-usd')
    expect(gateway.stderr()).not.toContain('admin/requests')
  })

  it('makes another key at each start, and keeps its hash alone', async () => {
    const keys: string[] = []
    for (let start = 0; start < 2; start += 1) {
      await using local = await openLocalDynamoDb('dev')
      const { Items = [] } = await local.client.send(new ScanCommand({ TableName: local.tables.apiKeys.tableName }))
      expect(Items.map(({ apiKeyHash }) => apiKeyHash)).toEqual([{ S: hashKey(local.key) }])
      expect(JSON.stringify(Items)).not.toContain(local.key)
      keys.push(local.key)
    }
    expect(keys[0]).not.toBe(keys[1])
  })

  it('does not start beside another store, or as one that is not known', () => {
    const beside = { STORE: 'dynamodb-local', REDIS_URL: 'redis://127.0.0.1:1', API_KEY_TABLE_NAME: 'keys' }
    expect(() => planStart(beside)).toThrow('REDIS_URL: stands beside STORE')
    expect(() => planStart(beside)).toThrow('API_KEY_TABLE_NAME: stands beside STORE')
    expect(() => planStart({ STORE: 'sqlite' })).toThrow("STORE: must be 'dynamodb-local', got 'sqlite'.")
  })

  it('is key enough for a live gateway', () => {
    const live = { UPSTREAM: 'live', OPENAI_API_KEY: 'sk-mine' }
    expect(() => planStart(live)).toThrow('without an API key')
    expect(planStart({ ...live, STORE: 'dynamodb-local' }).mode).toBe('live')
  })
})
