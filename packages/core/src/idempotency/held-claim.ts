import { randomUUID } from 'node:crypto'
import type { CacheEntry, ClaimUpdate, MaybeLater } from '../cache/cache-store.ts'
import { isPromise } from '../is-promise.ts'
import type { Identity } from './asked-twice.ts'
import type { GuardedClaims, Said } from './guarded-claims.ts'
import { type IdempotencyRecord, packRecord } from './idempotency-record.ts'

/** Of a process that is gone nobody hears any more; so many milliseconds its calls are waited for. */
export const claimMs = 15_000
const renewEveryMs = 4_000

/** What a store holds under a key: nothing is `mine` now. */
export type Standing =
  | { readonly is: 'mine' }
  | { readonly is: 'theirs'; readonly entry: CacheEntry }
  | { readonly is: 'unknown' }

/** One call's claim to its key: taken, held for as long as the call lasts, and ended by what it leaves. */
export class HeldClaim {
  private readonly claims: GuardedClaims
  private readonly identity: Identity
  private readonly owner = randomUUID()
  private renewing: ReturnType<typeof setInterval> | undefined
  private hasEnded = false

  constructor(claims: GuardedClaims, identity: Identity) {
    this.claims = claims
    this.identity = identity
  }

  /** Of all who try, one succeeds. */
  take(): MaybeLater<Standing> {
    const { key } = this.identity
    const said = this.claims.claim(key, this.owner, { value: this.word(), ttlMs: claimMs })
    return isPromise(said) ? said.then(each => this.standing(each)) : this.standing(said)
  }

  /** Renews it until it ends: a call may take longer than anybody would wait for one who is gone. */
  hold(): void {
    this.renewing = setInterval(() => {
      void this.write({ value: this.word(), ttlMs: claimMs, final: false })
    }, renewEveryMs).unref()
  }

  /** Leaves the record in its place, also where nothing stands there any more; none is left where another has taken it meanwhile. */
  end(record: IdempotencyRecord | undefined, ttlMs: number): MaybeLater<Said<boolean>> {
    clearInterval(this.renewing)
    this.hasEnded = true
    const { key } = this.identity
    if (!record) return this.claims.release(key, this.owner)
    return this.write({ value: this.fitting(record), ttlMs, final: true })
  }

  private write(update: ClaimUpdate): MaybeLater<Said<boolean>> {
    const said = this.claims.replace(this.identity.key, this.owner, update)
    return isPromise(said) ? said.then(each => this.orAnew(each, update)) : this.orAnew(said, update)
  }

  /** A process that stood still has lost its claim, as have all when a store forgets: a call that is made, and paid for, stands there all the same. */
  private orAnew(said: Said<boolean>, update: ClaimUpdate): MaybeLater<Said<boolean>> {
    // A renewal that comes back when its call has failed must not claim what was given back.
    if (said === 'failed' || said.value || (this.hasEnded && !update.final)) return said
    const claimed = this.claims.claim(this.identity.key, this.owner, update)
    return isPromise(claimed) ? claimed.then(each => this.ofMine(each, update)) : this.ofMine(claimed, update)
  }

  /** A renewal that was on its way may have claimed it just before. */
  private ofMine(claimed: Said<CacheEntry | undefined>, update: ClaimUpdate): MaybeLater<Said<boolean>> {
    if (claimed === 'failed') return claimed
    if (claimed.value?.owner === this.owner) return this.claims.replace(this.identity.key, this.owner, update)
    return { value: claimed.value === undefined }
  }

  private word(): Uint8Array {
    return packRecord({ fingerprint: this.identity.fingerprint, state: 'claimed' })
  }

  private fitting(record: IdempotencyRecord): Uint8Array {
    const value = packRecord(record)
    if (value.length <= this.claims.maxBytes) return value
    return packRecord({ fingerprint: record.fingerprint, state: 'lost', code: 'too_long' })
  }

  /** A client that repeats what it has written is told of its own claim. */
  private standing(said: Said<CacheEntry | undefined>): Standing {
    if (said === 'failed') return { is: 'unknown' }
    const { value: entry } = said
    return !entry || entry.owner === this.owner ? { is: 'mine' } : { is: 'theirs', entry }
  }
}
