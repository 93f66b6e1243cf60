import type { CallerCredentials } from './caller-credentials.ts'
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
      this.#kept = await modelsOf(this.#provider)
      return this.#kept
    } finally {
      this.#pending = undefined
    }
  }
}

/**
 * What a provider serves, to the gateway or to who has these credentials, with what is known of each model. What its data says of
 * one comes before what its upstream says.
 * @throws {GatewayError} whatever the provider throws; `timeout_total` where it does not answer.
 */
export async function modelsOf(provider: Provider, credentials?: CallerCredentials): Promise<readonly Model[]> {
  const models = await answerOf(provider, AbortSignal.timeout(listMs), credentials)
  return models.map(model => {
    const capabilities = { ...model.capabilities, ...toListedCapabilities(provider.capabilitiesOf?.(model.id)) }
    return Object.keys(capabilities).length > 0 ? { ...model, capabilities } : model
  })
}

async function answerOf(
  provider: Provider,
  signal: AbortSignal,
  credentials: CallerCredentials | undefined,
): Promise<readonly Model[]> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void =>
    reject(new GatewayError('timeout_total', `The provider '${provider.id}' did not list its models.`))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([provider.models?.(signal, credentials) ?? [], aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
