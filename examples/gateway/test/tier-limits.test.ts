import { describe, expect, it } from 'vitest'
import type { Config } from '../src/config/config-schema.ts'
import { gatewayLimits, readTierLimits } from '../src/tier-limits.ts'

describe('tiers in the environment', () => {
  it('are read by tier and member', () => {
    const environment = {
      RATE_LIMIT_FREE_TIER_RPM: '10',
      RATE_LIMIT_FREE_TIER_RPH: '0',
      RATE_LIMIT_BASIC_TIER_TPM: '40000',
      RATE_LIMIT_ENTERPRISE_TIER_RPM: '',
      RATE_LIMIT_GOLD_TIER_RPM: '7',
    }
    expect(readTierLimits(environment)).toEqual({
      tiers: { free: { requestsPerMinute: 10, requestsPerHour: 0 }, basic: { tokensPerMinute: 40_000 } },
      faults: [],
    })
  })

  it.each(['-1', '1.5', '1e3', 'many', '9'.repeat(13)])('are refused as %j', text => {
    expect(readTierLimits({ RATE_LIMIT_PREMIUM_TIER_TPM: text })).toEqual({
      tiers: {},
      faults: [`RATE_LIMIT_PREMIUM_TIER_TPM: must be a whole number, got '${text}'.`],
    })
  })

  it('stand over the file’s and the default ones, member by member', () => {
    const config: Config = {
      limits: { onStoreError: 'closed', tiers: { free: { requestsPerMinute: 5, tokensPerMinute: 9 }, gold: {} } },
    }
    const tiers = { free: { requestsPerMinute: 6 }, basic: { tokensPerMinute: 7 } }
    expect(gatewayLimits(config, tiers)).toEqual({
      onStoreError: 'closed',
      tiers: {
        free: { requestsPerMinute: 6, tokensPerMinute: 9 },
        basic: { requestsPerMinute: 100, tokensPerMinute: 7 },
        gold: {},
      },
    })
    expect(gatewayLimits({}, {})).toEqual({ tiers: {} })
  })
})
