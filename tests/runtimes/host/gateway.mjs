// The gateway that every runtime runs, behind one fetch handler: beside it `/reports`, what was logged and told, and `/close`.
import { bedrock } from '@modelgate/bedrock'
import {
  apiKeys,
  createGateway,
  fetchTransport,
  memoryCacheStore,
  memoryKeyStore,
  memoryLimitStore,
  memoryRequestLog,
} from '@modelgate/core'
import { openai } from '@modelgate/openai'

const told = []
const reports = []
const keys = memoryKeyStore([
  { key: 'key', userId: 'me', tenant: 'us' },
  { key: 'limited', userId: 'limited', rateLimit: { requestsPerMinute: 2 } },
])
const limits = memoryLimitStore()
const answers = memoryCacheStore()
const requestLog = memoryRequestLog()

/** Sends by `fetch` where `transport` says so, else by the default of the providers. */
export function hostGateway({ url, accessKeyId, secretAccessKey, bearerToken, openaiKey, transport }) {
  const sending = transport === 'fetch' ? { transport: fetchTransport() } : {}
  const aws = { region: 'us-east-1', endpoint: url, ...sending }
  const gateway = createGateway({
    providers: [
      openai({ apiKey: openaiKey, baseURL: `${url}/v1`, ...sending }),
      bedrock({ ...aws, credentials: { accessKeyId, secretAccessKey } }),
      bedrock({ ...aws, id: 'bearer', bearerToken }),
    ],
    auth: apiKeys(keys),
    limits: { store: limits },
    idempotency: { store: answers },
    timeouts: { totalMs: 60_000, idleMs: 1_500 },
    streams: { keepAliveMs: 400 },
    requestLog,
    onReport: ({ status, errorCode, usage }) => reports.push({ status, errorCode, usage }),
    onError: error => told.push(String(error?.stack ?? error)),
  })
  const serve = async (request, waitUntil) => {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/reports') return Response.json({ reports, told })
    if (pathname === '/close') {
      await gateway.close()
      return Response.json({ closed: true })
    }
    if (pathname === '/in-process') {
      const answer = await gateway.chat({
        model: searchParams.get('model'),
        messages: [{ role: 'user', content: 'Say exactly: inside' }],
      })
      return Response.json(answer)
    }
    return gateway.fetch(request, waitUntil ? { waitUntil } : {})
  }
  return { gateway, serve }
}
