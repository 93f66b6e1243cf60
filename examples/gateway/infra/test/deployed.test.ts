import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { gatewayMetrics } from '@modelgate/aws/cloudwatch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantedActions } from '../../../../tests/infra/granted-actions.ts'
import { fillTable } from '../../../mcp-catalog/src/dynamodb/fill-table.ts'
import { exampleProducts, readProducts } from '../../../mcp-catalog/src/read-products.ts'
import { type DeployedPlace, openDeployedPlace } from './deployed-place.ts'
import { synthesised } from './synthesised.ts'
import { emittedMetrics, watchedMetrics } from './watched-metrics.ts'

const { gateway, observability } = synthesised()
let deployed: DeployedPlace
beforeAll(async () => {
  deployed = await openDeployedPlace(gateway)
})
afterAll(() => deployed[Symbol.asyncDispose]())

const chat = { model: 'gpt-4', messages: [{ role: 'user', content: 'Hello' }] }
const path = '/api/v1/completions'

/** What IAM calls the requests for lists. */
const listActions: Readonly<Record<string, string>> = {
  '/foundation-models': 'bedrock:ListFoundationModels',
  '/inference-profiles': 'bedrock:ListInferenceProfiles',
}

async function itemsIn(TableName: string): Promise<number> {
  const { Items = [] } = await deployed.place.db.client.send(new ScanCommand({ TableName, ConsistentRead: true }))
  return Items.length
}

