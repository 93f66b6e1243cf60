import { LRUCache } from 'lru-cache'
import { GatewayError } from '../errors.ts'
import { addressGroup } from './address-group.ts'
import { type AuthRequest, invalidKey } from './authenticate.ts'

const windowMs = 60_000
/** Addresses remembered. Who has more addresses than this is no longer slowed down, and takes no more memory either. */
const maxAddresses = 5_000

/** When the last failures from one address were; `next` is the oldest of them. */
interface Failures {
  readonly times: Float64Array
  next: number
}

/**
 * Counts keys that were refused, by address: after `perMinute` in any 60 s, what is not known to be a good key is refused unseen from
 * there until the first of them is a minute old. Of a key that is known to be good nothing is looked at, not even the address. A request
 * whose address is unknown is never counted.
 */
export class FailedAttempts {
  readonly #perMinute: number
  readonly #now: () => number
  readonly #words: (seconds: number) => string
  /** Made at the first failure: it takes its room at once. */
  #byAddress: LRUCache<string, Failures> | undefined

  /** @param words what is told to those who have to wait. Default: that of API keys. */
  constructor(perMinute: number, now: () => number, words: (seconds: number) => string = tooManyKeys) {
    this.#perMinute = perMinute
    this.#now = now
    this.#words = words
  }

  /** @throws {GatewayError} `rate_limited` where the request's address has failed too often. */
  check(request: AuthRequest): void {
    // Also where no key has failed yet: of a client who leaves before the store has answered, a front knows only an address it was asked for.
    const group = groupOf(request)
    const waitMs = group === undefined ? 0 : this.#waitMs(this.#byAddress?.get(group))
    if (waitMs > 0) throw this.#tooMany(waitMs)
  }

  /**
   * Counts a refused key.
   * @returns what to answer: `unauthenticated`, or `rate_limited` where its address had failed too often before; then it is not counted, so that `Retry-After` stays true.
   */
  refuse(request: AuthRequest): GatewayError {
    const group = groupOf(request)
    if (group === undefined) return invalidKey()
    this.#byAddress ??= new LRUCache({ max: maxAddresses })
    let failures = this.#byAddress.get(group)
    if (!failures) {
      failures = { times: new Float64Array(this.#perMinute).fill(Number.NEGATIVE_INFINITY), next: 0 }
      this.#byAddress.set(group, failures)
    }
    const waitMs = this.#waitMs(failures)
    if (waitMs > 0) return this.#tooMany(waitMs)
    failures.times[failures.next] = this.#now()
    failures.next = (failures.next + 1) % failures.times.length
    return invalidKey()
  }

  #tooMany(retryAfterMs: number): GatewayError {
    return new GatewayError('rate_limited', this.#words(Math.ceil(retryAfterMs / 1_000)), { retryAfterMs })
  }

  #waitMs(failures: Failures | undefined): number {
    if (!failures) return 0
    const ageMs = this.#now() - failures.times[failures.next]!
    // A clock that was set back must not lock anybody out until it has caught up.
    return ageMs < 0 ? 0 : Math.max(0, windowMs - ageMs)
  }
}

function groupOf({ address }: AuthRequest): string | undefined {
  return address === undefined ? undefined : addressGroup(address)
}

function tooManyKeys(seconds: number): string {
  return `Too many requests without a valid API key came from this address; wait ${seconds} s, then send a valid key.`
}
