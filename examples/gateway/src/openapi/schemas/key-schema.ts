import * as z from 'zod'
import { newKeySchema } from '../../server/admin/new-key.ts'
import { component } from './component.ts'

export const newKeyRequestSchema = component('NewKey', newKeySchema, { example: { userId: 'ann', tier: 'premium' } })

const quota = z.number().optional()

const view = {
  apiKeyId: z.string(),
  userId: z.string(),
  tenant: z.string().optional(),
  tier: z.string().optional(),
  permissions: z.array(z.string()).optional(),
  allowedRoutes: z.array(z.string()).optional(),
  active: z.boolean().optional(),
  createdAt: z.string().optional(),
  expiresAt: z.string().optional(),
  rateLimit: z
    .strictObject({
      requestsPerMinute: quota,
      requestsPerHour: quota,
      tokensPerMinute: quota,
      maxConcurrentCalls: quota,
    })
    .optional(),
  budget: z.strictObject({ usdPerDay: quota, usdPerMonth: quota }).optional(),
  maxTokens: z.number().optional(),
  state: z.enum(['active', 'revoked', 'expired']),
  keptIn: z.enum(['table', 'memory']),
}

/** A key as administrators see it: neither the key nor its hash. */
export const keySchema = component('Key', z.strictObject(view))

export const createdKeySchema = component(
  'CreatedKey',
  z.strictObject({ key: z.string().describe('Shown this once.'), ...view }),
)

export const keysSchema = component(
  'Keys',
  z.strictObject({ object: z.literal('list'), data: z.array(keySchema), nextCursor: z.string().nullable() }),
)

export const revokedKeySchema = component(
  'RevokedKey',
  z.strictObject({
    apiKeyId: z.string(),
    state: z.literal('revoked'),
    keptIn: z.enum(['table', 'memory']),
    seenWithinSeconds: z.number().describe('Until every instance refuses it.'),
  }),
)