describe('the app on the template’s tables, variables, parameters and secret', () => {
  it('answers, streams, counts limits, logs, and takes keys, all in these tables', async () => {
    const headers = { 'X-API-Key': await deployed.place.key({ permissions: ['completions', 'admin'] }) }
    expect(await deployed.send({ path: '/health' })).toMatchObject({ status: 200 })
    expect(await deployed.send({ path, headers, body: chat })).toMatchObject({ status: 200 })
    const streamed = await deployed.send({ path, headers, body: { ...chat, stream: true } })
    expect(streamed.body).toMatch(/\[DONE\]\n\n$/)
    const bearer = { Authorization: `Bearer ${headers['X-API-Key']}` }
    const responded = await deployed.send({
      path: '/responses',
      headers: bearer,
      body: { model: 'gpt-4', input: 'Hello', stream: true },
    })
    expect(responded.body).toContain('event: response.completed')
    const made = await deployed.send({ path: '/api/v1/admin/keys', headers, body: { userId: 'bob', tier: 'free' } })
    expect(made.status).toBe(201)
    expect(await itemsIn('ai-gateway-dev-api-keys')).toBe(2)
    expect(await itemsIn('ai-gateway-dev-limits')).toBe(1)
    // Two calls, and what this instance counted in the minute, or in two.
    expect(await itemsIn('ai-gateway-dev-request-analytics')).toBeGreaterThanOrEqual(3)
    expect(deployed.tables).toContain('ai-gateway-dev-product-catalog')
  })

  it('keeps keys, products and calls with the attributes that their readers know', async () => {
    const names = async (table: string): Promise<ReadonlySet<string>> => {
      const { Items = [] } = await deployed.place.db.client.send(
        new ScanCommand({ TableName: `ai-gateway-dev-${table}` }),
      )
      return new Set(Items.flatMap(item => Object.keys(item)))
    }
    const headers = { 'X-API-Key': await deployed.place.key({ permissions: ['admin'] }) }
    const rateLimit = { requestsPerMinute: 10, requestsPerHour: 100 }
    const wanted = { userId: 'carl', tier: 'free', permissions: ['completions'], rateLimit }
    expect(await deployed.send({ path: '/api/v1/admin/keys', headers, body: wanted })).toMatchObject({ status: 201 })
    await fillTable(deployed.place.db.client, 'ai-gateway-dev-product-catalog', await readProducts(exampleProducts))
    const documented = {
      'api-keys': 'apiKeyId userId tier apiKeyHash createdAt permissions active rateLimit',
      'product-catalog': 'productId name category price brand availability description rating',
      'request-analytics': 'requestId timestamp userId model tokens cost latency provider expirationTimestamp',
    }
    for (const [table, attributes] of Object.entries(documented)) {
      const kept = await names(table)
      expect(attributes.split(' ').filter(name => !kept.has(name))).toEqual([])
    }
  })

  it('keeps a tier to its limit', async () => {
    const headers = { 'X-API-Key': await deployed.place.key({ tier: 'free' }) }
    const statuses: number[] = []
    for (let call = 0; call < 11; call += 1) statuses.push((await deployed.send({ path, headers, body: chat })).status)
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429])
  })

  it('says at its health that tables, keys and log are well', async () => {
    const { body } = await deployed.send({ path: '/api/v1/health' })
    expect(JSON.parse(body)).toMatchObject({ status: 'ok', components: { keys: 'ok', limits: 'ok', requestLog: 'ok' } })
  })

  it('goes on to Bedrock where OpenAI is away, by the file beside the function', async () => {
    deployed.place.simulator.setFaults([{ match: { model: 'gpt-6-sol' }, fault: { kind: 'status', status: 500 } }])
    const headers = { 'X-API-Key': await deployed.place.key({ userId: 'of-bedrock' }) }
    const answer = await deployed.send({ path, headers, body: chat })
    deployed.place.simulator.setFaults([])
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({ model: expect.stringContaining('anthropic.claude-sonnet-4-6') })
  })

  it('asks of Bedrock what its role allows, the lists by which a model is called that profiles alone serve among it', async () => {
    const headers = { 'X-API-Key': await deployed.place.key({ userId: 'of-profiles' }) }
    const asked = { ...chat, model: 'bedrock/meta.llama3-2-1b-instruct-v1:0' }
    const answer = await deployed.send({ path, headers, body: asked })
    expect(JSON.parse(answer.body)).toMatchObject({ model: 'us.meta.llama3-2-1b-instruct-v1:0' })
    const bearer = { Authorization: `Bearer ${headers['X-API-Key']}` }
    expect(await deployed.send({ path: '/models', method: 'GET', headers: bearer })).toMatchObject({ status: 200 })
    const lists = deployed.place.simulator
      .requests()
      .flatMap(({ path: each }) => listActions[each.split('?')[0]!] ?? [])
    expect(new Set(lists)).toEqual(new Set(Object.values(listActions)))
    const granted = grantedActions(gateway.toJSON()).map(({ action }) => action)
    expect(lists.filter(action => !granted.includes(action))).toEqual([])
  })

  it('tells the model of the products in the table that somebody asks about', async () => {
    const products = await readProducts(exampleProducts)
    await fillTable(deployed.place.db.client, 'ai-gateway-dev-product-catalog', products)
    const headers = { 'X-API-Key': await deployed.place.key({}) }
    const question = 'Which wireless headphones do you have in stock, and what do they cost?'
    const asked = { ...chat, messages: [{ role: 'user', content: question }] }
    const answer = await deployed.send({ path, headers, body: asked })
    expect(answer.status).toBe(200)
    const sent = JSON.stringify(deployed.place.simulator.requests().at(-1)?.json)
    expect(products.filter(({ name }) => sent.includes(name)).length).toBeGreaterThan(0)
  })

  it('gives the answer of an idempotency key again, from the table', async () => {
    const key = await deployed.place.key({})
    const headers = { 'X-API-Key': key, 'Idempotency-Key': 'order-1', 'x-modelgate-cache': 'off' }
    const before = await itemsIn('ai-gateway-dev-cache')
    const answers = [
      await deployed.send({ path, headers, body: chat }),
      await deployed.send({ path, headers, body: chat }),
    ]
    expect(answers[0]?.status).toBe(200)
    expect(answers[1]).toEqual(answers[0])
    expect(await itemsIn('ai-gateway-dev-cache')).toBe(before + 1)
  })

  it('gives an answer again from the table to who asks the same, and to nobody else', async () => {
    const ask = async (userId: string, question: string) => {
      const headers = { 'X-API-Key': await deployed.place.key({ userId }) }
      const body = { ...chat, messages: [{ role: 'user', content: question }] }
      return deployed.send({ path, headers, body })
    }
    const first = await ask('eve', 'Say exactly: kept')
    const asked = deployed.place.simulator.requests().length
    expect(await ask('eve', 'Say exactly: kept')).toEqual(first)
    expect(deployed.place.simulator.requests()).toHaveLength(asked)
    await ask('mallory', 'Say exactly: kept')
    expect(deployed.place.simulator.requests()).toHaveLength(asked + 1)
  })

  it('turns a wrong key away at the authorizer', async () => {
    expect(await deployed.send({ path, headers: { 'X-API-Key': 'sk-test123456789abcdef' }, body: chat })).toMatchObject(
      {
        status: 401,
      },
    )
  })
})

describe('what dashboards and alarms watch of the gateway', () => {
  it('is what the app has written by now, under the same namespace and dimensions', () => {
    const emitted = emittedMetrics(deployed.place.stdout)
    const watched = watchedMetrics(observability, gateway).filter(metric => metric.includes('AiModelGateway'))
    expect(watched.filter(metric => !emitted.has(metric))).toEqual([])
    expect(watched.length).toBeGreaterThan(10)
  })

  it('is everything that it writes', () => {
    const watched = watchedMetrics(observability, gateway).join('\n')
    expect(Object.keys(gatewayMetrics).filter(name => !watched.includes(`AiModelGateway ${name} `))).toEqual([])
  })

  it('is of resources that the gateway’s stack has, where AWS writes it', () => {
    const resources = JSON.stringify(gateway.toJSON())
    const names = watchedMetrics(observability, gateway)
      .filter(metric => metric.startsWith('AWS/'))
      .flatMap(metric =>
        [...metric.matchAll(/(?:ApiName|FunctionName|TableName|WebACL)=([\w-]+)/g)].map(([, name]) => name),
      )
    expect(new Set(names).size).toBeGreaterThan(6)
    for (const name of names) expect(resources).toContain(`"${name}"`)
  })
})
