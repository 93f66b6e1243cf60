import * as z from 'zod'
import { isIsoMoment } from '../iso-moment.ts'
import { Secret } from '../secret.ts'
import { budgetSchema } from './budget-schema.ts'
import { rateLimitSchema } from './limits-schema.ts'
import { members } from './members.ts'
import { secret } from './secret-schema.ts'

const text = z.string().min(1)

const moment = text.refine(
  isIsoMoment,
  'must be a date as ISO 8601 writes it, a time with its zone: 2027-01-31T00:00:00Z.',
)

/** An API key that opens the door. */
export const keySchema = members({
  key: secret.optional(),
  keyHash: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, "must be the key's SHA-256 in 64 hexadecimal digits.")
    .transform(text => new Secret(text))
    .optional()
    .describe('The key\'s SHA-256, in its stead: `printf %s "$KEY" | sha256sum`.'),
  apiKeyId: text.optional().describe('Default: key-<place in the list>.'),
  userId: text.optional().describe('Default: the apiKeyId.'),
  tenant: text.optional().describe('Who pays. Default: the user.'),
  tier: text.optional().describe('free, basic, premium, enterprise, or one of your own.'),
  permissions: z
    .array(z.enum(['completions', 'health', 'admin']))
    .optional()
    .describe('Default: completions.'),
  allowedRoutes: z.array(text).optional().describe('Routes or targets it may name. Default: all that are exposed.'),
  active: z.boolean().optional().meta({ default: true }),
  createdAt: moment.optional().describe('ISO 8601; for your own records.'),
  expiresAt: moment.optional().describe('ISO 8601, as 2027-01-31T00:00:00Z; from then on the key is refused.'),
  rateLimit: rateLimitSchema.optional().describe("Limits of its own; each stands in place of its tier's."),
  budget: budgetSchema.optional().describe('What calls with it may cost, in place of `budgets.eachKey`.'),
  maxTokens: z.int().min(1).optional().describe('Most tokens that a call with it may ask to be answered with.'),
}).meta({ oneOf: [{ required: ['key'] }, { required: ['keyHash'] }] })
