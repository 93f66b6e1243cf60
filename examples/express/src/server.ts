import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { createApp } from './app.ts'

const key = process.env.MODELGATE_API_KEY
if (!key) {
  console.error('Set MODELGATE_API_KEY to the key that callers must send; nobody could come in without one.')
  process.exit(2)
}

const gateway = createGateway({
  providers: [bedrock({ region: process.env.AWS_REGION }), openai({ apiKey: process.env.OPENAI_API_KEY })],
  routes: { fast: ['bedrock/us.anthropic.claude-3-5-haiku-20241022-v1:0', 'openai/gpt-4o-mini'] },
  exposeModels: 'all',
  auth: apiKeys(memoryKeyStore([{ key, userId: 'example' }])),
})

const server = createApp(gateway).listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
// Above the 60 s of an AWS load balancer, which would otherwise reuse a connection that is just being closed.
server.keepAliveTimeout = 65_000

process.once('SIGTERM', async () => {
  server.close()
  await gateway.close({ graceMs: 30_000 })
  server.closeAllConnections()
})
