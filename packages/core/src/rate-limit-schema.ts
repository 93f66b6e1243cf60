import * as z from 'zod/mini'

/** What a `RateLimit` may be. Built when options are checked, not at import. */
export function rateLimitSchema(): z.ZodMiniType {
  const whole = z.optional(z.int().check(z.minimum(0)))
  return z.strictObject({
    requestsPerMinute: whole,
    requestsPerHour: whole,
    tokensPerMinute: whole,
    maxConcurrentCalls: whole,
  })
}
