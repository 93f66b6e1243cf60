import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import {
  type CallReport,
  createGateway,
  type Gateway,
  type GatewayOptions,
  type Provider,
  type RequestRecord,
  type Transport,
} from '@modelgate/core'
import { nodeTransport, toNodeHandler } from '@modelgate/core/node'
import { manualClock } from '@modelgate/core/testing'
import { undici } from '@modelgate/core/undici'
import { openai, openaiCompatible } from '@modelgate/openai'
import { type RecordedRequest, type Simulator, startSimulator } from '@modelgate/simulator'
import { expect, vi } from 'vitest'
import type { Cell, Lane } from './cell.ts'
import type { Strike } from './fault-row.ts'
import { type StoryAnswer, StoryClient } from './story-client.ts'

const firstTargets = {
  Bedrock: 'bedrock/anthropic.claude-3-sonnet-20240229-v1:0',
  OpenAI: 'openai/gpt-4o-mini',
} as const satisfies Record<Lane, string>

/** Nobody knows its prices. */
export const secondTarget = 'second/gpt-4o'
const spareTarget = 'spare/gpt-4.1-mini'

/** A dollar a million, so that what the first target costs is its tokens, in millionths. */
const prices = Object.fromEntries(Object.values(firstTargets).map(target => [target, { input: 1, output: 1 }]))

/** What hangs is given up after that long: all that does so at the same time. */
export const patienceMs = 2_000
const tokensPerMinute = 1_000_000_000
const rateLimit = { tokensPerMinute, requestsPerMinute: 1_000, maxConcurrentCalls: 1 }

export interface RigOptions extends Pick<GatewayOptions, 'bulkhead' | 'maxBodyBytes' | 'streams'> {
  /** Of the first target, instead of the simulator. */
  readonly upstreamUrl?: string
  /** Where nothing is to be given up by a clock. */
  readonly patienceMs?: number
  readonly server?: http.ServerOptions
}

/**
 * A gateway on a server of `node:http` before a simulator, for one story alone: what is left open was left open by it. Its one caller
 * may make one call at a time, and has more tokens a minute than any story needs.
 */
export class StoryRig implements AsyncDisposable {
  readonly simulator: Simulator
  readonly cell: Cell
  readonly gateway: Gateway
  readonly client: StoryClient
  readonly server: http.Server
  readonly reports: CallReport[] = []
  readonly records: RequestRecord[] = []
  readonly #transport: Transport
  readonly #toDispose: (() => unknown)[] = []

