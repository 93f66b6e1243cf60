import { createGateway, isGatewayError, type Provider, type Transport } from '@modelgate/core'
import { undici } from '@modelgate/core/undici'
import { type Fault, type RecordedRequest, type Simulator, startSimulator } from '@modelgate/simulator'
import type { ProviderConfig } from '../config/provider-schema.ts'
import { ConfigurationError } from '../configuration-error.ts'
import type { RoutePromise } from './route-promise.ts'
import { simulatedProvider, standInsFor } from './simulated-providers.ts'

/** The providers of a configuration, by id. */
export type ProviderConfigs = Readonly<Record<string, ProviderConfig>>

/** One request in a simulator's log, by the target it was meant for. The record is live. */
export interface UpstreamCall {
  readonly target: string
  readonly record: RecordedRequest
}

/** Providers, and what they send over. */
export interface Connected {
  readonly providers: readonly Provider[]
  readonly transport: Transport
}

/** The upstreams of one stage: a simulator for each provider, so that the same model at two of them is told apart. */
export class DrillUpstreams implements AsyncDisposable {
  /** Targets whose model the simulator does not have, and the model that stands in. */
  readonly standIns = new Map<string, string>()
  /** Targets that are called by an inference profile, and its id: found once, and not anew by the first call of each row. */
  readonly #profiles = new Map<string, string>()
  readonly #configs: ProviderConfigs
  #struck: string | undefined
  readonly #simulators: ReadonlyMap<string, Simulator>
  /** Target by provider and by the model that its simulator sees. */
  readonly #seen = new Map<string, string>()

  private constructor(configs: ProviderConfigs, simulators: ReadonlyMap<string, Simulator>) {
    this.#configs = configs
    this.#simulators = simulators
  }

  /**
   * Starts the simulators, and sees that each target of a route is served.
   * @throws {ConfigurationError} for a target that nothing can stand in for.
   */
  static async start(configs: ProviderConfigs, promise: RoutePromise): Promise<DrillUpstreams> {
    const ids = Object.keys(configs)
    const simulators = await Promise.all(
      ids.map(async id => [id, await startSimulator({ chunking: 'whole' })] as const),
    )
    const upstreams = new DrillUpstreams(configs, new Map(simulators))
    try {
      for (const target of promise.targets) await upstreams.#settle(target, promise.operation)
    } catch (error) {
      // Left open, they would keep the process from ending.
      await upstreams[Symbol.asyncDispose]()
      throw error
    }
    upstreams.reset()
    return upstreams
  }

  /** Providers of their own for each gateway, which closes them; its connections are nobody else's. */
  connect(): Connected {
    const transport = undici()
    const providers = Object.entries(this.#configs).flatMap(([id, config]) => {
      const simulator = this.#simulators.get(id)
      if (!simulator) return []
      const mine = [...this.standIns, ...this.#profiles].filter(([target]) => target.startsWith(`${id}/`))
      const standIns = new Map(mine.map(([target, model]) => [target.slice(id.length + 1), model]))
      return [simulatedProvider({ id, config, simulator, transport, standIns })]
    })
    return { providers, transport }
  }

  /** From now on this happens at a target, so many times. */
  fail(target: string, fault: Fault, times?: number): void {
    this.#struck = target
    const [id = '', model] = this.#placeOf(target)
    this.#simulators.get(id)?.setFaults([{ match: { model, times }, fault }])
  }

  /** The one target that was made to fail. */
  get struck(): string | undefined {
    return this.#struck
  }

  /** From now on this happens at every target. */
  failAll(fault: Fault): void {
    for (const simulator of this.#simulators.values()) simulator.setFaults([{ fault }])
  }

  /** Every request that asked for an answer, in the order of arrival at each provider. */
  calls(): readonly UpstreamCall[] {
    return [...this.#simulators].flatMap(([id, simulator]) =>
      simulator.requests().flatMap(record => {
        if (record.method !== 'POST') return []
        return [{ target: this.#seen.get(placeKey(id, record.model)) ?? `${id}/${record.model}`, record }]
      }),
    )
  }

  /** Resolves when every answer has ended, or after so many milliseconds. */
  async settled(withinMs: number): Promise<void> {
    const late = new AbortController()
    const timeout = new Promise<void>(resolve => {
      const timer = setTimeout(resolve, withinMs)
      late.signal.addEventListener('abort', () => clearTimeout(timer))
    })
    await Promise.race([Promise.all([...this.#simulators.values()].map(each => each.settled())), timeout])
    late.abort()
  }

  reset(): void {
    this.#struck = undefined
    for (const simulator of this.#simulators.values()) simulator.reset()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#simulators.values()].map(each => each.close()))
  }

  #placeOf(target: string): readonly string[] {
    const key = [...this.#seen].find(([, name]) => name === target)?.[0]
    return key === undefined ? [] : key.split(separator)
  }

  async #settle({ name, provider, model }: RoutePromise['targets'][number], operation: RoutePromise['operation']) {
    const type = this.#configs[provider]?.type ?? 'openai'
    for (const candidate of [model, ...standInsFor(type, operation)]) {
      if (candidate !== model) this.standIns.set(name, candidate)
      const seen = await this.#try(name, operation)
      const key = seen === undefined ? undefined : placeKey(provider, seen)
      // Two targets that look alike to their simulator could not be told apart.
      if (seen === undefined || key === undefined || this.#seen.has(key)) continue
      this.#seen.set(key, name)
      if (seen !== candidate) this.#profiles.set(name, seen)
      return
    }
    throw new ConfigurationError([
      `The target ${name} cannot be drilled: nothing in the simulator can stand in for it.`,
    ])
  }

  /** The model that its simulator was asked for; `undefined` where it was refused. */
  async #try(name: string, operation: RoutePromise['operation']): Promise<string | undefined> {
    const { providers, transport } = this.connect()
    const gateway = createGateway({ providers, exposeModels: 'all', retry: { enabled: false }, onError: () => {} })
    this.reset()
    try {
      if (operation === 'chat') await gateway.chat({ model: name, messages: [{ role: 'user', content: 'Hello' }] })
      else await gateway.embed({ model: name, input: 'Hello' })
      const id = name.slice(0, name.indexOf('/'))
      return this.#simulators
        .get(id)
        ?.requests()
        .findLast(({ method }) => method === 'POST')?.model
    } catch (error) {
      if (isGatewayError(error)) return undefined
      throw error
    } finally {
      await gateway.close({ graceMs: 0 })
      await transport.close()
    }
  }
}

const separator = '\n'

function placeKey(provider: string, model: string | undefined): string {
  return provider + separator + (model ?? '')
}
