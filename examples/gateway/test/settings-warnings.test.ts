import { expect, it } from 'vitest'
import { planStart } from '../src/plan.ts'
import { temporaryFile } from './run-gateway.ts'

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

it('what a configuration says and nothing makes use of is told', () => {
  const file = {
    providers: { openai: { type: 'openai', apiKey: { secret: 'env:UPSTREAM_KEY' } } },
    routes: {
      even: { targets: [{ target: 'openai/gpt-4o', weight: 9 }, 'openai/gpt-4o-mini'] },
      stays: { targets: ['openai/gpt-4o'], strategy: 'weighted', stickyBy: 'user' },
      right: { targets: [{ target: 'openai/gpt-4o', weight: 2 }], strategy: 'sticky', stickyBy: 'user' },
    },
    telemetry: { logLevel: 'debug', maxBudgets: 5 },
    requestLog: 'dynamodb:calls',
    requestLogTable: 'other',
    keys: [{ keyHash: '1'.repeat(64), tenant: 'team-search' }],
    budgets: { tenants: { 'team-serach': { usdPerDay: 5 }, 'team-search': { usdPerDay: 5 }, acme: { usdPerDay: 5 } } },
    prices: { 'opanai/gpt-4o': { input: 1 }, 'meta/llama': { input: 1 }, 'openai/gpt-4o': { input: 1 } },
  }
  const MODELGATE_CONFIG = temporaryFile('unused.json', JSON.stringify(file))
  const told = planStart({ MODELGATE_CONFIG, UPSTREAM_KEY: 'k' }).warnings
  expect(told.map(line => line.replace(/^.*unused\.json:1:\d+: /, 'file: '))).toEqual([
    'file: telemetry.logLevel: is of no use without LOG_FORMAT=json (`telemetry.logFormat`); set that, too.',
    'file: telemetry.maxBudgets: is of no use without METRICS=emf (`telemetry.metrics`); set that, too.',
    'file: requestLogTable: is of no use without REQUEST_LOG=dynamodb (`requestLog`), by itself; set that, too.',
    "file: routes.even.targets: weights are of no use while `strategy` is 'ordered'; make it 'weighted' or 'sticky'.",
    "file: routes.stays.stickyBy: is of no use while `strategy` is 'weighted'; make it 'sticky'.",
    "budgets.tenants.team-serach: 'team-serach' is no key's tenant here; did you mean 'team-search'?",
    "prices[\"opanai/gpt-4o\"]: 'opanai' is no provider here; did you mean 'openai'?",
  ])
  const variables = { LOG_LEVEL: 'debug', METRICS_MAX_BUDGETS: '5', REQUEST_LOG_TABLE_NAME: 'calls' }
  expect(planStart({ ...variables, RATE_LIMIT_GOLD_TIER_RPM: '5' }).warnings).toEqual([
    expect.stringMatching(/^RATE_LIMIT_GOLD_TIER_RPM: is no variable .* `limits.tiers` of the file\.$/),
    expect.stringMatching(/^LOG_LEVEL: is of no use without LOG_FORMAT=json/),
    expect.stringMatching(/^METRICS_MAX_BUDGETS: is of no use without METRICS=emf/),
    expect.stringMatching(/^REQUEST_LOG_TABLE_NAME: is of no use without REQUEST_LOG=dynamodb/),
  ])
  expect(planStart({ ...variables, LOG_FORMAT: 'json', METRICS: 'emf', REQUEST_LOG: 'dynamodb' }).warnings).toEqual([])
})

it('keys that let nobody in are told, where no other is among them', () => {
  const keys = [
    { keyHash: '1'.repeat(64), active: false },
    { keyHash: '2'.repeat(64), expiresAt: '2026-01-31' },
  ]
  const warningsWith = (end: string) => {
    const file = { keys: [...keys, { keyHash: '3'.repeat(64), expiresAt: end }] }
    return planStart({ MODELGATE_CONFIG: temporaryFile('expired.json', JSON.stringify(file)) }).warnings
  }
  expect(warningsWith('9999-12-31')).toEqual([])
  expect(warningsWith('2026-02-28')).toEqual([expect.stringMatching(/: keys: none of them lets anybody in: /)])
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
