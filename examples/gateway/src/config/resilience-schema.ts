import * as z from 'zod'
import { members } from './members.ts'
import { milliseconds } from './times-schema.ts'

/** When a call asks the same target again. */
export const retry = members({
  enabled: z.boolean().optional().meta({ default: true }),
  baseDelayMs: milliseconds
    .optional()
    .meta({ description: 'Most of the wait before the same target is asked again, doubled each time.', default: 50 }),
  maxDelayMs: milliseconds
    .optional()
    .meta({ description: 'Longest wait; a target that asks for more is not asked again.', default: 2000 }),
  budgetPercent: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: "Of a target's calls of the last 10 s.", default: 10 }),
  minRetries: z.int().min(0).optional().meta({ description: 'In 10 s, however few calls there are.', default: 3 }),
})

/** When a target that fails is left out, and how it is tried again. */
export const circuitBreaker = members({
  enabled: z.boolean().optional().meta({ default: true }),
  failureThreshold: z.int().min(1).optional().meta({
    description: 'Failures one after another that open it. CIRCUIT_BREAKER_FAILURE_THRESHOLD overrides it.',
    default: 5,
  }),
  failureRateThreshold: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'Percent of the calls in the window.', default: 50 }),
  minimumNumberOfCalls: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'In the window, before their rate counts.', default: 10 }),
  slidingWindowMs: milliseconds.optional().meta({ default: 60000 }),
  waitDurationInOpenStateMs: milliseconds
    .optional()
    .meta({ description: 'Twice as long each time a probe fails.', default: 30000 }),
  maxWaitDurationInOpenStateMs: milliseconds.optional().meta({ default: 300000 }),
  permittedNumberOfCallsInHalfOpenState: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Probes that must succeed.', default: 1 }),
})

/** How long a target is left alone that throttled, or refused the gateway. */
export const coolDown = members({
  enabled: z.boolean().optional().meta({ default: true }),
  throttledMs: milliseconds.optional().meta({
    description: 'After a 429 that names no time, doubled each time one follows upon another.',
    default: 1000,
  }),
  refusedMs: milliseconds.optional().meta({
    description: 'After refused credentials, an empty account or an unknown model, while there is another.',
    default: 60000,
  }),
  maxMs: milliseconds
    .optional()
    .meta({ description: "The longest that a 429's Retry-After is obeyed.", default: 60000 }),
})

/** How many attempts each target may have under way. */
export const bulkhead = members({
  maxConcurrentCalls: z.int().min(1).describe('Attempts under way at one target, streams included.'),
  maxQueuedCalls: z.int().min(0).optional().meta({ description: 'Attempts that may wait for a place.', default: 0 }),
  maxWaitMs: milliseconds.optional().meta({ description: 'How long one may wait.', default: 1000 }),
})
