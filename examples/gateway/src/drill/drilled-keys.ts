import { createApiKey, defaultTiers, type RateLimit } from '@modelgate/core'
import type { Plan } from '../plan.ts'

/** A key like one of the file's, made for the drill. */
export interface DrilledKey {
  /** How the table calls the file's key; never the key. */
  readonly label: string
  readonly limits: RateLimit
  readonly maxTokens: number | undefined
  readonly allowedRoutes: readonly string[] | undefined
}

/** Of calls that a row makes to come to a limit, in one after another. */
export const mostRequests = 50

/** What the file's keys may use, one of each kind: their own limits in place of their tier's. Those without limits are left out. */
export function drilledKeys({ config }: Pick<Plan, 'config'>): readonly DrilledKey[] {
  const tiers: Readonly<Record<string, RateLimit>> = { ...defaultTiers, ...config.limits?.tiers }
  const kinds = new Map<string, DrilledKey>()
  for (const [index, key] of (config.keys ?? []).entries()) {
    const ofTier = key.tier !== undefined && Object.hasOwn(tiers, key.tier) ? tiers[key.tier] : {}
    const limits = { ...ofTier, ...key.rateLimit }
    const label = key.apiKeyId ?? key.userId ?? `key-${index + 1}`
    const { maxTokens, allowedRoutes } = key
    const kind = JSON.stringify([limits, maxTokens, allowedRoutes])
    if (Object.keys(limits).length > 0 && !kinds.has(kind)) kinds.set(kind, { label, limits, maxTokens, allowedRoutes })
  }
  return [...kinds.values()]
}

/** The requests in a minute, or in an hour, that come to their end first. */
export function requestQuota({ requestsPerMinute, requestsPerHour }: RateLimit): number | undefined {
  const quotas = [requestsPerMinute, requestsPerHour].flatMap(quota => quota ?? [])
  return quotas.length > 0 ? Math.min(...quotas) : undefined
}

/** A key that nobody has but this drill. */
export function newDrillKey(): string {
  return createApiKey('drill')
}
