import http from 'node:http'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore, type Transport } from '@modelgate/core'
import { nodeTransport, toNodeHandler } from '@modelgate/core/node'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'

/* The gateway as its own document says to mount it: keys, both providers, undici as the transport. */

const { UPSTREAM = '', TRANSPORT = 'undici' } = process.env
const transports: Readonly<Record<string, () => Transport>> = { undici, node: nodeTransport }
const transport = transports[TRANSPORT]!()
const credentials = { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench' }

const gateway = createGateway({
  providers: [
    openai({ apiKey: 'bench', baseURL: `${UPSTREAM}/v1`, transport }),
    bedrock({ region: 'us-east-1', endpoint: UPSTREAM, credentials, transport }),
  ],
  auth: apiKeys(memoryKeyStore([{ key: 'bench' }])),
})

const server = http.createServer(toNodeHandler(gateway))
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }))
process.once('disconnect', () => process.exit())
