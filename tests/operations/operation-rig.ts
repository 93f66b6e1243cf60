import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import {
  apiKeys,
  type CallReport,
  type ConfiguredKey,
  createGateway,
  type Gateway,
  type LimitsOptions,
  memoryKeyStore,
  type RequestRecord,
} from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { vi } from 'vitest'
import { type OperationStory, type RouteName, routes } from './operation-table.ts'

/** What came back over the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly error: { readonly code: string; readonly message: string; readonly param: string | null } | undefined
}

export interface Asking {
  readonly key?: string | undefined
  /** Default: the story's own. */
  readonly route?: RouteName | undefined
  readonly signal?: AbortSignal | undefined
}

/** A gateway on a server of `node:http` over a simulator, whose reports and log are kept. */
export class OperationRig implements AsyncDisposable {
  readonly simulator: Simulator
  readonly gateway: Gateway
  readonly reports: CallReport[] = []
  readonly records: RequestRecord[] = []
  /** What the gateway told its host of. */
  readonly errors: unknown[] = []
  readonly #server: http.Server

  private constructor(simulator: Simulator, keys: readonly ConfiguredKey[], limits: LimitsOptions | undefined) {
    this.simulator = simulator
    this.gateway = createGateway({
      providers: [
        openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
        bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
      ],
      routes,
      auth: apiKeys(memoryKeyStore(keys)),
      limits,
      onError: error => this.errors.push(error),
      onReport: report => this.reports.push(report),
      requestLog: { write: record => this.records.push(record), flush: () => Promise.resolve() },
    })
    this.#server = http.createServer(toNodeHandler(this.gateway))
  }

  static async open(keys: readonly ConfiguredKey[], limits?: LimitsOptions): Promise<OperationRig> {
    const rig = new OperationRig(await startSimulator(), keys, limits)
    rig.#server.listen(0, '127.0.0.1')
    await once(rig.#server, 'listening')
    return rig
  }

  async ask(story: OperationStory, { key, route = story.route, signal }: Asking): Promise<Answer> {
    const response = await this.fetch(story, { key, route, signal })
    const text = await response.text()
    const { error } = response.status === 200 ? {} : (JSON.parse(text) as Pick<Answer, 'error'>)
    return { status: response.status, headers: response.headers, text, error }
  }

  /** The answer as it comes, its body unread. */
  fetch(story: OperationStory, { key, route = story.route, signal }: Asking): Promise<Response> {
    const { path, body } = story.ask(route)
    const { port } = this.#server.address() as AddressInfo
    return fetch(`http://127.0.0.1:${port}${path}`, {
      method: story.doorRoute.split(' ')[0]!,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
  }

  /** Requests that came to the upstreams. */
  get upstreamRequests(): number {
    return this.simulator.requests().length
  }

  /** Resolves when so many calls have been reported: a stream's client has its last byte before that. */
  async reported(calls: number): Promise<void> {
    await vi.waitFor(() => {
      if (this.reports.length < calls) throw new Error(`${this.reports.length} of ${calls} calls were reported`)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await this.gateway.close({ graceMs: 0 })
    await this.simulator.close()
  }
}
