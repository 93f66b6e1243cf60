import type { AttemptGuard } from '../attempt-guard.ts'
import type { Call } from '../contract.ts'
import { tellSafely } from '../tell-safely.ts'
import { type BulkheadOptions, Bulkheads } from './bulkheads.ts'
import { callerKey, withoutCaller } from './caller-key.ts'
import type { BreakerStateName, CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { CircuitBreakers } from './circuit-breakers.ts'
import { type CoolDownOptions, CoolDowns } from './cool-downs.ts'
import { type AskedOperation, stateKey, targetUse } from './state-key.ts'
import { TargetGuard, type TargetGuardOptions } from './target-guard.ts'

/** What keeps calls from targets that fail, throttle or are busy. */
export interface ResilienceOptions {
  readonly circuitBreaker?: CircuitBreakerOptions | undefined
  readonly coolDown?: CoolDownOptions | undefined
  readonly bulkhead?: BulkheadOptions | undefined
}

/** How a target stands, as this process has seen it. */
export interface TargetHealth {
  /** `provider id/upstream model`. */
  readonly target: string
  /** What it was asked to do: each operation of a target stands for itself. */
  readonly operation: AskedOperation
  readonly state: BreakerStateName
  /** In the breaker's sliding window, those that say nothing of the target aside. */
  readonly calls: number
  readonly failures: number
  /** Milliseconds until a target that is open is asked again. */
  readonly retryInMs?: number | undefined
  /** Milliseconds for which a target is left alone that throttled, or refused the gateway. */
  readonly coolingForMs?: number | undefined
  /** Which of the two it was: `throttled` passes by itself, what is `refused` (credentials, an empty account, an unknown model) somebody has to mend. */
  readonly coolingWhy?: 'throttled' | 'refused' | undefined
  /** Attempts under way, streams until they have ended. */
  readonly inFlight: number
}

/** The guard of all attempts of one gateway, and the view of it. */
export interface Resilience {
  readonly guard: AttemptGuard
  /** Targets that were asked or refused lately, by name. */
  readonly targets: () => readonly TargetHealth[]
  /** Closes the breaker of a target and ends its cool-down; of all, where none is named. */
  readonly reset: (target?: string) => void
}

/** `onError` is told what a listener of the breaker's throws. */
export function createResilience(options: ResilienceOptions, onError: (error: unknown) => void): Resilience {
  const { circuitBreaker = {}, coolDown = {}, bulkhead } = options
  const own = guardParts({ circuitBreaker: careful(circuitBreaker, onError), coolDown, bulkhead })
  const guard = new TargetGuard(own)
  // Whoever brings credentials may bring a thousand: they must not push out what is known of the gateway's own targets.
  let theirs: ReturnType<typeof guardParts> | undefined
  let theirGuard: TargetGuard | undefined
  function guardOfCallers(): TargetGuard {
    theirs ??= guardParts({ circuitBreaker: { ...circuitBreaker, onStateChange: undefined }, coolDown, bulkhead })
    theirGuard ??= new TargetGuard({ ...theirs, keyOf: keyOfCaller })
    return theirGuard
  }
  return {
    guard: {
      admit: (call, lastResort) => (call.context.callerCredentials ? guardOfCallers() : guard).admit(call, lastResort),
    },
    targets: () => healthOf({ ...own, guard }),
    reset(target) {
      resetParts(own, key => target === undefined || targetUse(key).target === target)
      if (theirs) resetParts(theirs, key => target === undefined || targetUse(withoutCaller(key)).target === target)
    },
  }
}

/** What stands before attempts, as far as it is enabled. */
type GuardParts = Omit<TargetGuardOptions, 'keyOf'>

function guardParts({ circuitBreaker = {}, coolDown = {}, bulkhead }: ResilienceOptions): GuardParts {
  return {
    bulkheads: bulkhead && new Bulkheads(bulkhead),
    coolDowns: coolDown.enabled === false ? undefined : new CoolDowns(coolDown),
    breakers: circuitBreaker.enabled === false ? undefined : new CircuitBreakers(circuitBreaker),
  }
}

function resetParts({ breakers, coolDowns }: GuardParts, isMeant: (key: string) => boolean): void {
  for (const breaker of breakers?.all() ?? []) if (isMeant(breaker.key)) breaker.reset()
  coolDowns?.reset(isMeant)
}

function keyOfCaller({ operation, context: { attempt, callerCredentials } }: Call): string {
  const key = stateKey({ operation, target: attempt?.target ?? '' })
  return callerCredentials ? callerKey(callerCredentials, key) : key
}

interface Watched extends Pick<GuardParts, 'breakers' | 'coolDowns'> {
  readonly guard: TargetGuard
}

function healthOf({ breakers, coolDowns, guard }: Watched): TargetHealth[] {
  const health = new Map<string, TargetHealth>()
  for (const breaker of breakers?.all() ?? []) {
    const { key, calls, failures } = breaker
    const { state } = breaker.state
    const retryInMs = state === 'open' ? breakers?.waitMs(breaker) : undefined
    health.set(key, { ...targetUse(key), state, calls, failures, retryInMs, inFlight: 0 })
  }
  for (const [key, cooling] of coolDowns?.all() ?? []) {
    const coolingForMs = coolDowns?.waitMs(cooling)
    health.set(key, { ...(health.get(key) ?? atRest(key)), coolingForMs, coolingWhy: cooling.why })
  }
  for (const [key, inFlight] of guard.underWay.all()) {
    health.set(key, { ...(health.get(key) ?? atRest(key)), inFlight })
  }
  const rank = ({ target, operation }: TargetHealth): string => `${target}\n${operation}`
  return [...health.values()].toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

function atRest(key: string): TargetHealth {
  return { ...targetUse(key), state: 'closed', calls: 0, failures: 0, inFlight: 0 }
}

/** A listener that throws, or rejects, must not cost a call its answer, or the process its life. */
function careful(options: CircuitBreakerOptions, onError: (error: unknown) => void): CircuitBreakerOptions {
  const { onStateChange } = options
  if (!onStateChange) return options
  return { ...options, onStateChange: change => tellSafely(() => onStateChange(change), onError) }
}
