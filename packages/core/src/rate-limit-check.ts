import { members, type ValueCheck, whole } from './wire/value-check.ts'

/** What a `RateLimit` may be. */
export function rateLimitCheck(): ValueCheck {
  const count = whole(0)
  return members({
    requestsPerMinute: count,
    requestsPerHour: count,
    tokensPerMinute: count,
    maxConcurrentCalls: count,
  })
}
