import type { CacheEntry, MaybeLater } from '../cache/cache-store.ts'
import { memoryCacheStore } from '../cache/memory-cache-store.ts'
import type { Call, Handler, Middleware, Operation, Result } from '../contract.ts'
import { abortError, GatewayError } from '../errors.ts'
import { type Flushable, type FlushOptions, within } from '../flush.ts'
import { isPromise } from '../is-promise.ts'
import { pause } from '../pause.ts'
import { type SharedEnd, SharedResult } from '../stream/shared-result.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { type Identity, identityOf, keyReused } from './asked-twice.ts'
import { GuardedClaims, type Said } from './guarded-claims.ts'
import { claimMs, HeldClaim, type Standing } from './held-claim.ts'
import type { IdempotencyOptions } from './idempotency-options.ts'
import { type IdempotencyRecord, recordOf, unpackRecord } from './idempotency-record.ts'
import { again, failsWith, repeats } from './repeat-call.ts'
import { type KeepOpen, runOn } from './run-on.ts'
import { Run, RunTable } from './run-table.ts'

const dayMs = 86_400_000
const defaultMaxBytes = 1024 * 1024
/** How long a repeat waits before it asks the store again for a call of another instance: at first, and at most. */
const firstPauseMs = 50
const longestPauseMs = 1_000
/** All of them are over before the claim is. */
const writeTries = 4
const writePauseMs = 1_000

/** What the layer of idempotency keys is made of. */
export interface IdempotencyParts extends IdempotencyOptions {
  readonly keepOpen: KeepOpen
  readonly onError: (error: unknown) => void
  /** Milliseconds of a clock that never goes back. Default: `performance.now()`. */
  readonly now?: (() => number) | undefined
  /** Default: the process's timers. */
  readonly pause?: typeof pause | undefined
}

/** A call with a key. */
interface Asked<O extends Operation> {
  readonly identity: Identity
  readonly call: Call<O>
  readonly next: Handler<O>
}

