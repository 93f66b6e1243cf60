import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { createGateway, type Gateway } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import { type Fault, type Simulator, startSimulator } from '@modelgate/simulator'
import { expect, vi } from 'vitest'
import { readAnswer, type Seen } from './read-answer.ts'

export const lanes = { OpenAI: 'gpt-4o-mini', Bedrock: 'anthropic.claude-3-sonnet-20240229-v1:0' } as const
export type Lane = keyof typeof lanes
export type Mode = 'completion' | 'stream'

/** What every answer should say: long enough for many frames, and hardly a word without a character of several bytes. */
export const spoken =
  'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. 日本語のテキスト、🎉 naïve café, “quoted” – Ελληνικά и русский 🚀.'

export interface Asking {
  readonly lane: Lane
  readonly mode: Mode
  /** Ends the connection from the client's side. */
  readonly signal?: AbortSignal
  /** Told each read's text. */
  readonly onText?: (text: string) => void
}

/**
 * A gateway on a server of `node:http` before a simulator. Each test has both to itself: they run side by side, and what is
 * left open was left open by this one.
 */
export class FaultRig implements AsyncDisposable {
  readonly simulator: Simulator
  readonly gateway: Gateway
  readonly #server: http.Server
  readonly #connections = new Set<Socket>()

  private constructor(simulator: Simulator, gateway: Gateway, server: http.Server) {
    this.simulator = simulator
    this.gateway = gateway
    this.#server = server
    server.on('connection', socket => {
      this.#connections.add(socket)
      socket.once('close', () => this.#connections.delete(socket))
    })
  }

  static async open(totalMs: number = 600_000): Promise<FaultRig> {
    const simulator = await startSimulator()
    const gateway = createGateway({
      providers: [
        bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
        openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
      ],
      auth: 'none',
      onError: () => undefined,
      timeouts: { totalMs },
      // Each fault is told as it is, and the next call asks its target anew.
      circuitBreaker: { enabled: false },
      retry: { enabled: false },
      coolDown: { enabled: false },
    })
    const server = http.createServer(toNodeHandler(gateway))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new FaultRig(simulator, gateway, server)
  }

  /** Strikes the next request, or the next `times`; `undefined` takes the fault back. */
  strike(fault: Fault | undefined): void {
    const isForConnections = fault?.kind === 'close-on-accept'
    this.simulator.setFaults(fault ? [{ fault, match: isForConnections ? { times: 1 } : {} }] : [])
  }

  /** One chat over a connection of its own. Rejects when the answer breaks off without an end. */
  async ask({ lane, mode, signal, onText }: Asking): Promise<Seen> {
    const { port } = this.#server.address() as AddressInfo
    const headers = { 'content-type': 'application/json' }
    const request = http.request({ port, path: '/v1/chat/completions', method: 'POST', headers, agent: false, signal })
    const messages = [{ role: 'user', content: `Say exactly: ${spoken}` }]
    request.end(JSON.stringify({ model: lanes[lane], stream: mode === 'stream', messages }))
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
    let text = ''
    answer.setEncoding('utf8')
    for await (const read of answer) {
      text += read as string
      onText?.(text)
    }
    return readAnswer({ status: answer.statusCode ?? 0, headers: answer.headers, text })
  }

  /** Resolves when no client's connection is open on the server's side. */
  async serverIsIdle(): Promise<void> {
    await Promise.all([...this.#connections].map(socket => once(socket, 'close')))
  }

  /** Closes the gateway, which would wait an hour for a call that is still open, and sees that it left no connection behind. */
  async closesAtOnce(): Promise<void> {
    await this.gateway.close({ graceMs: 3_600_000 })
    await vi.waitFor(() => expect(this.simulator.openConnections()).toBe(0), { interval: 2, timeout: 10_000 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await this.gateway.close({ graceMs: 0 })
    await this.simulator.close()
  }
}
