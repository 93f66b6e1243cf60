import { callable, flag, members, number, required, type ValueCheck, whole } from '../wire/value-check.ts'

const positive = (): ValueCheck => whole(1)
const milliseconds = (): ValueCheck => number({ min: 0 })
const percent = (): ValueCheck => number({ min: 0, max: 100 })

/** `circuitBreaker` as `createGateway` takes it. */
export function circuitBreakerCheck(): ValueCheck {
  return members({
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
  return members({
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
  return members({
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
  return members({ connectMs: time, firstFrameMs: time, idleMs: time, totalMs: time })
}
