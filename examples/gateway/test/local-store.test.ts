import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { runGateway, runToEnd } from './run-gateway.ts'

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
    await expect.poll(gateway.stderr).toContain('for await')
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
    await expect.poll(async () => (await fetch(path, { headers })).status).toBe(200)
    expect(await (await fetch(path, { headers })).json()).toMatchObject({
      data: [{ userId: 'local', status: 'completed', cost: costUsd, tokens: expect.any(Number) }],
    })
    expect(await itemsIn(gateway.stderr(), 'ai-gateway-dev-api-keys')).toBe(1)
    expect(await itemsIn(gateway.stderr(), 'ai-gateway-dev-limits')).toBeGreaterThan(0)
    await expect.poll(() => itemsIn(gateway.stderr(), 'ai-gateway-dev-request-analytics')).toBeGreaterThanOrEqual(11)

    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
    expect(gateway.stderr()).not.toMatch(/cannot be used|lost|Error/)
  })

  it('makes another key at each start, so that none is known that was seen before', async () => {
    const keys = await Promise.all(
      [1, 2].map(async () => {
        await using gateway = await runGateway({ STORE: 'dynamodb-local' })
        await expect.poll(gateway.stderr).toContain('for await')
        return /mg_local_\w{49}/.exec(gateway.stderr())?.[0]
      }),
    )
    expect(keys[0]).toBeDefined()
    expect(keys[0]).not.toBe(keys[1])
  })

  it('does not start beside another store, or as one that is not known', async () => {
    const beside = await runToEnd({
      STORE: 'dynamodb-local',
      REDIS_URL: 'redis://127.0.0.1:1',
      API_KEY_TABLE_NAME: 'keys',
    })
    expect(beside.code).toBe(2)
    expect(beside.stderr).toContain('REDIS_URL: stands beside STORE')
    expect(beside.stderr).toContain('API_KEY_TABLE_NAME: stands beside STORE')
    const unknown = await runToEnd({ STORE: 'sqlite' })
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain("STORE: must be 'dynamodb-local', got 'sqlite'.")
  })
})
