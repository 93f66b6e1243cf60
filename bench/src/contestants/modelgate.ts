import { appendFile } from 'node:fs/promises'
import http from 'node:http'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, type Middleware, memoryKeyStore, queuedLog, type Transport } from '@modelgate/core'
import { nodeTransport, toNodeHandler } from '@modelgate/core/node'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'
import { serve } from '../machine/serve.ts'
import { modelOf } from '../upstream/requests.ts'
import { storeOf } from './limit-store.ts'

/*
 * The gateway as its own document says to mount it: keys, both providers, undici as the transport. With POLICY `all` the key has three
 * limits and every call is logged; with `none` there is no key. What a call costs is counted in all of them. With STORE its limits are in Redis
 * or DynamoDB. With TELEMETRY `all` every call is logged, counted and traced, as far as the exporters, which drop what they get. With CACHE
 * answers are kept in memory: with `miss` each request is made another's, so that all of them are looked for, not found and kept; with
 * `hit` they are all one.
 */

const { UPSTREAM = '', TRANSPORT = 'undici', POLICY = 'keys', TELEMETRY = 'none', CACHE = 'none' } = process.env
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

const { STORE = '', STORE_URL = '' } = process.env
const store = await storeOf(STORE, STORE_URL)
let asked = 0
/** In both cases the request is another than the one that came: that costs the same then. */
const asOneOfMany: Middleware = (call, next) => {
  asked += 1
  return next({ ...call, request: { ...call.request, user: CACHE === 'miss' ? `user-${asked}` : 'user' } })
}

const models = [`openai/${modelOf('openai', 'whole')}`, `bedrock/${modelOf('bedrock', 'whole')}`] as const

const gateway = createGateway({
  providers: [
    openai({ apiKey: 'bench', baseURL: `${UPSTREAM}/v1`, transport }),
    bedrock({ region: 'us-east-1', endpoint: UPSTREAM, credentials, transport }),
  ],
  ...(store && { limits: { store } }),
  auth: POLICY === 'none' ? 'none' : apiKeys(memoryKeyStore([key])),
  ...(CACHE !== 'none' && {
    routes: Object.fromEntries(models.map(model => [model, { targets: [model], cache: true }])),
    use: [asOneOfMany],
  }),
  ...(POLICY === 'all' && { requestLog }),
  ...(TELEMETRY === 'all' && { requestLog, metrics: true, telemetry: (await import('../telemetry.ts')).telemetry() }),
})

const server = http.createServer(toNodeHandler(gateway))
serve(server)
