import { isPromise } from '../is-promise.ts'
import { TimedAnswer } from '../timed-answer.ts'
import type { CacheStore, MaybeLater } from './cache-store.ts'
import { isUnreadable, readable } from './packed-value.ts'

/** Whether a store is to be asked, and who is told how it went. */
interface CacheHealth {
  /** Who may ask tells how it went, once. */
  mayAsk(): boolean
  answered(): void
  /** Of one key alone: others it serves. */
  failedForOne(error: unknown): void
  failed(error: unknown): void
}

/** The store that is guarded, what watches its failures, and how long it is waited for. */
interface GuardedCacheOptions {
  readonly store: CacheStore
  readonly health: CacheHealth
  readonly readTimeoutMs: number
}

/** Nobody waits for what is written, but a process that ends does not wait for ever. */
const writeTimeoutMs = 5_000

/** A store that fails nobody: one that does not answer in time has nothing, and keeps nothing. */
export class GuardedCache {
  readonly #options: GuardedCacheOptions

  constructor(options: GuardedCacheOptions) {
    this.#options = options
  }

  get maxValueBytes(): number {
    return this.#options.store.maxValueBytes
  }

  /** Never rejects. At once where the store answers at once. */
  get(key: string): MaybeLater<Uint8Array | undefined> {
    const { store, readTimeoutMs } = this.#options
    const found = this.#ask(() => readable(store.get(key)), readTimeoutMs)
    return isPromise(found) ? found.then(entry => answerIn(entry)) : answerIn(found)
  }

  /** Never rejects. */
  put(key: string, value: Uint8Array, ttlMs: number): MaybeLater<void> {
    return this.#ask(() => this.#options.store.put(key, value, ttlMs), writeTimeoutMs)
  }

  #ask<T>(ask: () => MaybeLater<T>, timeoutMs: number): MaybeLater<T | undefined> {
    const { health } = this.#options
    if (!health.mayAsk()) return undefined
    try {
      const asked = ask()
      if (isPromise(asked)) return this.#inTime(asked, timeoutMs)
      health.answered()
      return asked
    } catch (error) {
      return this.#failed(error)
    }
  }

  #inTime<T>(asked: Promise<T>, timeoutMs: number): Promise<T | undefined> {
    const { health } = this.#options
    return new TimedAnswer(asked, timeoutMs, 'cache store').answer.then(
      value => {
        health.answered()
        return value
      },
      (error: unknown) => this.#failed(error),
    )
  }

  #failed(error: unknown): undefined {
    const { health } = this.#options
    if (isUnreadable(error)) health.failedForOne(error)
    else health.failed(error)
  }
}

/** A claim is no answer. */
function answerIn(entry: { readonly value: Uint8Array; readonly owner?: string | undefined } | undefined) {
  return entry?.owner === undefined ? entry?.value : undefined
}
