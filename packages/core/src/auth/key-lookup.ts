import { LRUCache } from 'lru-cache'
import { GatewayError } from '../errors.ts'
import { isPromise } from '../is-promise.ts'
import type { AuthRequest } from './authenticate.ts'
import type { KeyRecord, KeyStore } from './key-store.ts'

/** Where keys are looked up, and how long what was found stands. */
interface KeyLookupOptions {
  /** How long a record is taken as it is, in milliseconds. */
  readonly cacheMs: number
  /** How old a record may be that stands in while the store is down, in milliseconds. */
  readonly staleMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Called before a store is asked that makes its callers wait. What it throws is thrown, and nothing is asked. */
  readonly beforeAsking: (request: AuthRequest) => void
  /** Told why a store does not answer. */
  readonly onError: (error: unknown) => void
}

/** What a look-up gives: at once, or later. */
export type Found = KeyRecord | undefined | Promise<KeyRecord | undefined>

/** A record as it was when its look-up began: from then on it can be out of date. */
interface Read {
  readonly record: KeyRecord
  readonly readAt: number
}

/** A look-up under way, and when it began. */
interface Asked {
  readonly readAt: number
  readonly found: Promise<KeyRecord | undefined>
}

const maxKnown = 10_000
const maxUnknown = 2_000
/** A key that has just been made is known soon. */
const unknownMs = 10_000
/** After this share of its time a record that is in use is read anew, so that nobody waits for it. */
const refreshAt = 0.75
/** A store that failed is left alone this long. */
const pauseMs = 1_000
/** Longer than this nobody waits for a store. */
const timeoutMs = 2_000

/**
 * The look-up in one store. What is answered at once is handed on; what is promised is cached, asked for once by however many callers,
 * read anew ahead of its time, and used until it is too old while the store is down.
 */
export class KeyLookup {
  readonly #store: KeyStore
  readonly #options: KeyLookupOptions
  #known: LRUCache<string, Read> | undefined
  #unknown: LRUCache<string, number> | undefined
  readonly #asked = new Map<string, Asked>()
  /** It has keys at hand, if not all: asking it costs nothing, and it keeps itself from asking others too often. */
  #answersAtOnce = false
  #promises = false
  #pausedUntil = Number.NEGATIVE_INFINITY
  #fault: unknown

  constructor(store: KeyStore, options: KeyLookupOptions) {
    this.#store = store
    this.#options = options
  }

  /**
   * The record of a key; `undefined` where the store has none.
   * @throws {GatewayError} `keys_unavailable`, at once or later, where the store is down and no record is young enough.
   */
  find(apiKeyHash: string, request: AuthRequest): Found {
    if (this.#promises) {
      const now = this.#options.now()
      const read = this.#known?.get(apiKeyHash)
      if (read && isYounger(now, read.readAt, this.#options.cacheMs)) {
        if (!isYounger(now, read.readAt, this.#options.cacheMs * refreshAt)) this.#refresh(apiKeyHash, now)
        return read.record
      }
      const unknownAt = this.#unknown?.get(apiKeyHash)
      if (unknownAt !== undefined && isYounger(now, unknownAt, Math.min(unknownMs, this.#options.cacheMs)))
        return undefined
      if (!read && !this.#answersAtOnce) this.#options.beforeAsking(request)
      if (!this.#answersAtOnce && this.#pausedAt(now)) return this.#staleOrFault(apiKeyHash, now, this.#fault)
    }
    return this.#ask(apiKeyHash)
  }

  #pausedAt(now: number): boolean {
    // A clock that was set back must not prolong the pause.
    return now < this.#pausedUntil && now >= this.#pausedUntil - pauseMs
  }

  #refresh(apiKeyHash: string, now: number): void {
    if (this.#underWay(apiKeyHash, now) || this.#pausedAt(now)) return
    // The record in hand is good for a while yet; whoever comes after that is told of the fault.
    try {
      const found = this.#ask(apiKeyHash)
      if (isPromise(found)) found.catch(() => undefined)
    } catch {
      // Told of already.
    }
  }

  /** One that is older than its time began before the process was frozen, as Lambda does: its connection is gone as a rule. */
  #underWay(apiKeyHash: string, now: number): Asked | undefined {
    const asked = this.#asked.get(apiKeyHash)
    return asked && isYounger(now, asked.readAt, timeoutMs) ? asked : undefined
  }

  #ask(apiKeyHash: string): Found {
    const readAt = this.#options.now()
    const underWay = this.#underWay(apiKeyHash, readAt)
    if (underWay) return underWay.found
    let found: Found
    try {
      found = this.#store.findByHash(apiKeyHash)
    } catch (fault) {
      return this.#fail(apiKeyHash, readAt, fault)
    }
    if (!isPromise(found)) {
      this.#answersAtOnce = true
      return found
    }
    this.#promises = true
    const asked: Asked = {
      readAt,
      found: within(found).then(
        record => (this.#isLast(apiKeyHash, asked) ? this.#keep(apiKeyHash, record, readAt) : record),
        (fault: unknown) => {
          const now = this.#options.now()
          const isLast = this.#isLast(apiKeyHash, asked)
          // What failed while the process was frozen says nothing of the store.
          if (isLast && isYounger(now, readAt, 2 * timeoutMs)) return this.#fail(apiKeyHash, now, fault)
          return this.#staleOrFault(apiKeyHash, now, fault)
        },
      ),
    }
    this.#asked.set(apiKeyHash, asked)
    return asked.found
  }

  /** Ends a look-up: what a later one has said, or will, must not be replaced by what it says. */
  #isLast(apiKeyHash: string, asked: Asked): boolean {
    if (this.#asked.get(apiKeyHash) !== asked) return false
    this.#asked.delete(apiKeyHash)
    return true
  }

  #keep(apiKeyHash: string, record: KeyRecord | undefined, readAt: number): KeyRecord | undefined {
    // Made when they are needed: they take their room at once, and a store that answers at once needs none.
    this.#known ??= new LRUCache({ max: maxKnown })
    this.#unknown ??= new LRUCache({ max: maxUnknown })
    if (record) {
      this.#known.set(apiKeyHash, { record, readAt })
      this.#unknown.delete(apiKeyHash)
    } else {
      this.#unknown.set(apiKeyHash, readAt)
      this.#known.delete(apiKeyHash)
    }
    return record
  }

  #fail(apiKeyHash: string, now: number, fault: unknown): KeyRecord {
    this.#pausedUntil = now + pauseMs
    this.#fault = fault
    this.#options.onError(fault)
    return this.#staleOrFault(apiKeyHash, now, fault)
  }

  #staleOrFault(apiKeyHash: string, now: number, fault: unknown): KeyRecord {
    const read = this.#known?.get(apiKeyHash)
    if (read && isYounger(now, read.readAt, this.#options.staleMs)) return read.record
    throw new GatewayError(
      'keys_unavailable',
      'The store of API keys does not answer, so that no key can be checked now; try again soon.',
      { cause: fault, retryAfterMs: pauseMs },
    )
  }
}

/** A time in the future was read from a clock that has been set back since: it says nothing. */
function isYounger(now: number, at: number, ageMs: number): boolean {
  return now >= at && now - at < ageMs
}

/** A store that hangs is a store that is down. It has time limits of its own for its connections; here its callers only stop waiting. */
function within<T>(found: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`The key store did not answer within ${timeoutMs} ms.`))
    const timer = setTimeout(late, timeoutMs)
    const settle = <V>(how: (value: V) => void) => {
      return (value: V): void => {
        clearTimeout(timer)
        how(value)
      }
    }
    found.then(settle(resolve), settle(reject))
  })
}
