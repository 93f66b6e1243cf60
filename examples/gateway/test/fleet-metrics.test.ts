import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb } from '../../../packages/aws/test/support/dynamodb.ts'
import { demoKey, type ErrorAnswer, postChat } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { type Running, runGateway } from './run-gateway.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb('ai-gateway-dev')
})
afterAll(() => db[Symbol.asyncDispose]())

const headers = { 'X-API-Key': demoKey }
const ask = (gateway: Running, query: string): Promise<Response> =>
  fetch(`${gateway.url}/api/v1/admin/metrics?${query}`, { headers })

describe('GET /api/v1/admin/metrics?scope=fleet', () => {
  it('adds up what instances counted, those that have ended included', { timeout: 60_000 }, async () => {
    const aws = {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
      REQUEST_LOG: 'dynamodb',
    }
    const from = new Date(Date.now() - 60_000).toISOString()
    for (const calls of [2, 3]) {
      await using gateway = await runGateway(aws)
      for (let call = 0; call < calls; call += 1) await (await postChat(`${gateway.url}/v1/chat/completions`)).text()
      gateway.kill('SIGTERM')
      expect(await gateway.exited).toBe(0)
    }
    await using gateway = await runGateway(aws)
    const to = new Date(Date.now() + 60_000).toISOString()
    const answer = await ask(gateway, `scope=fleet&from=${from}&to=${to}`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ scope: 'fleet', from, to, total: { calls: 5 } })
    const wrong = await ask(gateway, 'scope=fleet&from=yesterday')
    expect(wrong.status).toBe(400)
    expect(((await wrong.json()) as ErrorAnswer).error.message).toContain("got 'yesterday'")
    expect((await ask(gateway, `scope=fleet&from=${to}&to=${from}`)).status).toBe(400)
  })

  it('is what times are for', async () => {
    await using gateway = await runGateway()
    for (const query of ['from=2026-11-20T22:00:00Z', 'scope=instance&to=2026-11-20T22:00:00Z']) {
      const answer = await ask(gateway, query)
      expect(answer.status).toBe(400)
      expect(((await answer.json()) as ErrorAnswer).error.message).toContain('ask with scope=fleet')
    }
  })

  it('is not what a parameter misspelt gets in its place', async () => {
    await using gateway = await runGateway()
    const answer = await ask(gateway, 'scop=fleet')
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as ErrorAnswer).error).toMatchObject({
      param: 'scop',
      message: expect.stringContaining("did you mean 'scope'?") as string,
    })
  })

  it('says where it is not to be had', async () => {
    await using gateway = await runGateway()
    const answer = await ask(gateway, 'scope=fleet')
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as ErrorAnswer).error.message).toContain('REQUEST_LOG=dynamodb')
  })
})
