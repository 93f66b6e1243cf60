import { conditionError } from '../condition-error.ts'
import { lastFlushMs } from '../flush.ts'
import { isPromise } from '../is-promise.ts'
import type { Principal } from '../principal.ts'
import { CallPermit, type Permit } from './call-permit.ts'
import { denialOf, deniedNow } from './denial.ts'
import { DueSettlements } from './due-settlements.ts'
import { type Decided, GuardedStore, tokenWindowMs } from './guarded-store.ts'
import { limitError, tooManyAtOnce } from './limit-error.ts'
import { limitHeaders } from './limit-headers.ts'
import { type LimitPlan, type PlanLimits, planLimits } from './limit-plan.ts'
import type { Admission, WindowState } from './limit-store.ts'
import { type LimitSubject, LimitSubjects } from './limit-subjects.ts'
import type { LimitsOptions } from './limits-options.ts'
import { memoryLimitStore } from './memory-limit-store.ts'
import { takeDue } from './settlement-queue.ts'
import { unknownTierAlarm } from './unknown-tier-alarm.ts'

/** What limits there are, and whom a limiter tells. */
export interface LimiterOptions extends LimitsOptions {
  /** Told that the store fails, or that a tier is not known, once a minute. */
  readonly onError: (error: unknown) => void
  /** Milliseconds of a clock that never goes back. Default: `performance.now()`. */
  readonly now?: (() => number) | undefined
}

/** A call that asks to be let in. */
export interface Asked {
  readonly plan: LimitPlan
  /** The most tokens it may use; 0 where no limit counts them. */
  readonly tokens: number
  /** How many of them are for facts that may be added to its prompt. Default 0. */
  readonly contextTokens?: number | undefined
  /** Where its answer's headers are put. They stand there whether or not it is let in. */
  readonly headers: Record<string, string>
}

/** Lets calls in, or not, one reservation each, and tells the store afterwards what they used. */
export class Limiter {
  /** The limits of a caller; `undefined` where nothing limits it. */
  readonly planOf: PlanLimits
  private readonly now: () => number
  private readonly store: GuardedStore
  private readonly subjects = new LimitSubjects()
  private readonly due: DueSettlements
  private readonly addHeaders = limitHeaders()
  private closed: Promise<unknown> | undefined

  constructor(options: LimiterOptions) {
    const { store, tiers, onStoreError = 'local', expectedInstances = 1, storeTimeoutMs = 50 } = options
    const { onError, now = () => performance.now() } = options
    this.planOf = planLimits(tiers, unknownTierAlarm(onError, now))
    this.now = now
    this.store = new GuardedStore({
      store: store ?? memoryLimitStore({ now }),
      onStoreError,
      expectedInstances,
      storeTimeoutMs,
      now,
      onError: cause =>
        onError(conditionError(`The limit store fails; calls go on with '${onStoreError}'.`, { cause })),
    })
    this.due = new DueSettlements(this.store, this.subjects, now)
  }

  /**
   * Lets a call in. `undefined` where nothing is to be told of its end. At once where the store answers at once.
   * @throws {GatewayError} `rate_limited`, `limits_unavailable`; the promise rejects with them.
   */
  admit({ plan, tokens, contextTokens, headers }: Asked): Permit | undefined | Promise<Permit | undefined> {
    const now = this.now()
    const subject = this.subjects.get(plan.subject, now)
    const { maxConcurrentCalls = Number.POSITIVE_INFINITY, windows } = plan
    if (subject.open >= maxConcurrentCalls) throw tooManyAtOnce(maxConcurrentCalls)
    if (windows.length === 0) return new CallPermit(subject, this.settle)
    const denied = subject.denial && deniedNow(subject.denial, { tokens, windows }, now)
    if (denied) {
      this.addHeaders(headers, denied.windows)
      throw limitError(denied, tokens, contextTokens)
    }
    const asking: Asking = { plan, tokens, contextTokens, headers, subject, permit: this.permitOf(plan, subject) }
    try {
      const decided = this.store.reserve(
        { subject: plan.subject, windows, tokens },
        takeDue(subject.due, now),
        this.due.putBack,
      )
      return isPromise(decided) ? this.decidedLater(decided, asking) : this.decided(decided, asking)
    } catch (error) {
      asking.permit?.settle(undefined)
      throw error
    }
  }

