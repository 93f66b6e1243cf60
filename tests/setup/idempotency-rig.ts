import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { type CacheStore, type CallReport, createGateway } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { type Lane, lanes, type Mode, spoken } from './fault-rig.ts'

export interface KeyedRequest {
  readonly lane: Lane
  readonly mode: Mode
  readonly key: string
}

/** An answer, or what came of one before its client hung up. */
export interface Heard {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

/** An instance of a gateway on a socket. */
export interface Instance extends AsyncDisposable {
  readonly url: string
  readonly reports: CallReport[]
  ask(request: KeyedRequest): Promise<Heard>
  /** Hangs up as soon as the upstream is at work, or the first of the answer has come. */
  askAndDrop(request: KeyedRequest): Promise<Heard>
}

/** Slow enough that a client can hang up in the middle. */
export function slowSimulator(): Promise<Simulator> {
  return startSimulator({ frameDelayMs: 4 })
}

export async function openInstance(simulator: Simulator, store?: CacheStore): Promise<Instance> {
  const reports: CallReport[] = []
  const gateway = createGateway({
    providers: [
      bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    auth: () => ({ tenant: 'acme', rateLimit: { requestsPerMinute: 1, maxConcurrentCalls: 1 } }),
    // A machine that is busy with other tests must not make it a failure of the store.
    idempotency: { store, storeTimeoutMs: 60_000, onStoreError: 'closed' },
    onReport: report => reports.push(report),
  })
  const server = http.createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  function send({ lane, mode, key }: KeyedRequest): http.ClientRequest {
    const request = http.request({
      port,
      path: '/v1/chat/completions',
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
    })
    const messages = [{ role: 'user', content: `Say exactly: ${spoken}` }]
    request.end(JSON.stringify({ model: lanes[lane], messages, stream: mode === 'stream' }))
    return request
  }

  return {
    url: `http://127.0.0.1:${port}`,
    reports,
    async ask(asked) {
      const [answer] = (await once(send(asked), 'response')) as [http.IncomingMessage]
      let text = ''
      answer.setEncoding('utf8')
      for await (const read of answer) text += read as string
      return { status: answer.statusCode ?? 0, headers: answer.headers, text }
    },
    async askAndDrop(asked) {
      const request = send(asked)
      request.on('error', () => undefined)
      let text = ''
      let answer: http.IncomingMessage | undefined
      if (asked.mode === 'stream') {
        ;[answer] = (await once(request, 'response')) as [http.IncomingMessage]
        ;[text] = (await once(answer.setEncoding('utf8'), 'data')) as [string]
      } else await simulator.waitFor(({ outcome }) => outcome === 'open')
      request.destroy()
      return { status: answer?.statusCode ?? 0, headers: answer?.headers ?? {}, text }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await gateway.close({ graceMs: 0 })
    },
  }
}