  private constructor(cell: Cell, simulator: Simulator, { address, options }: Opening) {
    this.cell = cell
    const { upstreamUrl, patienceMs: idleMs = patienceMs, server = {}, ...gatewayOptions } = options
    this.simulator = simulator
    const { now } = manualClock()
    const { connectMs } = address
    // Each half of the table goes over one of the transports.
    this.#transport = cell.targets === 1 ? nodeTransport({ connectMs }) : undici({ connectMs })
    const url = upstreamUrl ?? address.url
    this.gateway = createGateway({
      providers: providersOf({ lane: cell.lane, url, transport: this.#transport }, simulator),
      routes: { story: this.targets, spare: [spareTarget] },
      // Requests are limited so that they are counted: what is left is told with every one of them.
      auth: () => ({ tenant: 'story', keyId: 'story', rateLimit }),
      prices,
      circuitBreaker: { now },
      coolDown: { now },
      // What asks for a second is not asked again, what asks for nothing is at once.
      retry: { random: () => 0, maxDelayMs: 100 },
      timeouts: { firstFrameMs: idleMs, idleMs },
      onReport: report => this.reports.push(report),
      requestLog: { write: record => this.records.push(record), flush: () => Promise.resolve() },
      onError: () => undefined,
      ...gatewayOptions,
    })
    this.server = http.createServer(server, toNodeHandler(this.gateway))
    this.client = new StoryClient(this.server)
  }

  static async open(cell: Cell, strike?: Strike, options: RigOptions = {}): Promise<StoryRig> {
    const simulator = await startSimulator()
    const address = await addressOf(strike, simulator)
    const rig = new StoryRig(cell, simulator, { address, options })
    if (address.close) rig.#toDispose.push(address.close)
    if (strike && 'fault' in strike) rig.strike(strike)
    rig.server.listen(0, '127.0.0.1')
    await once(rig.server, 'listening')
    return rig
  }

  get first(): string {
    return firstTargets[this.cell.lane]
  }

  get targets(): ('bedrock/x' | 'openai/x' | 'second/x' | 'spare/x')[] {
    const targets = this.cell.targets === 1 ? [this.first] : [this.first, secondTarget]
    return targets as ReturnType<() => typeof this.targets>
  }

  strike({ fault }: Extract<Strike, { fault: unknown }>): void {
    const isForConnections = fault.kind === 'close-on-accept'
    const times = this.cell.targets === 1 ? 3 : 1
    const match = isForConnections ? { times } : { model: modelOf(this.first) }
    this.simulator.setFaults([{ fault, match }])
  }

  /** Requests that a target's upstream has seen. */
  asked(target: string): readonly RecordedRequest[] {
    return this.simulator.requests().filter(({ model }) => model === modelOf(target))
  }

  ask(headers: Readonly<Record<string, string>> = {}): Promise<StoryAnswer> {
    return this.client.ask({ model: 'story', stream: this.cell.moment !== 'whole answer', headers })
  }

  /** The one report of the story's call, and its record. */
  async settled(): Promise<{ readonly report: CallReport; readonly record: RequestRecord }> {
    await vi.waitFor(() => expect(this.records).toHaveLength(1), { interval: 2, timeout: 10_000 })
    await this.simulator.settled()
    return { report: this.reports[0]!, record: this.records[0]! }
  }

  /** Tokens of the caller's quota that are used, or kept back for a call: as the next answer's headers say. */
  async usedTokens(): Promise<number> {
    const remaining = (await this.client.models()).get('x-ratelimit-remaining-tokens')
    expect(remaining).toMatch(/^\d+$/)
    return tokensPerMinute - Number(remaining)
  }

  /** The caller's one place is free again, nothing is open, and nothing keeps the gateway from closing. */
  async endsAsItBegan(): Promise<void> {
    this.simulator.setFaults([])
    expect(await this.client.ask({ model: 'spare', stream: this.cell.moment !== 'whole answer' })).toMatchObject({
      status: 200,
      error: undefined,
    })
    await this.closesAtOnce()
  }

  /** Nothing keeps it from closing, and it leaves no connection behind. */
  async closesAtOnce(): Promise<void> {
    await this.gateway.close({ graceMs: 3_600_000 })
    await this.#transport.close()
    await vi.waitFor(() => expect(this.simulator.openConnections()).toBe(0), { interval: 2, timeout: 10_000 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await this.gateway.close({ graceMs: 0 })
    await this.#transport.close()
    await this.simulator.close()
    for (const dispose of this.#toDispose) dispose()
  }
}

interface Address {
  /** Of the first target's upstream, where it is not the simulator. */
  readonly url?: string
  readonly connectMs?: number
  readonly close?: () => void
}

interface Opening {
  readonly address: Address
  readonly options: RigOptions
}

const modelOf = (target: string): string => target.slice(target.indexOf('/') + 1)

interface Wiring {
  readonly lane: Lane
  /** Of the first target's upstream, where it is not the simulator. */
  readonly url: string | undefined
  readonly transport: Transport
}

function providersOf({ lane, url, transport }: Wiring, simulator: Simulator) {
  const own = (mine: Lane) => (lane === mine && url !== undefined ? url : simulator.url)
  const key = { apiKey: simulator.openaiKey }
  return [
    bedrock({ region: 'us-east-1', endpoint: own('Bedrock'), credentials: simulator.credential, transport }),
    openai({ baseURL: `${own('OpenAI')}/v1`, ...key, transport }),
    openaiCompatible({ id: 'second', baseURL: simulator.openaiBaseUrl, ...key, transport }) as Provider<'second'>,
    openaiCompatible({ id: 'spare', baseURL: simulator.openaiBaseUrl, ...key, transport }) as Provider<'spare'>,
  ] as const
}

async function addressOf(strike: Strike | undefined, simulator: Simulator): Promise<Address> {
  if (!strike || 'fault' in strike) return {}
  if (strike.address === 'no such name') return { url: 'http://upstream.invalid' }
  if (strike.address === 'no TLS') return { url: simulator.url.replace('http:', 'https:') }
  const sockets: Socket[] = []
  const listener = net.createServer(socket => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const close = (): void => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  }
  if (strike.address === 'silent TLS') {
    return { url: `https://127.0.0.1:${port}`, connectMs: 200, close }
  }
  close()
  await once(listener, 'close')
  return { url: `http://127.0.0.1:${port}` }
}
