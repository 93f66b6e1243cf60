import { defaultTiers, type LimitsOptions, type RateLimit } from '@modelgate/core'
import type { Config } from './config/config-schema.ts'
import type { Environment } from './environment.ts'

/** Limits of tiers, by the tier's name. */
export type TierLimits = Readonly<Record<string, RateLimit>>

/** The last part of a variable's name, and what it limits. */
const members = { RPM: 'requestsPerMinute', RPH: 'requestsPerHour', TPM: 'tokensPerMinute' } as const
const mostDigits = 12

/** What `RATE_LIMIT_FREE_TIER_RPM` and its kin say, for each of the default tiers. Only tiers and members that are set are there. */
export function readTierLimits(environment: Environment): { readonly tiers: TierLimits; readonly faults: string[] } {
  const tiers: Record<string, RateLimit> = {}
  const faults: string[] = []
  for (const tier of Object.keys(defaultTiers)) {
    for (const [suffix, member] of Object.entries(members)) {
      const name = `RATE_LIMIT_${tier.toUpperCase()}_TIER_${suffix}`
      const text = environment[name]
      if (!text) continue
      if (!/^\d+$/.test(text) || text.length > mostDigits)
        faults.push(`${name}: must be a whole number, got '${text}'.`)
      else tiers[tier] = { ...tiers[tier], [member]: Number(text) }
    }
  }
  return { tiers, faults }
}

/** The limits of the gateway: the file's, over whose tiers the environment's variables stand, member by member. */
export function gatewayLimits({ limits }: Config, fromEnvironment: TierLimits): LimitsOptions {
  const tiers: Record<string, RateLimit> = { ...limits?.tiers }
  for (const [tier, members] of Object.entries(fromEnvironment)) {
    tiers[tier] = { ...(tiers[tier] ?? defaultTiers[tier]), ...members }
  }
  return { ...limits, tiers }
}
