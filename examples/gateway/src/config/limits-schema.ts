import * as z from 'zod'
import { members } from './members.ts'

const text = z.string().min(1)

const quota = z.int().min(0).optional()

/** What one tier or key may use. */
export const rateLimitSchema = members({
  requestsPerMinute: quota.describe('Calls in any 60 s.'),
  requestsPerHour: quota.describe('Calls in any 3,600 s.'),
  tokensPerMinute: quota.describe('Tokens in any 60 s, prompt and completion together.'),
  maxConcurrentCalls: quota.describe('Calls under way at once, in one process.'),
})

/** What callers may use. */
export const limitsSchema = members({
  tiers: z
    .record(text, rateLimitSchema)
    .optional()
    .describe(
      'What tiers stand for; each takes the place of the default of its name, whole. RATE_LIMIT_FREE_TIER_RPM and its kin override them.',
    ),
  onStoreError: z
    .enum(['local', 'open', 'closed'])
    .optional()
    .meta({ description: 'While the store fails: count in memory, let all in, or refuse.', default: 'local' }),
  expectedInstances: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Processes that share the store, by which quotas are divided with local.', default: 1 }),
  storeTimeoutMs: z.int().min(1).max(60_000).optional().meta({ description: 'What the store may take.', default: 50 }),
  defaultMaxTokens: z.int().min(1).optional().meta({
    description: 'The output cap, in tokens, where tokens are limited and nothing else says one.',
    default: 4096,
  }),
})
