import { GatewayError } from './errors.ts'
import { toListedCapabilities } from './listed-capabilities.ts'
import type { Provider } from './provider.ts'
import type { Model } from './wire/model.ts'

/** A provider that says nothing for so long is given up. */
const listMs = 10_000
/** For so long a list is given to whoever asks; an older one is given, too, while a newer one is fetched. */
const keepMs = 30_000

/**
 * What one provider serves. A listing costs it several requests: it is asked once for all who ask meanwhile, and seldom. Once there
 * was a list nobody waits for the next one, and while the provider cannot be asked the last one stands.
 */
export class ProviderModels {
  readonly #provider: Provider
  readonly #now: () => number
  #kept: readonly Model[] | undefined
  #askedAt = Number.NEGATIVE_INFINITY
  #pending: Promise<readonly Model[]> | undefined

  /** `now` is in milliseconds and never goes back. */
  constructor(provider: Provider, now: () => number = () => performance.now()) {
    this.#provider = provider
    this.#now = now
  }

  /**
   * At once where there was a list before.
   * @throws {GatewayError} whatever the provider throws; `timeout_total` where it does not answer.
   */
  list(): readonly Model[] | Promise<readonly Model[]> {
    if (!this.#kept) return this.#ask()
    // Who asks now has an answer; a failure is the next one's to hear of, or nobody's.
    if (this.#now() - this.#askedAt >= keepMs) this.#ask().catch(() => {})
    return this.#kept
  }

  #ask(): Promise<readonly Model[]> {
    this.#pending ??= this.#fetch()
    return this.#pending
  }

  async #fetch(): Promise<readonly Model[]> {
    this.#askedAt = this.#now()
    try {
      const models = await modelsOf(this.#provider, AbortSignal.timeout(listMs))
      this.#kept = models.map(model => this.#described(model))
      return this.#kept
    } finally {
      this.#pending = undefined
    }
  }

  /** What the provider's data says of a model comes before what its upstream says. */
  #described(model: Model): Model {
    const known = toListedCapabilities(this.#provider.capabilitiesOf?.(model.id))
    const capabilities = { ...model.capabilities, ...known }
    return Object.keys(capabilities).length > 0 ? { ...model, capabilities } : model
  }
}

async function modelsOf(provider: Provider, signal: AbortSignal): Promise<readonly Model[]> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void =>
    reject(new GatewayError('timeout_total', `The provider '${provider.id}' did not list its models.`))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([provider.models?.(signal) ?? [], aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