  /** Counts a request that is no call, and uses no tokens. @throws {GatewayError} as {@link Limiter.admit} does. */
  count(principal: Principal | undefined, headers: Record<string, string>): void | Promise<void> {
    const plan = principal && this.planOf(principal)
    if (!plan?.windows.some(({ meter }) => meter === 'requests')) return
    const requestsOnly = { ...plan, maxConcurrentCalls: undefined, countsTokens: false }
    const admitted = this.admit({ plan: requestsOnly, tokens: 0, headers })
    if (isPromise(admitted)) return admitted.then(() => undefined)
  }

  /** Writes what waits to be settled, within the store's time. */
  flush(): Promise<void> {
    return this.due.flush()
  }

  /** Writes what waits to be settled, for as long as the store takes it and there is time. What is left lapses with its window. */
  close(timeoutMs: number = lastFlushMs): Promise<unknown> {
    this.closed ??= this.due.close(timeoutMs)
    return this.closed
  }

  private async decidedLater(asked: Promise<Decided>, asking: Asking): Promise<Permit | undefined> {
    try {
      const decided = await asked
      const { decision, by } = decided
      // One that is in memory knows better from one call to the next.
      if (by === 'store' && decision?.allowed === false) {
        asking.subject.denial = denialOf(decision, asking.tokens, this.now())
      }
      return this.decided(decided, asking)
    } catch (error) {
      asking.permit?.settle(undefined)
      throw error
    }
  }

  private decided(
    { decision, by }: Decided,
    { plan, tokens, contextTokens, headers, subject, permit }: Asking,
  ): Permit | undefined {
    if (!decision) return permit
    this.addHeaders(headers, decision.windows)
    if (by === 'store' && plan.countsTokens) subject.isShort = decision.windows.some(isShort)
    if (!decision.allowed) throw limitError(decision, tokens, contextTokens)
    if (permit && plan.countsTokens) {
      permit.reserved = { subject, plan, admission: decision, by, tokens, at: this.now() }
    }
    return permit
  }

  /** A call whose end changes nothing needs none. */
  private permitOf({ countsTokens, maxConcurrentCalls }: LimitPlan, subject: LimitSubject): Asking['permit'] {
    return countsTokens || maxConcurrentCalls !== undefined ? new CallPermit(subject, this.settle) : undefined
  }

  private readonly settle = (usedTokens: number, reserved: Reserved): void => {
    const { subject, plan, admission, by, tokens, at } = reserved
    const difference = Math.ceil(usedTokens) - tokens
    // Upstreams report what they like: a number that is none would make each later sum none, too, and so every call fit.
    if (difference === 0 || !Number.isFinite(difference) || usedTokens < 0) return
    const { slot } = admission
    if (by === 'local') {
      const windows = admission.windows.map(({ window }) => window)
      this.store.settleLocally({ subject: plan.subject, slot, tokens: difference, windows })
      return
    }
    if (subject.denial?.byTokens) subject.denial = undefined
    // What is given back belongs to the time of its reservation, what is added to now.
    const since = difference < 0 ? at : this.now()
    this.due.add(subject, {
      settlement: { subject: plan.subject, slot, tokens: difference, windows: plan.windows },
      expiresAt: since + tokenWindowMs(plan.windows),
    })
  }
}

/** Tokens that nobody gives back hold no more than a quarter of a quota: beyond that they are written on their own. */
function isShort({ window, remaining }: WindowState): boolean {
  return window.meter === 'tokens' && remaining < 0.75 * window.quota
}

interface Asking extends Asked {
  readonly subject: LimitSubject
  readonly permit: CallPermit<Reserved> | undefined
}

interface Reserved {
  readonly subject: LimitSubject
  readonly plan: LimitPlan
  readonly admission: Admission
  readonly by: Decided['by']
  readonly tokens: number
  readonly at: number
}
