import type { AttemptGuard, AttemptPermit, AttemptRefusal, GuardDecision } from '../attempt-guard.ts'
import { type AbortListener, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import type { Call } from '../contract.ts'
import { abortError, GatewayError } from '../errors.ts'
import { isPromise } from '../is-promise.ts'
import { attemptVerdict } from './attempt-verdict.ts'
import type { Bulkheads } from './bulkheads.ts'
import type { BreakerPermit, CircuitBreakers } from './circuit-breakers.ts'
import type { CoolDowns, CoolingTarget } from './cool-downs.ts'
import { stateKey } from './state-key.ts'
import { type AttemptCount, UnderWay } from './under-way.ts'

/** What guards one target. */
export interface TargetGuardOptions {
  readonly bulkheads?: Bulkheads | undefined
  readonly coolDowns?: CoolDowns | undefined
  readonly breakers?: CircuitBreakers | undefined
  /**
   * Whose state an attempt shares. Default: its target's, for each operation apart. Callers that bring credentials of their own need one that tells them apart:
   * what is wrong with one's must not shut the target for others.
   */
  readonly keyOf?: ((call: Call) => string) | undefined
}

/**
 * What stands before every attempt, outermost first: the bulkhead, the cool-down, the circuit breaker. All of it is neutral to what
 * the others, or the caller, refused. An attempt of a healthy target costs one look-up and one object.
 */
export class TargetGuard implements AttemptGuard {
  /** Attempts under way, by whose state they share. */
  readonly underWay: UnderWay = new UnderWay()
  private readonly parts: TargetGuardOptions

  constructor(parts: TargetGuardOptions) {
    this.parts = parts
  }

  admit(call: Call, lastResort: boolean): GuardDecision | Promise<GuardDecision> {
    const { bulkheads, keyOf } = this.parts
    const key = keyOf ? keyOf(call) : stateKey({ operation: call.operation, target: targetOf(call) })
    if (!bulkheads) return this.pass(key, { call, lastResort })
    const entered = bulkheads.enter(key, call.signal)
    const goOn = (isIn: boolean): GuardDecision =>
      isIn ? this.passInside(key, { call, lastResort }) : bulkheadFull(targetOf(call))
    return isPromise(entered) ? entered.then(goOn) : goOn(entered)
  }

  private passInside(key: string, asking: Asking): GuardDecision {
    const admission = this.pass(key, asking)
    if (admission.isRefused) this.parts.bulkheads?.leave(key)
    return admission
  }

  private pass(key: string, { call, lastResort }: Asking): GuardDecision {
    const { coolDowns, breakers, bulkheads } = this.parts
    const cooling = coolDowns?.find(key)
    if (coolDowns && cooling && (cooling.why === 'throttled' || !lastResort)) {
      return coolingDown(targetOf(call), cooling, coolDowns.waitMs(cooling))
    }
    const breaker = breakers?.find(key)
    const epoch = breaker ? breaker.admit() : 0
    if (epoch === undefined) return circuitOpen(targetOf(call), breaker ? breakers?.waitMs(breaker) : undefined)
    const permit = new Permit(this.parts, key, { breaker, epoch, count: this.underWay.begin(key) })
    // Who holds a place gives it back at the call's end, also where its provider does not mind the signal.
    if (bulkheads || breaker?.state.state === 'halfOpen') permit.follow(call.signal)
    return permit
  }
}

interface Asking {
  readonly call: Call
  readonly lastResort: boolean
}

interface CountedPermit extends BreakerPermit {
  readonly count: AttemptCount
}

/** One attempt under way. */
class Permit implements AttemptPermit, AbortListener {
  readonly isRefused = false
  private readonly parts: TargetGuardOptions
  private readonly key: string
  private readonly permit: CountedPermit
  private signal: AbortSignal | undefined
  private hasEnded = false
  private hasAnswered = false

  constructor(parts: TargetGuardOptions, key: string, permit: CountedPermit) {
    this.parts = parts
    this.key = key
    this.permit = permit
  }

  follow(signal: AbortSignal): void {
    this.signal = signal
    listenToAbort(signal, this)
  }

  /** Of the signal. */
  handleEvent(): void {
    if (this.signal) this.end(abortError(this.signal))
  }

  answered(): void {
    const { breaker, epoch } = this.permit
    if (this.hasEnded || breaker?.state.state !== 'halfOpen') return
    breaker.answered(epoch)
    this.hasAnswered = true
  }

  end(error: GatewayError | undefined): number {
    if (this.hasEnded) return 0
    this.hasEnded = true
    const { parts, key, permit, hasAnswered, signal } = this
    permit.count.attempts -= 1
    if (signal) unlistenToAbort(signal, this)
    const verdict = attemptVerdict(error)
    parts.bulkheads?.leave(key)
    parts.coolDowns?.end(key, verdict, error)
    parts.breakers?.end(key, hasAnswered ? { ...permit, hasAnswered } : permit, verdict)
    return error ? this.restMs() : 0
  }

  /** For how long nobody is to ask the target now. */
  private restMs(): number {
    const { coolDowns, breakers } = this.parts
    const cooling = coolDowns?.find(this.key)
    const breaker = breakers?.find(this.key)
    const coolingMs = coolDowns && cooling?.why === 'throttled' ? coolDowns.waitMs(cooling) : 0
    return Math.max(coolingMs, breakers && breaker?.state.state === 'open' ? breakers.waitMs(breaker) : 0)
  }
}

function targetOf({ context: { attempt, target } }: Call): string {
  return attempt?.target ?? (target ? `${target.provider}/${target.model}` : '')
}

function circuitOpen(target: string, retryAfterMs: number | undefined): AttemptRefusal {
  const message = `The target ${target} failed too often and is given time to recover; try again later.`
  const error = new GatewayError('circuit_open', message, { retryAfterMs })
  return { isRefused: true, code: 'circuit_open', yieldsToNeed: false, error }
}

/** Places come free at any moment. */
const bulkheadWaitMs = 1_000

function bulkheadFull(target: string): AttemptRefusal {
  const message = `The target ${target} has as many calls under way as this gateway allows it; try again later.`
  const error = new GatewayError('bulkhead_full', message, { retryAfterMs: bulkheadWaitMs })
  return { isRefused: true, code: 'bulkhead_full', yieldsToNeed: false, error }
}

function coolingDown(target: string, { why }: CoolingTarget, retryAfterMs: number): AttemptRefusal {
  const message = `The target ${target} was asked too much and is left alone for a while; try again later.`
  const error = new GatewayError('upstream_rate_limited', message, { retryAfterMs })
  return { isRefused: true, code: 'cooling_down', yieldsToNeed: why === 'refused', error }
}
