import { expect, it } from 'vitest'
import { planStart } from '../src/plan.ts'

it('settings that get less than they ask for are told, and those that get it are not', () => {
  const warningsOf = (variables: Readonly<Record<string, string>>) => planStart(variables).warnings
  expect(warningsOf({ SHUTDOWN_DELAY_MS: '25001' })).toEqual([
    expect.stringMatching(/^SHUTDOWN_DELAY_MS: 25001 ms are cut to 25000, .* SHUTDOWN_GRACE_MS \(30000\)/),
  ])
  expect(warningsOf({ METRICS_HOST: '0.0.0.0' })).toEqual([
    'METRICS_HOST: is of no use without METRICS_PORT; set that, too.',
  ])
  expect(warningsOf({ SHUTDOWN_DELAY_MS: '25000', METRICS_HOST: '0.0.0.0', METRICS_PORT: '0' })).toEqual([])
  expect(warningsOf({ SHUTDOWN_GRACE_MS: '0' })).toEqual([])
})

it('a variable that sets nothing is told where one much like it would; one of the operator’s own is not', () => {
  const { warnings } = planStart({
    MODELGATE_CONFG: './c.json',
    MODELGATE_TEAM_KEY: 'k',
    RATE_LIMIT_FREE_TIER_RMP: '5',
    RATE_LIMIT_BASIC_RPM: '50',
    RATE_LIMIT_BASIC: '50',
  })
  expect(warnings).toEqual([
    'MODELGATE_CONFG: is no variable of this app, and sets nothing; did you mean MODELGATE_CONFIG?',
    'RATE_LIMIT_FREE_TIER_RMP: is no variable of this app, and sets nothing; did you mean RATE_LIMIT_FREE_TIER_RPM?',
    'RATE_LIMIT_BASIC_RPM: is no variable of this app, and sets nothing; did you mean RATE_LIMIT_BASIC_TIER_RPM?',
  ])
})

it('a live start that found credentials for nothing but what is switched off is refused in the words of its variables', () => {
  const variables = { UPSTREAM: 'live', MODELGATE_API_KEY: 'k', OPENAI_API_KEY: 'sk-live' }
  expect(() => planStart({ ...variables, OPENAI_PROVIDER_ENABLED: 'false' })).toThrow(
    'OPENAI_PROVIDER_ENABLED: no provider is left; leave it on, or set credentials of another, such as AWS_PROFILE.',
  )
})
