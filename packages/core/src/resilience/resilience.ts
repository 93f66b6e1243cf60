import type { AttemptGuard } from '../attempt-guard.ts'
import { type BulkheadOptions, Bulkheads } from './bulkheads.ts'
import type { BreakerStateName, CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { CircuitBreakers } from './circuit-breakers.ts'
import { type CoolDownOptions, CoolDowns } from './cool-downs.ts'
import { TargetGuard } from './target-guard.ts'

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
  readonly state: BreakerStateName
  /** In the breaker's sliding window, those that say nothing of the target aside. */
  readonly calls: number
  readonly failures: number
  /** Milliseconds until a target that is open is asked again. */
  readonly retryInMs?: number | undefined
  /** Milliseconds for which a target is left alone that throttled, or refused the gateway. */
  readonly coolingForMs?: number | undefined
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
  const breakers = circuitBreaker.enabled === false ? undefined : new CircuitBreakers(careful(circuitBreaker, onError))
  const coolDowns = coolDown.enabled === false ? undefined : new CoolDowns(coolDown)
  const bulkheads = bulkhead && new Bulkheads(bulkhead)
  const guard = new TargetGuard({ bulkheads, coolDowns, breakers })
  return {
    guard,
    targets: () => healthOf({ breakers, coolDowns, guard }),
    reset(target) {
      for (const breaker of breakers?.all() ?? [])
        if (target === undefined || breaker.target === target) breaker.reset()
      coolDowns?.reset(target)
    },
  }
}

interface Watched {
  readonly breakers: CircuitBreakers | undefined
  readonly coolDowns: CoolDowns | undefined
  readonly guard: TargetGuard
}

function healthOf({ breakers, coolDowns, guard }: Watched): TargetHealth[] {
  const health = new Map<string, TargetHealth>()
  for (const breaker of breakers?.all() ?? []) {
    const { target, calls, failures } = breaker
    const { state } = breaker.state
    const retryInMs = state === 'open' ? breakers?.waitMs(breaker) : undefined
    health.set(target, { target, state, calls, failures, retryInMs, inFlight: 0 })
  }
  for (const [target, cooling] of coolDowns?.all() ?? []) {
    health.set(target, { ...(health.get(target) ?? atRest(target)), coolingForMs: coolDowns?.waitMs(cooling) })
  }
  for (const [target, inFlight] of guard.underWay.all()) {
    health.set(target, { ...(health.get(target) ?? atRest(target)), inFlight })
  }
  return [...health.values()].toSorted((a, b) => (a.target < b.target ? -1 : 1))
}

function atRest(target: string): TargetHealth {
  return { target, state: 'closed', calls: 0, failures: 0, inFlight: 0 }
}

/** A listener that throws must not cost a call its answer. */
function careful(options: CircuitBreakerOptions, onError: (error: unknown) => void): CircuitBreakerOptions {
  const { onStateChange } = options
  if (!onStateChange) return options
  return {
    ...options,
    onStateChange(change) {
      try {
        onStateChange(change)
      } catch (error) {
        onError(error)
      }
    },
  }
}
