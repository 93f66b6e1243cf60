import { randomBytes } from 'node:crypto'
import { type Budget, createApiKey, GatewayError, hashKey, type KeyRecord } from '@modelgate/core'
import * as z from 'zod'
import { budgetSchema } from '../../config/budget-schema.ts'
import { faultsOf, formatPath, sentence } from '../../config/config-fault.ts'
import { members } from '../../config/members.ts'
import { isIsoMoment } from '../../iso-moment.ts'
import type { ServedNames } from '../../served-names.ts'

const text = z.string().min(1).max(256)
const name = text.regex(/^[^\p{Cc}]*$/u, 'may not hold control characters.')
const quota = z.int().min(0).optional()

/** What a new key is asked for with. */
export const newKeySchema = members({
  userId: name.describe('Whom the key lets in.'),
  tenant: name.optional().describe('Who pays. Default: the user.'),
  tier: name.optional().describe('free, basic, premium, enterprise, or one of the configuration.'),
  permissions: z
    .array(z.enum(['completions', 'health', 'admin']))
    .min(1)
    .optional()
    .describe('Default: completions.'),
  allowedRoutes: z.array(name).optional().describe('Routes or targets it may name. Default: all that are exposed.'),
  expiresAt: text
    .refine(isIsoMoment, 'must be a date as ISO 8601 writes it, a time with its zone: 2027-01-31T00:00:00Z.')
    .optional()
    .describe('From then on the key is refused. Default: never.'),
  rateLimit: members({
    requestsPerMinute: quota,
    requestsPerHour: quota,
    tokensPerMinute: quota,
    maxConcurrentCalls: quota,
  }).optional(),
  budget: budgetSchema.optional().describe('What calls with it may cost.'),
  maxTokens: z.int().min(1).optional().describe('Most tokens that a call with it may ask to be answered with.'),
  apiKeyId: z
    .string()
    // Clients take out of a path what is dots alone.
    .regex(
      /^(?!\.{1,2}$)[\w.:-]{1,128}$/,
      "may hold 1 to 128 letters, digits, '_', '.', ':' and '-', and not dots alone.",
    )
    .optional()
    .describe('Default: a random one.'),
  environment: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, "may hold 1 to 32 of a–z, 0–9 and '-'.")
    .optional()
    .describe('Stands in the key, mg_<environment>_…. Default: that of the app, or live where it has none.'),
})

/** A key that nobody else has, and its record, which does not tell it. */
export interface NewKey {
  readonly key: string
  readonly record: KeyRecord
}

/** What a new key is held against. */
interface KnownHere {
  /** A key whose tier is misspelt would not be limited. */
  readonly tiers: readonly string[]
  readonly served: ServedNames
  readonly environment: string | undefined
}

/**
 * Makes the key that a request asks for.
 * @throws {GatewayError} `invalid_request`, naming the first faulty member and telling of all.
 */
export function makeNewKey(
  body: unknown,
  { tiers, served, environment: own = 'live' }: KnownHere,
  now: number,
): NewKey {
  const asked = read(newKeySchema, body)
  const { environment = own, apiKeyId = `key-${randomBytes(6).toString('hex')}`, ...record } = asked
  if (asked.tier !== undefined && !tiers.includes(asked.tier)) {
    const message = `tier: '${asked.tier}' is no tier here; known are ${tiers.join(', ')}.`
    throw new GatewayError('invalid_request', message, { param: 'tier' })
  }
  if (asked.expiresAt !== undefined && Date.parse(asked.expiresAt) <= now) {
    throw new GatewayError('invalid_request', `expiresAt: '${asked.expiresAt}' has passed already.`, {
      param: 'expiresAt',
    })
  }
  for (const name of asked.allowedRoutes ?? []) {
    const fault = served.faultOf(name)
    if (fault === undefined) continue
    throw new GatewayError('invalid_request', `allowedRoutes: ${fault}`, { param: 'allowedRoutes' })
  }
  const key = createApiKey(environment)
  const createdAt = new Date(now).toISOString()
  return { key, record: { ...record, apiKeyId, createdAt, apiKeyHash: hashKey(key) } }
}

/** A budget that a request sets; `undefined` where it says none. @throws {GatewayError} `invalid_request` */
export function readBudget(body: unknown): Budget | undefined {
  const budget = read(budgetSchema, body)
  return Object.keys(budget).length === 0 ? undefined : budget
}

/** @throws {GatewayError} `invalid_request`, naming the first faulty member and telling of all. */
function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body, { error: sentence })
  if (parsed.success) return parsed.data
  const faults = faultsOf(parsed.error.issues)
  const message = faults.map(
    fault => `${fault.path.length > 0 ? formatPath(fault.path) : 'The body'}: ${fault.message}`,
  )
  throw new GatewayError('invalid_request', message.join(' '), { param: paramOf(faults[0]?.path) })
}

function paramOf(path: readonly (string | number)[] | undefined): string | undefined {
  return path && path.length > 0 ? formatPath(path) : undefined
}
