import { bedrock } from '@modelgate/bedrock'
import {
  apiKeys,
  type CallReport,
  createGateway,
  type Gateway,
  type GatewayOptions,
  memoryKeyStore,
  type Provider,
} from '@modelgate/core'
import { openai } from '@modelgate/openai'
import type { Simulator } from '@modelgate/simulator'
import { expect, vi } from 'vitest'
import type { Front, Mount, OpenFront } from './front.ts'

export interface RigSetup extends Mount {
  /** Of the gateway, beside or in place of the rig's own. */
  readonly options?: Partial<GatewayOptions<readonly Provider[]>> | undefined
}

/** What came back, read to its end. */
export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A refusal in OpenAI's form. */
export interface Refusal extends Told {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string
  }
}

const json = { 'content-type': 'application/json' }
export const key = { authorization: 'Bearer sk-caller' }

/** A gateway over the simulator behind one front, for one story. */
export class FrontRig implements AsyncDisposable {
  readonly simulator: Simulator
  readonly gateway: Gateway
  readonly reports: CallReport[] = []
  /** What the gateway told its host of. */
  readonly errors: unknown[] = []
  #front: OpenFront | undefined

  private constructor(simulator: Simulator, { options }: RigSetup) {
    this.simulator = simulator
    this.gateway = createGateway({
      providers: [
        openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
        bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
      ],
      routes: {
        fast: ['openai/gpt-4o-mini'],
        'team/smart': ['bedrock/anthropic.claude-3-sonnet-20240229-v1:0'],
        embed: ['openai/text-embedding-3-small'],
      },
      auth: apiKeys(
        memoryKeyStore([
          { key: 'sk-caller', userId: 'caller' },
          { key: 'sk-health', permissions: ['health'] },
          { key: 'sk-once', rateLimit: { requestsPerMinute: 1 } },
          { key: 'sk-poor', budget: { usdPerDay: 0.0001 } },
        ]),
      ),
      retry: { enabled: false },
      onReport: report => this.reports.push(report),
      onError: error => this.errors.push(error),
      ...options,
    })
  }

  static async open(front: Front, simulator: Simulator, setup: RigSetup = {}): Promise<FrontRig> {
    const rig = new FrontRig(simulator, setup)
    const { basePath, principal } = setup
    rig.#front = await front.open(rig.gateway, { basePath, principal })
    return rig
  }

  /** The answer as it comes, its body unread. */
  ask(path: string, init?: RequestInit): Promise<Response> {
    return this.#front!.ask(path, init)
  }

  /** A chat of one sentence on the route `fast`, its body unread. */
  chat(content: string, { headers = key, signal, ...more }: ChatOptions = {}): Promise<Response> {
    const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content }], ...more })
    return this.post('/v1/chat/completions', body, { headers, signal })
  }

  post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    { headers = key, signal }: PostOptions = {},
  ): Promise<Response> {
    return this.ask(path, { method: 'POST', headers: { ...json, ...headers }, body, ...(signal && { signal }) })
  }

  /** What is left of the reports once so many calls have settled: a client has its last byte before that. */
  async reported(calls: number): Promise<readonly CallReport[]> {
    await vi.waitFor(() => expect(this.reports.length).toBe(calls), { timeout: 10_000 })
    return this.reports
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.close({ graceMs: 0 })
    await this.#front?.[Symbol.asyncDispose]()
  }
}

interface PostOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}
interface ChatOptions extends PostOptions {
  readonly max_tokens?: number | undefined
  readonly model?: string
  readonly stream?: boolean
}

export async function told(answer: Response | Promise<Response>): Promise<Told> {
  const { status, headers, ...response } = await Promise.resolve(answer).then(async got => ({
    status: got.status,
    headers: got.headers,
    text: await got.text(),
  }))
  return { status, headers, text: response.text }
}

/** An answer that must be a refusal in OpenAI's form, and nothing but one. */
export async function refused(answer: Response | Promise<Response>): Promise<Refusal> {
  const all = await told(answer)
  expect(all.headers.get('content-type')).toBe('application/json')
  const body = JSON.parse(all.text) as { error: Refusal['error'] }
  expect(Object.keys(body)).toEqual(['error'])
  expect(Object.keys(body.error).toSorted()).toEqual(['code', 'message', 'param', 'type'])
  return { ...all, error: body.error }
}
