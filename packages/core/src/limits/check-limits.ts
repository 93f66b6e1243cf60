import * as z from 'zod/mini'
import { rateLimitSchema } from '../rate-limit-schema.ts'

/** A store that is asked later than this holds calls up for longer than it protects anything. */
const longestStoreMs = 60_000

/** What `limits` may be. Built when options are checked, not at import. */
export function limitsSchema(): z.ZodMiniType {
  const positive = z.optional(z.int().check(z.minimum(1)))
  return z.optional(
    z.strictObject({
      store: z.optional(z.custom(isStore, { error: () => 'must be a limit store, such as memoryLimitStore()' })),
      tiers: z.optional(z.record(z.string(), rateLimitSchema())),
      onStoreError: z.optional(z.enum(['local', 'open', 'closed'])),
      expectedInstances: positive,
      storeTimeoutMs: z.optional(z.number().check(z.minimum(1), z.maximum(longestStoreMs))),
      defaultMaxTokens: positive,
    }),
  )
}

function isStore(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('reserve' in value) || !('settle' in value)) return false
  return typeof value.reserve === 'function' && typeof value.settle === 'function'
}
