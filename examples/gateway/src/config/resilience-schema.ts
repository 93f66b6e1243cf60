import * as z from 'zod'
import { members } from './members.ts'
import { milliseconds } from './times-schema.ts'

/** When a call asks the same target again. */
export const retry = members({
  enabled: z.boolean().optional().describe('Default true.'),
  baseDelayMs: milliseconds
    .optional()
    .describe('Most of the wait before the same target is asked again, doubled each time. Default 50.'),
  maxDelayMs: milliseconds
    .optional()
    .describe('Longest wait; a target that asks for more is not asked again. Default 2000.'),
  budgetPercent: z.number().min(0).max(100).optional().describe("Of a target's calls of the last 10 s. Default 10."),
  minRetries: z.int().min(0).optional().describe('In 10 s, however few calls there are. Default 3.'),
})

/** When a target that fails is left out, and how it is tried again. */
export const circuitBreaker = members({
  enabled: z.boolean().optional().describe('Default true.'),
  failureThreshold: z
    .int()
    .min(1)
    .optional()
    .describe('Failures one after another that open it. CIRCUIT_BREAKER_FAILURE_THRESHOLD overrides it. Default 5.'),
  failureRateThreshold: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('Percent of the calls in the window. Default 50.'),
  minimumNumberOfCalls: z.int().min(1).optional().describe('In the window, before their rate counts. Default 10.'),
  slidingWindowMs: milliseconds.optional().describe('Default 60000.'),
  waitDurationInOpenStateMs: milliseconds.optional().describe('Twice as long each time a probe fails. Default 30000.'),
  maxWaitDurationInOpenStateMs: milliseconds.optional().describe('Default 300000.'),
  permittedNumberOfCallsInHalfOpenState: z.int().min(1).optional().describe('Probes that must succeed. Default 1.'),
})

/** How long a target is left alone that throttled, or refused the gateway. */
export const coolDown = members({
  enabled: z.boolean().optional().describe('Default true.'),
  throttledMs: milliseconds
    .optional()
    .describe('After a 429 that names no time, doubled each time one follows upon another. Default 1000.'),
  refusedMs: milliseconds
    .optional()
    .describe(
      'After refused credentials, an empty account or an unknown model, while there is another. Default 60000.',
    ),
  maxMs: milliseconds.optional().describe("The longest that a 429's Retry-After is obeyed. Default 60000."),
})

/** How many attempts each target may have under way. */
export const bulkhead = members({
  maxConcurrentCalls: z.int().min(1).describe('Attempts under way at one target, streams included.'),
  maxQueuedCalls: z.int().min(0).optional().describe('Attempts that may wait for a place. Default 0.'),
  maxWaitMs: milliseconds.optional().describe('How long one may wait. Default 1000.'),
})
