import type { Principal } from '../principal.ts'
import { defaultTiers, type RateLimit } from '../rate-limit.ts'
import type { LimitWindow } from './limit-store.ts'
import { isSaid, subjectName, userName } from './subject-name.ts'

/** What holds for one caller. */
export interface LimitPlan extends PlannedLimits {
  /** Who is limited, as the store knows it. */
  readonly subject: string
}

interface PlannedLimits {
  readonly windows: readonly LimitWindow[]
  /** Whether one of them counts tokens. */
  readonly countsTokens: boolean
  readonly maxConcurrentCalls: number | undefined
}

/** The limits of a caller; `undefined` where nothing limits it. */
export type PlanLimits = (principal: Principal) => LimitPlan | undefined

/**
 * Finds a caller's limits: those of its tier, in whose place those of its own stand, member by member. `undefined` for a caller
 * that nothing limits. A tier's are worked out once, here. `onUnknownTier` hears of a tier that has none, which is as a rule misspelt.
 */
export function planLimits(
  tiers: Readonly<Record<string, RateLimit>> = {},
  onUnknownTier?: (tier: string) => void,
): PlanLimits {
  const limits = new Map(Object.entries({ ...defaultTiers, ...tiers }))
  const planned = new Map([...limits].map(([name, limit]) => [name, limitsOf(limit)]))
  /** By a caller's own limits and its tier: a key's record brings the same ones with every call. */
  const plannedOwn = new WeakMap<RateLimit, Map<string | undefined, PlannedLimits | undefined>>()

  function ownLimits(own: RateLimit, tier: string | undefined): PlannedLimits | undefined {
    const before = plannedOwn.get(own) ?? new Map<string | undefined, PlannedLimits | undefined>()
    if (before.has(tier)) return before.get(tier)
    const found = limitsOf(own, tier ? limits.get(tier) : {})
    plannedOwn.set(own, before.set(tier, found))
    return found
  }

  return principal => {
    const { tier, rateLimit } = principal
    if (!tier && !rateLimit) return undefined
    if (tier && !planned.has(tier)) onUnknownTier?.(tier)
    const found = rateLimit ? ownLimits(rateLimit, tier) : planned.get(tier!)
    if (!found) return undefined
    const { windows, countsTokens, maxConcurrentCalls } = found
    return { subject: subjectOf(principal), windows, countsTokens, maxConcurrentCalls }
  }
}

function limitsOf(own: RateLimit, tier: RateLimit = {}): PlannedLimits | undefined {
  const quota = (name: keyof RateLimit): number | undefined => quotaOf(own[name] ?? tier[name])
  const perMinute = quota('requestsPerMinute')
  const perHour = quota('requestsPerHour')
  const tokens = quota('tokensPerMinute')
  const maxConcurrentCalls = quota('maxConcurrentCalls')
  const windows: LimitWindow[] = []
  if (perMinute !== undefined) windows.push({ meter: 'requests', windowMs: 60_000, quota: perMinute })
  if (perHour !== undefined) windows.push({ meter: 'requests', windowMs: 3_600_000, quota: perHour })
  if (tokens !== undefined) windows.push({ meter: 'tokens', windowMs: 60_000, quota: tokens })
  if (windows.length === 0 && maxConcurrentCalls === undefined) return undefined
  return { windows, countsTokens: tokens !== undefined, maxConcurrentCalls }
}

/** A host's login may say anything: what is no number lets nobody in, and infinity is no limit. */
export function quotaOf(value: number | null | undefined): number | undefined {
  if (value === undefined || value === null || value === Number.POSITIVE_INFINITY) return undefined
  return value >= 1 ? Math.floor(value) : 0
}

/** The key, else the user of its tenant, else the tenant. */
function subjectOf({ keyId, userId, tenant }: Principal): string {
  if (isSaid(keyId)) return subjectName(`key:${keyId}`)
  return subjectName(isSaid(userId) ? `user:${userName(tenant, userId)}` : `tenant:${tenant}`)
}
