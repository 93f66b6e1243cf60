import * as z from 'zod/mini'

const positive = () => z.optional(z.int().check(z.minimum(1)))
const milliseconds = () => z.optional(z.number().check(z.minimum(0)))
const percent = () => z.optional(z.number().check(z.minimum(0), z.maximum(100)))
const flag = () => z.optional(z.boolean())
const call = () => z.optional(z.custom(value => typeof value === 'function', { error: () => 'must be a function' }))

/** `circuitBreaker` as `createGateway` takes it. */
export function circuitBreakerSchema(): z.ZodMiniType {
  return z.optional(
    z.strictObject({
      enabled: flag(),
      failureThreshold: positive(),
      failureRateThreshold: percent(),
      minimumNumberOfCalls: positive(),
      slidingWindowMs: positive(),
      waitDurationInOpenStateMs: milliseconds(),
      maxWaitDurationInOpenStateMs: milliseconds(),
      permittedNumberOfCallsInHalfOpenState: positive(),
      onStateChange: call(),
      now: call(),
      random: call(),
    }),
  )
}

/** `coolDown` likewise. */
export function coolDownSchema(): z.ZodMiniType {
  return z.optional(
    z.strictObject({
      enabled: flag(),
      throttledMs: milliseconds(),
      refusedMs: milliseconds(),
      maxMs: milliseconds(),
      now: call(),
    }),
  )
}

/** `bulkhead` likewise. */
export function bulkheadSchema(): z.ZodMiniType {
  return z.optional(
    z.strictObject({
      maxConcurrentCalls: z.int().check(z.minimum(1)),
      maxQueuedCalls: z.optional(z.int().check(z.minimum(0))),
      maxWaitMs: milliseconds(),
    }),
  )
}

/** `retry` likewise. */
export function retrySchema(): z.ZodMiniType {
  return z.optional(
    z.strictObject({
      enabled: flag(),
      baseDelayMs: milliseconds(),
      maxDelayMs: milliseconds(),
      budgetPercent: percent(),
      minRetries: z.optional(z.int().check(z.minimum(0))),
      now: call(),
      random: call(),
    }),
  )
}

/** `timeouts`, of a gateway or a route. */
export function timeoutsSchema(): z.ZodMiniType {
  const time = () => z.optional(z.number().check(z.positive()))
  return z.optional(z.strictObject({ connectMs: time(), firstFrameMs: time(), idleMs: time(), totalMs: time() }))
}
