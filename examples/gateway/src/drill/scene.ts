import type { RequestRecord } from '@modelgate/core'
import type { Fault } from '@modelgate/simulator'
import { askDoor } from './drill-client.ts'
import type { DrillUpstreams, UpstreamCall } from './drill-upstreams.ts'
import type { DrilledGateway } from './drilled-gateway.ts'
import type { DrillPrices } from './money.ts'
import type { RoutePromise } from './route-promise.ts'
import type { Asked } from './truth.ts'

/** How a call of the drill's client differs from a plain one. */
interface Wish {
  readonly stream?: boolean | undefined
  /** Goes away as soon as content has come. */
  readonly leaves?: boolean | undefined
  /** Goes away when it aborts. */
  readonly signal?: AbortSignal | undefined
  readonly maxTokens?: number | undefined
}

/** The target that a row's fault befalls. */
export interface Victim {
  readonly name: string
  /** Whose words it fails in. */
  readonly dialect: 'bedrock' | 'openai'
}

interface SceneParts {
  readonly promise: RoutePromise
  readonly upstreams: DrillUpstreams
  readonly gateway: DrilledGateway
  readonly key: string
  readonly prices: DrillPrices
  /** What an upstream is waited for to close once its call has ended, in milliseconds. */
  readonly closeMs: number
}

/** Nothing in a drill takes this long; what does, hangs. */
const patienceMs = 15_000
/** Routes that choose by chance may pass a target over for a while. */
const mostTries = 40

/** Where a row is played: a fresh gateway, its upstreams, and a client at its door. */
export class Scene {
  readonly promise: RoutePromise
  readonly upstreams: DrillUpstreams
  readonly prices: DrillPrices
  readonly closeMs: number
  /** Every call that was made, in order. */
  readonly asked: Asked[] = []
  readonly #gateway: DrilledGateway
  readonly #key: string

  constructor({ promise, upstreams, prices, closeMs, gateway, key }: SceneParts) {
    this.promise = promise
    this.upstreams = upstreams
    this.prices = prices
    this.closeMs = closeMs
    this.#gateway = gateway
    this.#key = key
  }

  /** One call; only its own upstream calls are told where no other is made meanwhile. */
  async ask(wish: Wish = {}): Promise<Asked> {
    const before = new Set(this.upstreams.calls().map(({ record }) => record))
    const startedAt = performance.now()
    const { operation } = this.promise
    const sight = await askDoor({
      url: this.#gateway.url,
      path: operation === 'chat' ? '/v1/chat/completions' : '/v1/embeddings',
      key: this.#key,
      body: operation === 'chat' ? chatOf(this.promise.route, wish) : { model: this.promise.route, input: 'A drill.' },
      leaves: wish.leaves,
      signal: wish.signal,
      patienceMs,
    })
    const { struck } = this.upstreams
    const isFirst = ({ target }: UpstreamCall): number => (target === struck ? 0 : 1)
    const asked: Asked = {
      sight,
      ms: performance.now() - startedAt,
      calls: this.upstreams
        .calls()
        .filter(({ record }) => !before.has(record))
        .toSorted((a, b) => isFirst(a) - isFirst(b)),
      struck,
      left: wish.leaves === true || wish.signal?.aborted === true,
    }
    this.asked.push(asked)
    return asked
  }

  /** The target that answers while all are well: the one whose failure says most. */
  async victim(stream = false): Promise<Victim> {
    const { calls } = await this.ask({ stream })
    const call = calls.at(-1)
    const name = call?.target ?? this.promise.targets[0]?.name ?? ''
    return { name, dialect: /^(converse|invoke)/.test(call?.record.operation ?? '') ? 'bedrock' : 'openai' }
  }

  /** Lets a fault befall a target, and asks until it does. */
  async strike(victim: Victim, fault: Fault, { times, ...wish }: Wish & { readonly times?: number | undefined }) {
    this.upstreams.fail(victim.name, fault, times)
    return this.askUntilAsked(victim, wish)
  }

  /** Asks until a target is asked, or not any more. */
  async askUntilAsked({ name }: Victim, wish: Wish = {}): Promise<Asked> {
    let asked = await this.ask(wish)
    for (let tries = 1; tries < mostTries && !asked.calls.some(({ target }) => target === name); tries += 1) {
      if (asked.calls.length === 0) break
      asked = await this.ask(wish)
    }
    return asked
  }

  /** Resolves when something holds, or is not waited for any longer. */
  async until(holds: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + this.closeMs
    while (!holds() && performance.now() < giveUpAt) await new Promise(resolve => void setTimeout(resolve, 5))
  }

  /** Resolves when every upstream has closed, or none is waited for any longer. */
  closed(): Promise<void> {
    return this.upstreams.settled(this.closeMs)
  }

  records(): readonly RequestRecord[] {
    return this.#gateway.records()
  }
}

/** Long enough to be cut in its middle. */
function chatOf(route: string, { stream, maxTokens }: Wish): object {
  return {
    model: route,
    messages: [{ role: 'user', content: 'Count to 40' }],
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
  }
}

/** How many of some upstream calls a target had. */
export function countOf({ calls }: Pick<Asked, 'calls'>, { name }: Pick<Victim, 'name'>): number {
  return calls.filter(({ target }) => target === name).length
}