/**
 * Answers calls of one idempotency key once. The first is made, and goes on though its caller leaves; the others get what it got: from
 * it while it is under way in this process, else from the store, for which they wait as long as whoever makes the call is alive.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export class Idempotency implements Flushable {
  private readonly parts: IdempotencyParts
  private readonly ttlMs: number
  private readonly pause: typeof pause
  private readonly now: () => number
  private readonly runs = new RunTable()
  private known: GuardedClaims | undefined
  private writes = 0
  private written = Promise.withResolvers<void>()

  constructor(parts: IdempotencyParts) {
    this.parts = parts
    this.ttlMs = parts.ttlMs ?? dayMs
    this.pause = parts.pause ?? pause
    this.now = parts.now ?? (() => performance.now())
  }

  /**
   * @throws {GatewayError} `invalid_request` for a key that is none, `idempotency_key_reused`, `idempotent_answer_lost`,
   * `idempotency_unavailable`; the promise rejects with them, and with what the first call fails of.
   */
  readonly layer: Middleware = (call, next) => {
    const { idempotencyKey } = call.context
    if (idempotencyKey === undefined) return next(call)
    try {
      return this.ask({ identity: identityOf(call, idempotencyKey), call, next })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Resolves when what ended calls leave is kept, or cannot be. */
  async flush({ timeoutMs }: FlushOptions = {}): Promise<void> {
    if (this.writes > 0) await within(this.written.promise, timeoutMs)
  }

  private ask<O extends Operation>(asked: Asked<O>): Promise<Result<O>> {
    const run = this.runs.find(asked.identity.key)
    return run ? this.beside(run, asked) : this.first(asked)
  }

  /** Somebody in this process asks for the key already. */
  private async beside<O extends Operation>(run: Run, asked: Asked<O>): Promise<Result<O>> {
    const { identity, call } = asked
    if (run.isFirst && run.identity.fingerprint !== identity.fingerprint) throw keyReused()
    const { leader } = run
    if (leader?.canBeJoined()) {
      const result = await leader.join(call).catch((error: unknown) => {
        failsWith(call, leader.context)
        throw error
      })
      const { route, target, droppedParams } = leader.context
      repeats(call, { route, target, droppedParams: [...droppedParams] }, result)
      return result as Result<O>
    }
    await unlessAborted(run.changed, call.signal)
    return this.ask(asked)
  }

  private first<O extends Operation>(asked: Asked<O>): Promise<Result<O>> {
    const run = new Run(asked.identity)
    const claim = new HeldClaim(this.claims, asked.identity)
    this.runs.add(run)
    const standing = claim.take()
    if (!isPromise(standing)) return this.decided({ ...asked, run, claim }, standing)
    return standing.then(taken => this.decided({ ...asked, run, claim }, taken))
  }

  private decided<O extends Operation>(asking: Asking<O>, standing: Standing): Promise<Result<O>> {
    const { run, claim, call } = asking
    try {
      if (standing.is === 'unknown' && this.parts.onStoreError === 'closed') throw unavailable()
      if (standing.is !== 'theirs') {
        if (!call.signal.aborted) return this.lead(asking, standing.is === 'mine')
        void claim.end(undefined, this.ttlMs)
        throw abortError(call.signal)
      }
      const record = this.recordOf(standing.entry.value, asking.identity)
      if (record.state === 'claimed') return this.waitFor(asking)
      this.runs.remove(run)
      return Promise.resolve(again(call, record))
    } catch (error) {
      this.runs.remove(run)
      return Promise.reject(error)
    }
  }

  /** Until the call's answer is there; or until whoever made it is gone, when this one makes it. */
  private async waitFor<O extends Operation>(asking: Asking<O>): Promise<Result<O>> {
    const { run, claim, identity, call } = asking
    run.isFirst = true
    run.change()
    let answeredAt = this.now()
    try {
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(1.5 * pauseMs, longestPauseMs)) {
        await this.pause(pauseMs, call.signal)
        const said = await this.claims.get(identity.key)
        const standing = await standingOf(said, claim)
        // Whoever makes the call may be well: at a store that fails he is waited for as long as if he were gone.
        if (standing.is === 'unknown' && this.now() - answeredAt < claimMs) continue
        if (standing.is !== 'theirs') return await this.decided(asking, standing)
        answeredAt = this.now()
        const record = this.recordOf(standing.entry.value, identity)
        if (record.state === 'claimed') continue
        this.runs.remove(run)
        return again(call, record)
      }
    } catch (error) {
      if (!run.leader) this.runs.remove(run)
      throw error
    }
  }

  private lead<O extends Operation>({ run, claim, call, next }: Asking<O>, isKept: boolean): Promise<Result<O>> {
    const onEnd = (end: SharedEnd): void => {
      stop()
      if (isKept) this.keep(run, claim, recordOf(run.identity.fingerprint, end, call.context))
      else this.runs.remove(run)
    }
    const shared = new SharedResult<O>({ runsOn: isKept, maxBytes: this.claims.maxBytes, onEnd })
    const stop = runOn(shared, call, this.parts.keepOpen)
    run.leader = {
      context: call.context,
      canBeJoined: () => shared.canBeJoined,
      join: async other => (await shared.join(other as Call<O>)) as Result<Operation>,
    }
    run.isFirst = true
    if (isKept) claim.hold()
    run.change()
    return shared.lead(call, next)
  }

  /** Until it is written, the run stands in for it. */
  private keep(run: Run, claim: HeldClaim, record: IdempotencyRecord | undefined): void {
    const said = claim.end(record, this.ttlMs)
    if (!isPromise(said) && said !== 'failed') {
      this.runs.remove(run)
      return
    }
    this.writes += 1
    void this.keepTrying(said, () => claim.end(record, this.ttlMs)).then(() => {
      this.runs.remove(run)
      this.writes -= 1
      if (this.writes > 0) return
      this.written.resolve()
      this.written = Promise.withResolvers()
    })
  }

  /** An answer that is paid for is worth a few seconds. */
  private async keepTrying(first: MaybeLater<Said<boolean>>, write: () => MaybeLater<Said<boolean>>): Promise<void> {
    let said = await first
    for (let tries = 1; said === 'failed' && tries < writeTries; tries += 1) {
      await this.pause(writePauseMs, new AbortController().signal)
      said = await write()
    }
  }

  /** @throws {GatewayError} `idempotency_key_reused`; `idempotency_unavailable` for what an instance of another version wrote */
  private recordOf(value: Uint8Array, { fingerprint }: Identity): IdempotencyRecord {
    const record = unpackRecord(value)
    if (!record) throw unavailable()
    if (record.fingerprint !== fingerprint) throw keyReused()
    return record
  }

  /** Made with the first key. */
  private get claims(): GuardedClaims {
    if (this.known) return this.known
    const { store = memoryCacheStore(), maxAnswerBytes = defaultMaxBytes, storeTimeoutMs = 500, onError } = this.parts
    this.known = new GuardedClaims({ store, maxAnswerBytes, storeTimeoutMs, onError, now: this.now })
    return this.known
  }
}

interface Asking<O extends Operation> extends Asked<O> {
  readonly run: Run
  readonly claim: HeldClaim
}

/** What the store says of a key that another instance has claimed; it is claimed anew where nothing stands there any more. */
function standingOf(said: Said<CacheEntry | undefined>, claim: HeldClaim): MaybeLater<Standing> {
  if (said === 'failed') return { is: 'unknown' }
  return said.value ? { is: 'theirs', entry: said.value } : claim.take()
}

function unavailable(): GatewayError {
  return new GatewayError(
    'idempotency_unavailable',
    'Whether this idempotency key was used before cannot be told now. Try again later, or without the key.',
  )
}
