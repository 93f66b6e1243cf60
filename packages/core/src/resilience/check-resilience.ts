import { callable, fits, flag, members, number, required, type ValueCheck, whole } from '../wire/value-check.ts'

const positive = (): ValueCheck => whole(1)
const milliseconds = (): ValueCheck => number({ min: 0 })
const percent = (): ValueCheck => number({ min: 0, max: 100 })

/** Members of which one is `enabled`: that is where `false` belongs. */
function switchedBy(checks: Readonly<Record<string, ValueCheck>>): ValueCheck {
  const check = members(checks)
  const off = fits(() => false, 'must be an object: { enabled: false } switches it off')
  return { ...check, faults: (value, place) => (value === false ? off : check).faults(value, place) }
}

/** `circuitBreaker` as `createGateway` takes it. */
export function circuitBreakerCheck(): ValueCheck {
  return switchedBy({
    enabled: flag(),
    failureThreshold: positive(),
    failureRateThreshold: percent(),
    minimumNumberOfCalls: positive(),
    slidingWindowMs: positive(),
    waitDurationInOpenStateMs: milliseconds(),
    maxWaitDurationInOpenStateMs: milliseconds(),
    permittedNumberOfCallsInHalfOpenState: positive(),
    onStateChange: callable(),
    now: callable(),
    random: callable(),
  })
}

/** `coolDown` likewise. */
export function coolDownCheck(): ValueCheck {
  return switchedBy({
    enabled: flag(),
    throttledMs: milliseconds(),
    refusedMs: milliseconds(),
    maxMs: milliseconds(),
    now: callable(),
  })
}

/** `bulkhead` likewise. */
export function bulkheadCheck(): ValueCheck {
  return members({ maxConcurrentCalls: required(positive()), maxQueuedCalls: whole(0), maxWaitMs: milliseconds() })
}

/** `retry` likewise. */
export function retryCheck(): ValueCheck {
  return switchedBy({
    enabled: flag(),
    baseDelayMs: milliseconds(),
    maxDelayMs: milliseconds(),
    budgetPercent: percent(),
    minRetries: whole(0),
    now: callable(),
    random: callable(),
  })
}

/** `timeouts`, of a gateway or a route. */
export function timeoutsCheck(): ValueCheck {
  const time = number({ above: 0 })
  return members({ connectMs: time, answerMs: time, firstFrameMs: time, idleMs: time, totalMs: time })
}
