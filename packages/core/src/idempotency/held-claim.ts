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
    const renew = (): void => {
      void this.claims.replace(this.identity.key, this.owner, { value: this.word(), ttlMs: claimMs, final: false })
    }
    this.renewing = setInterval(renew, renewEveryMs).unref()
  }

  /** Leaves the record in its place, also where nothing stands there any more; none is left where another has taken it meanwhile. */
  end(record: IdempotencyRecord | undefined, ttlMs: number): MaybeLater<Said<boolean>> {
    clearInterval(this.renewing)
    const { key } = this.identity
    if (!record) return this.claims.release(key, this.owner)
    const kept = { value: this.fitting(record), ttlMs }
    const said = this.claims.replace(key, this.owner, { ...kept, final: true })
    return isPromise(said) ? said.then(each => this.orAnew(each, kept)) : this.orAnew(said, kept)
  }

  /** A process that stood still has lost its claim, as have all when a store forgets: what is paid for is kept all the same. */
  private orAnew(said: Said<boolean>, kept: Omit<ClaimUpdate, 'final'>): MaybeLater<Said<boolean>> {
    if (said === 'failed' || said.value) return said
    const claimed = this.claims.claim(this.identity.key, this.owner, kept)
    return isPromise(claimed) ? claimed.then(isMine) : isMine(claimed)
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

function isMine(claimed: Said<CacheEntry | undefined>): Said<boolean> {
  return claimed === 'failed' ? claimed : { value: claimed.value === undefined }
}
