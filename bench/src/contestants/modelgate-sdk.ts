import http from 'node:http'
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { serve } from '../machine/serve.ts'

/* The same gateway over the AWS SDK's own client, tuned as its documents say: one client, kept connections. */

const client = new BedrockRuntimeClient({
  region: 'us-east-1',
  endpoint: process.env.UPSTREAM ?? '',
  credentials: { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench' },
  requestHandler: new NodeHttpHandler({ httpAgent: new http.Agent({ keepAlive: true, maxSockets: 1024 }) }),
})
const gateway = createGateway({
  providers: [bedrock({ client })],
  auth: apiKeys(memoryKeyStore([{ key: 'bench' }])),
})

const server = http.createServer(toNodeHandler(gateway))
serve(server)
