import * as z from 'zod'
import { members } from './members.ts'

const usd = z.number().min(0).max(9_000_000).optional()

/** What one key or tenant may cost. */
export const budgetSchema = members({
  usdPerDay: usd.describe('US dollars from 00:00 UTC to the next.'),
  usdPerMonth: usd.describe('US dollars from the first of a month, 00:00 UTC, to the first of the next.'),
})

/** What callers may cost. */
export const budgetsSchema = members({
  eachKey: budgetSchema.optional().describe('What each key may cost that has no budget of its own.'),
  eachTenant: budgetSchema.optional().describe('What each tenant may cost that is not named in tenants.'),
  tenants: z.record(z.string().min(1), budgetSchema).optional().describe('By tenant.'),
  onUnknownPrice: z.enum(['refuse', 'allow']).optional().meta({
    description: 'What becomes of calls under a budget to models whose price is not known.',
    default: 'refuse',
  }),
  onStoreError: z.enum(['local', 'open', 'closed']).optional().meta({
    description:
      'While the store fails: count in memory against what was left, let all in, or refuse. What was spent is told to the store afterwards.',
    default: 'local',
  }),
  expectedInstances: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Processes that share the store, by which what is left is divided with local.', default: 1 }),
  storeTimeoutMs: z.int().min(1).max(60_000).optional().meta({ description: 'What the store may take.', default: 50 }),
  defaultMaxTokens: z.int().min(1).optional().meta({
    description:
      'The output cap, in tokens, of chats under a budget where nothing else says one. Default: that of `limits`.',
  }),
  softLimit: z.number().gt(0).max(1).optional().meta({
    description: 'The share of a budget from which on the log is told that it is nearly spent.',
    default: 0.8,
  }),
})
