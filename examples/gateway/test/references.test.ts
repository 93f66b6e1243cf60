import { describe, expect, it } from 'vitest'
import { openTestParameterStore } from '../../../packages/aws/test/support/parameter-store.ts'
import { openTestSecretsManager } from '../../../packages/aws/test/support/secrets-manager.ts'
import { ConfigurationError } from '../src/configuration-error.ts'
import type { Environment } from '../src/environment.ts'
import { loadPlan } from '../src/load-plan.ts'
import { Secret } from '../src/secret.ts'
import { temporaryFile } from './run-gateway.ts'

const canary = 'sk-canary-do-not-print'
const aws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }

/** Clients of the SDK read credentials from the process's environment. */
async function withAws<T>(work: () => Promise<T>): Promise<T> {
  const before = { ...process.env }
  Object.assign(process.env, aws)
  try {
    return await work()
  } finally {
    process.env = before
  }
}

const faultsOf = (environment: Environment): Promise<readonly string[]> =>
  withAws(() => loadPlan(environment)).then(
    () => [],
    (error: unknown) => (error instanceof ConfigurationError ? error.faults : Promise.reject(error)),
  )

function config(apiKey: object, more: object = {}): string {
  const providers = { openai: { type: 'openai', apiKey } }
  return temporaryFile('c.json', JSON.stringify({ providers, keys: [{ key: { secret: 'env:TEAM_KEY' } }], ...more }))
}

describe('references to secrets', () => {
  it('are read at the start, from the environment, the Parameter Store and Secrets Manager', async () => {
    await using store = await openTestParameterStore({ '/g/key': `${canary}-1` })
    await using secrets = await openTestSecretsManager({ AWSCURRENT: `{"api_key":"${canary}-2"}` })
    // GetSecretValue without a stage means the current one.
    secrets.versions = { ...secrets.versions, undefined: secrets.versions.AWSCURRENT ?? '' }
    const file = config({ secret: 'ssm:/g/key' }, { openaiApiKey: { secret: 'secretsmanager:keys/openai#api_key' } })
    const plan = await withAws(() =>
      loadPlan({
        MODELGATE_CONFIG: file,
        TEAM_KEY: `${canary}-3`,
        AWS_ENDPOINT_URL_SSM: store.endpoint,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      }),
    )
    const { providers, keys, openaiApiKey } = plan.config
    const found = [providers?.openai?.apiKey, openaiApiKey, keys?.[0]?.key]
    expect(found.map(each => each instanceof Secret && each.reveal())).toEqual([1, 2, 3].map(n => `${canary}-${n}`))
    expect(JSON.stringify(plan)).not.toContain(canary)
    expect(secrets.requests).toHaveLength(1)
  })

  it('that lead nowhere are told by name, one line each and never with what was read', async () => {
    await using store = await openTestParameterStore({})
    await using secrets = await openTestSecretsManager({})
    secrets.versions = { undefined: `{"api_key":"${canary}"}` }
    const environment = {
      TEAM_KEY: 'team-key-1',
      MODELGATE_API_KEY: 'ssm:/g/none',
      AWS_ENDPOINT_URL_SSM: store.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    }
    const of = (secret: string) => faultsOf({ ...environment, MODELGATE_CONFIG: config({ secret }) })
    const missing =
      "MODELGATE_API_KEY: the reference 'ssm:/g/none' leads nowhere: there is no such parameter; look at its name and at AWS_REGION."
    expect(await of('secretsmanager:keys#apikey')).toEqual([
      missing,
      expect.stringMatching(
        /c\.json:1:\d+: providers\.openai\.apiKey: the reference 'secretsmanager:keys#apikey' leads nowhere: the secret has no text under 'apikey'\.$/,
      ),
    ])
    secrets.versions = { undefined: canary }
    expect(await of('secretsmanager:keys#api_key')).toEqual([
      missing,
      expect.stringMatching(
        /c\.json:1:\d+: providers\.openai\.apiKey: .* the secret is no JSON; leave out the part from # on/,
      ),
    ])
    secrets.fault = 'AccessDeniedException'
    expect(await of('secretsmanager:keys')).toEqual([
      missing,
      expect.stringMatching(
        /: providers\.openai\.apiKey: the reference 'secretsmanager:keys' leads nowhere: AccessDeniedException: No\. It needs secretsmanager:GetSecretValue, and the region is AWS_REGION's\.$/,
      ),
    ])
  })

  it('stand in variables, too, and a path of parameters stands over the environment', async () => {
    await using store = await openTestParameterStore({
      '/g/key': canary,
      '/prod/RATE_LIMIT_FREE_TIER_RPM': '3',
      '/prod/MODELGATE_API_KEY': 'ssm:/g/key',
      '/prod/deeper/PORT': '1',
    })
    const environment = {
      MODELGATE_SSM_PATH: '/prod/',
      RATE_LIMIT_FREE_TIER_RPM: '9',
      AWS_ENDPOINT_URL_SSM: store.endpoint,
    }
    const { config, sources } = await withAws(() => loadPlan(environment))
    expect(config.limits?.tiers?.free?.requestsPerMinute).toBe(3)
    expect(config.apiKey instanceof Secret && config.apiKey.reveal()).toBe(canary)
    expect(sources.get('limits.tiers.free.requestsPerMinute')).toEqual({
      kind: 'parameter',
      name: 'RATE_LIMIT_FREE_TIER_RPM',
    })
    store.parameters = { '/prod/RATE_LIMIT_FREE_TEIR_RPM': '3', '/prod/PORT': canary }
    expect(await faultsOf({ ...environment, MODELGATE_SSM_PATH: '/prod' })).toEqual([
      'MODELGATE_SSM_PATH: the parameter /prod/RATE_LIMIT_FREE_TEIR_RPM sets nothing; did you mean RATE_LIMIT_FREE_TIER_RPM?',
      'PORT: must be a whole number from 0 to 65535.',
    ])
    store.fault = 'AccessDeniedException'
    expect(await faultsOf(environment)).toEqual([
      "MODELGATE_SSM_PATH: '/prod/' cannot be read: AccessDeniedException: No. It needs ssm:GetParametersByPath.",
    ])
    expect(await faultsOf({ MODELGATE_SSM_PATH: 'prod' })).toEqual([
      expect.stringMatching(/^MODELGATE_SSM_PATH: must be a path/),
    ])
  })
})
