import { defaultTiers } from '@modelgate/core'
import type { Settings } from '../read-settings.ts'

const suffixes = { requestsPerMinute: 'RPM', requestsPerHour: 'RPH', tokensPerMinute: 'TPM' } as const

/** A tier that is given by its variables is given whole: each of its quotas has one. */
const tierQuotas = Object.entries(defaultTiers).flatMap(([tier, quotas]) =>
  Object.entries(suffixes).flatMap(([member, suffix]): [string, string][] => {
    const quota = quotas[member as keyof typeof suffixes]
    return quota === undefined ? [] : [[`RATE_LIMIT_${tier.toUpperCase()}_TIER_${suffix}`, String(quota)]]
  }),
)

/**
 * What an operator changes while it runs: limits of the tiers, which providers are called, whether products are looked up, when a breaker opens. By the names of the app's
 * variables, as which they stand in the function's environment and as parameters, which override it at a function's next start.
 */
export function operationalValues({
  openAi,
  bedrock,
}: Pick<Settings, 'openAi' | 'bedrock'>): Readonly<Record<string, string>> {
  return {
    OPENAI_PROVIDER_ENABLED: String(openAi),
    BEDROCK_PROVIDER_ENABLED: String(bedrock),
    ...Object.fromEntries(tierQuotas),
    ENABLE_MCP_CONTEXT: 'true',
    CIRCUIT_BREAKER_FAILURE_THRESHOLD: '5',
    LOG_LEVEL: 'info',
  }
}
