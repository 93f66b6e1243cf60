import http from 'node:http'
import type net from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore, queuedLog } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'
import { telemetry } from '../telemetry.ts'
import { type Held, heldNow } from './held.ts'

/*
 * The gateway with all of its policy and telemetry on, for hours. Asked `sample` it collects its garbage and tells what it holds;
 * asked `end` it closes, and tells what is left.
 */

/** What it holds, and how many calls are not settled yet. */
export interface GatewaySample extends Held {
  readonly openCalls: number
}

const { UPSTREAM = '' } = process.env
const transport = undici()
const rateLimit = { requestsPerMinute: 1e9, requestsPerHour: 1e9, tokensPerMinute: 1e12 }
const gateway = createGateway({
  providers: [
    openai({ apiKey: 'bench', baseURL: `${UPSTREAM}/pace/10/v1`, transport }),
    openai({ id: 'burst', apiKey: 'bench', baseURL: `${UPSTREAM}/pace/0/v1`, transport }),
    bedrock({
      region: 'us-east-1',
      endpoint: `${UPSTREAM}/pace/0`,
      credentials: { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench' },
      transport,
    }),
  ],
  auth: apiKeys(memoryKeyStore([{ key: 'bench', rateLimit }])),
  requestLog: queuedLog({ write: async records => void JSON.stringify(records) }),
  metrics: true,
  telemetry: telemetry(),
})

const server = http.createServer(toNodeHandler(gateway))
process.on('message', asked => {
  if (asked === 'sample') process.send?.(sample())
  else void end().then(left => process.send?.({ left }))
})
process.once('disconnect', () => process.exit())
/** The channel to the bench is among them. */
const before = resources()
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as net.AddressInfo).port }))

/** What keeps a process alive, by its kind: sockets, timers, what is being read. */
function resources(): readonly string[] {
  return process.getActiveResourcesInfo()
}

function sample(): GatewaySample {
  return { ...heldNow(), openCalls: gateway.metrics()?.openCalls ?? Number.NaN }
}

async function end(): Promise<readonly string[]> {
  server.close()
  server.closeAllConnections()
  await gateway.close()
  // What was closed is gone a turn later.
  await new Promise(resolve => setTimeout(resolve, 100))
  const left = [...resources()]
  for (const kind of before) {
    const at = left.indexOf(kind)
    if (at >= 0) left.splice(at, 1)
  }
  return left
}
