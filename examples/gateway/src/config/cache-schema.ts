import * as z from 'zod'
import { members } from './members.ts'

const ttlMs = z.int().min(1).optional()
const toolCalls = z.boolean().optional()

/** How answers are kept that may be given again. */
export const cacheSchema = members({
  ttlMs: ttlMs.meta({
    description: 'How long an answer may be given again, where its route does not say.',
    default: 300_000,
  }),
  toolCalls: toolCalls.meta({ description: 'Whether answers that call tools are kept, too.', default: false }),
  storeTimeoutMs: z
    .int()
    .min(1)
    .max(60_000)
    .optional()
    .meta({ description: 'What the store may take before a call goes on without it.', default: 50 }),
})

/** Whether a route's answers are kept, and how long. */
export const routeCacheSchema = z.union([
  z.boolean(),
  members({
    ttlMs: ttlMs.describe('Default: as `cache` says.'),
    toolCalls: toolCalls.describe('Default: as `cache` says.'),
  }),
])
