import type { CacheEntry, CacheStore, ClaimUpdate, MaybeLater } from '../cache/cache-store.ts'
import { isUnreadable, readable } from '../cache/packed-value.ts'
import { conditionError } from '../condition-error.ts'
import { isPromise } from '../is-promise.ts'
import { TimedAnswer } from '../timed-answer.ts'

/** The store that is guarded, and who is told of its failures. */
interface GuardedClaimsOptions {
  readonly store: CacheStore
  readonly maxAnswerBytes: number
  readonly storeTimeoutMs: number
  /** Told that the store fails, once a minute. */
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

/** What the store said; `failed` where it said nothing in time. */
export type Said<T> = { readonly value: T } | 'failed'

/** How long a store that failed is left alone. */
const skipMs = 1_000
/** One word a minute is enough to be woken by. */
const repeatMs = 60_000

/**
 * A store that is asked within a time and throws nothing; at once where it answers at once. After it failed, calls that come are not
 * kept waiting by it for a second; what an ended call leaves is told to it all the same.
 */
export class GuardedClaims {
  private readonly options: GuardedClaimsOptions
  private askAgainAt = Number.NEGATIVE_INFINITY
  private toldAt = Number.NEGATIVE_INFINITY

  constructor(options: GuardedClaimsOptions) {
    this.options = options
  }

  /** The longest value that is kept, in bytes. */
  get maxBytes(): number {
    return Math.min(this.options.maxAnswerBytes, this.options.store.maxValueBytes)
  }

  get(key: string): MaybeLater<Said<CacheEntry | undefined>> {
    return this.isLeftAlone ? 'failed' : this.ask(() => readable(this.options.store.get(key)))
  }

  /** `undefined` for who has it now. */
  claim(
    key: string,
    owner: string,
    { value, ttlMs }: Omit<ClaimUpdate, 'final'>,
  ): MaybeLater<Said<CacheEntry | undefined>> {
    return this.isLeftAlone
      ? 'failed'
      : this.ask(() => readable(this.options.store.claim(key, { owner, value, ttlMs })))
  }

  replace(key: string, owner: string, update: ClaimUpdate): MaybeLater<Said<boolean>> {
    return this.ask(() => this.options.store.replace(key, owner, update))
  }

  release(key: string, owner: string): MaybeLater<Said<boolean>> {
    return this.ask(() => this.options.store.release(key, owner))
  }

  private get isLeftAlone(): boolean {
    return this.options.now() < this.askAgainAt
  }

  private ask<T>(question: () => MaybeLater<T>): MaybeLater<Said<T>> {
    try {
      const answer = question()
      return isPromise(answer) ? this.inTime(answer) : { value: answer }
    } catch (error) {
      return this.failed(error)
    }
  }

  private inTime<T>(answer: Promise<T>): Promise<Said<T>> {
    return new TimedAnswer(answer, this.options.storeTimeoutMs, 'store of idempotency keys').answer.then(
      value => ({ value }),
      (error: unknown) => this.failed(error),
    )
  }

  private failed(cause: unknown): 'failed' {
    const { now, onError } = this.options
    // Else one key would cost all others their store.
    if (!isUnreadable(cause)) this.askAgainAt = now() + skipMs
    if (now() - this.toldAt >= repeatMs) {
      this.toldAt = now()
      onError(conditionError('The store of idempotency keys fails: calls may be made, and paid for, twice.', { cause }))
    }
    return 'failed'
  }
}
