import { appendFile } from 'node:fs/promises'
import http from 'node:http'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, type LimitStore, memoryKeyStore, queuedLog, type Transport } from '@modelgate/core'
import { nodeTransport, toNodeHandler } from '@modelgate/core/node'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'
import { serve } from '../machine/serve.ts'

/*
 * The gateway as its own document says to mount it: keys, both providers, undici as the transport. With POLICY `all` the key has three
 * limits and every call is logged; with `none` there is no key. What a call costs is counted in all of them. With STORE its limits are in Redis
 * or DynamoDB. With TELEMETRY `all` every
 * call is logged, counted and traced, as far as the exporters, which drop what they get.
 */

const { UPSTREAM = '', TRANSPORT = 'undici', POLICY = 'keys', TELEMETRY = 'none' } = process.env
const transports: Readonly<Record<string, () => Transport>> = { undici, node: nodeTransport }
const transport = transports[TRANSPORT]!()
const credentials = { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench' }

/** Wide enough never to be reached, and counted all the same. */
const rateLimit = { requestsPerMinute: 1e9, requestsPerHour: 1e9, tokensPerMinute: 1e12 }
const key = { key: 'bench', ...(POLICY === 'all' && { rateLimit }) }
const requestLog = queuedLog({
  // As the gateway app's does.
  lingerMs: 50,
  write: records => appendFile('/dev/null', records.map(record => `${JSON.stringify(record)}\n`).join('')),
})

const { STORE, STORE_URL = '' } = process.env

async function storeOf(kind: string | undefined): Promise<LimitStore | undefined> {
  if (kind === 'redis') {
    const [{ redisLimitStore }, { Redis }] = await Promise.all([import('@modelgate/core/redis'), import('ioredis')])
    return redisLimitStore({ client: new Redis(STORE_URL.replace('http', 'redis')) })
  }
  if (kind !== 'dynamodb') return undefined
  const { createTables, dynamodbLimitStore, gatewayTables } = await import('@modelgate/aws/dynamodb')
  const at = { endpoint: STORE_URL, region: 'us-east-1' }
  const { limits } = gatewayTables('bench')
  await createTables({ ...at, tables: [limits] })
  return dynamodbLimitStore({ ...at, tableName: limits.tableName })
}

const store = await storeOf(STORE)
const gateway = createGateway({
  providers: [
    openai({ apiKey: 'bench', baseURL: `${UPSTREAM}/v1`, transport }),
    bedrock({ region: 'us-east-1', endpoint: UPSTREAM, credentials, transport }),
  ],
  ...(store && { limits: { store } }),
  auth: POLICY === 'none' ? 'none' : apiKeys(memoryKeyStore([key])),
  ...(POLICY === 'all' && { requestLog }),
  ...(TELEMETRY === 'all' && { requestLog, metrics: true, telemetry: (await import('../telemetry.ts')).telemetry() }),
})

const server = http.createServer(toNodeHandler(gateway))
serve(server)
