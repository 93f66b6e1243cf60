import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type ConfigurationLayers, type ReadConfiguration, readConfiguration } from '../src/config/configuration.ts'
import { type Environment, settingsOf } from '../src/environment.ts'
import { Secret } from '../src/secret.ts'
import { findCredentials } from '../src/upstream/found-credentials.ts'

function read(environment: Environment, layers: Partial<ConfigurationLayers> = {}): ReadConfiguration {
  const file = { value: {}, sourceOf: () => ({ kind: 'default' }) as const }
  return readConfiguration({ file, environment, ...layers })
}

describe('reading the environment', () => {
  it('takes an empty variable as none, and has a default for what the app goes by', () => {
    const empty = {
      HOST: '',
      PORT: '',
      UPSTREAM: '',
      MODELGATE_API_KEY: '',
      REDIS_URL: '',
      CALLER_CREDENTIALS: '',
      ENABLE_PROMPT_CACHING: '',
      ENABLE_CROSS_REGION_INFERENCE: '',
      ENABLE_APPLICATION_INFERENCE_PROFILES: '',
    }
    for (const environment of [{}, empty]) {
      const { configuration, faults } = read(environment)
      expect({ faults, config: configuration?.config }).toEqual({ faults: [], config: {} })
    }
    expect(settingsOf({}, undefined)).toEqual({
      host: '127.0.0.1',
      port: 3000,
      keepAliveTimeoutMs: 65_000,
      shutdownGraceMs: 30_000,
      shutdownDelayMs: 0,
      metricsPort: undefined,
      metricsHost: '127.0.0.1',
      upstream: undefined,
      configFile: undefined,
      hasApiKey: false,
      apiKeyTable: undefined,
      apiKeySecret: undefined,
      requestLogTable: 'ai-gateway-dev-request-analytics',
    })
  })

  it.each<[Environment, RegExp]>([
    [{ PORT: '-1' }, /^PORT: must be a whole number from 0 to 65535, got '-1'\.$/],
    [{ PORT: '3e3' }, /^PORT/],
    [{ PORT: '65536' }, /^PORT/],
    [{ SHUTDOWN_GRACE_MS: '2147483648' }, /^SHUTDOWN_GRACE_MS/],
    [{ TRUST_PROXY: 'true' }, /^TRUST_PROXY: must be a whole number from 0 to 32, got 'true'\.$/],
    [{ CALLER_CREDENTIALS: 'true' }, /^CALLER_CREDENTIALS: must be 'with-key' or 'alone', got 'true'\.$/],
    [{ UPSTREAM: 'LIVE' }, /^UPSTREAM: must be 'live' or 'simulator', got 'LIVE'\.$/],
    [{ ENVIRONMENT: 'Prod!' }, /^ENVIRONMENT: must be a short name in lower case/],
    [
      { REQUEST_LOG: 'file:' },
      /^REQUEST_LOG: must be 'none', 'memory', 'stdout', 'file:<path>', 'dynamodb' or 'dynamodb:<table>', got 'file:'\.$/,
    ],
    [{ REQUEST_LOG: 'dynamodb:a b' }, /^REQUEST_LOG: must be/],
    [{ REQUEST_LOG: 'stdout:x' }, /^REQUEST_LOG: must be/],
    [
      { REQUEST_LOG_TABLE_NAME: 'a b' },
      /^REQUEST_LOG_TABLE_NAME: must be the name or the ARN of a DynamoDB table, got 'a b'\.$/,
    ],
    [{ API_KEY_TABLE_NAME: 'a b' }, /^API_KEY_TABLE_NAME: must be the name or the ARN/],
    [{ LIMITS_TABLE_NAME: 'redis://' }, /^LIMITS_TABLE_NAME: must be the name or the ARN/],
    [{ REDIS_URL: 'http://:hunter2@x' }, /^REDIS_URL: must be a redis:\/\/ or rediss:\/\/ URL\.$/],
    [{ REDIS_URL: 'redis://x', LIMITS_TABLE_NAME: 'limits' }, /^LIMITS_TABLE_NAME: stands beside REDIS_URL/],
    [
      { CIRCUIT_BREAKER_FAILURE_THRESHOLD: '0' },
      /^CIRCUIT_BREAKER_FAILURE_THRESHOLD: must be a whole number from 1 to 999999, got '0'\.$/,
    ],
    [{ ENABLE_PROMPT_CACHING: 'yes' }, /^ENABLE_PROMPT_CACHING: must be 'true' or 'false', got 'yes'\.$/],
    [{ OPENAI_PROVIDER_ENABLED: '1' }, /^OPENAI_PROVIDER_ENABLED: must be 'true' or 'false', got '1'\.$/],
    [{ RATE_LIMIT_FREE_TIER_RPM: '1.5' }, /^RATE_LIMIT_FREE_TIER_RPM: must be a whole number from 0/],
    [{ ENABLE_CROSS_REGION_INFERENCE: '1' }, /^ENABLE_CROSS_REGION_INFERENCE: must be 'true' or 'false', got '1'\.$/],
    [{ ENABLE_APPLICATION_INFERENCE_PROFILES: 'on' }, /^ENABLE_APPLICATION_INFERENCE_PROFILES: must be 'true'/],
    [{ MODELGATE_API_KEY: 'two words' }, /^MODELGATE_API_KEY: may hold only visible ASCII characters\.$/],
  ])('refuses %j', (environment, fault) => {
    expect(read(environment).faults).toEqual([expect.stringMatching(fault)])
  })

  it('stands for options, beneath the Parameter Store and code and over the file', () => {
    const layers = {
      file: {
        value: { trustProxy: 1, defaultModel: 'file', maxAttempts: 2, server: { port: 1, host: 'file' } },
        sourceOf: () => ({ kind: 'file', place: 'c:1:1' }) as const,
      },
      parameters: { PORT: '3', DEFAULT_MODEL: 'parameter' },
      code: { defaultModel: 'code' },
    }
    const { configuration, faults } = read({ TRUST_PROXY: '2', PORT: '2', DEFAULT_MODEL: 'environment' }, layers)
    expect(faults).toEqual([])
    expect(configuration?.config).toEqual({
      trustProxy: 2,
      defaultModel: 'code',
      maxAttempts: 2,
      server: { port: 3, host: 'file' },
    })
    expect(Object.fromEntries(configuration?.sources ?? [])).toEqual({
      trustProxy: { kind: 'environment', name: 'TRUST_PROXY' },
      defaultModel: { kind: 'code' },
      maxAttempts: { kind: 'file', place: 'c:1:1' },
      'server.port': { kind: 'parameter', name: 'PORT' },
      'server.host': { kind: 'file', place: 'c:1:1' },
    })
  })

  it('changes a tier member by member, and the file takes the place of a default one whole', () => {
    const file = (tiers: object) => ({
      file: { value: { limits: { tiers } }, sourceOf: () => ({ kind: 'file', place: 'c' }) as const },
    })
    const environment = { RATE_LIMIT_FREE_TIER_RPM: '6', RATE_LIMIT_BASIC_TIER_TPM: '7' }
    const tiersOf = ({ configuration }: ReadConfiguration) => configuration?.config.limits?.tiers
    expect(tiersOf(read(environment, file({ free: { tokensPerMinute: 9 }, gold: {} })))).toEqual({
      free: { requestsPerMinute: 6, tokensPerMinute: 9 },
      basic: { requestsPerMinute: 100, tokensPerMinute: 7 },
      gold: {},
    })
    expect(tiersOf(read(environment))?.free).toEqual({ requestsPerMinute: 6, requestsPerHour: 100 })
    expect(tiersOf(read({}, file({ free: { tokensPerMinute: 9 } })))).toEqual({ free: { tokensPerMinute: 9 } })
  })

  it('puts one store in the place of another, and a table in the place of a table', () => {
    const file = (store: object) => ({
      file: { value: { store }, sourceOf: () => ({ kind: 'file', place: 'c' }) as const },
    })
    const storeOf = ({ configuration }: ReadConfiguration) => configuration?.config.store
    const inFile = file({ type: 'dynamodb', tableName: 'a-table', region: 'eu-west-1' })
    expect(storeOf(read({ REDIS_URL: 'redis://x' }, inFile))).toEqual({ type: 'redis', url: expect.any(Secret) })
    expect(storeOf(read({ LIMITS_TABLE_NAME: 'another' }, inFile))).toEqual({
      type: 'dynamodb',
      tableName: 'another',
      region: 'eu-west-1',
    })
  })

  it('repeats no password of an address, and nothing of a parameter', () => {
    const planted = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://u:planted@c.test', CORS_ORIGINS: 'planted' }
    const { faults } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: planted.OTEL_EXPORTER_OTLP_ENDPOINT })
    expect(faults).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT: must hold no user and no password.'])
    const ofParameters = read({}, { parameters: { ...planted, REDIS_URL: 'redis://x', LIMITS_TABLE_NAME: 'limits' } })
    expect(ofParameters.faults).toHaveLength(3)
    expect(ofParameters.faults.join()).not.toContain('planted')
  })

  it('says of code what it says of a file', () => {
    const { faults } = read({}, { code: { maxAttempts: 0, retrys: {} } as object })
    expect(faults).toEqual([
      'maxAttempts: must be at least 1, got 0.',
      expect.stringMatching(/^retrys: is not a member here; did you mean retry\? Known are /),
    ])
  })

  it('takes a reference in place of a secret', () => {
    expect(read({ MODELGATE_API_KEY: 'ssm:/gateway/key' }).configuration?.config.apiKey).toEqual({
      secret: 'ssm:/gateway/key',
    })
    const key = read({ MODELGATE_API_KEY: 'sk-plain' }).configuration?.config.apiKey
    expect(key instanceof Secret && key.reveal()).toBe('sk-plain')
  })

  it.each<[Environment, string[]]>([
    [{}, []],
    [{ AWS_REGION: 'us-east-1', AWS_CA_BUNDLE: '/x' }, []],
    [{ AWS_ACCESS_KEY_ID: 'a' }, ['bedrock']],
    [{ AWS_PROFILE: 'a' }, ['bedrock']],
    [{ AWS_BEARER_TOKEN_BEDROCK: 'a' }, ['bedrock']],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/a' }, ['bedrock']],
    [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/a', OPENAI_API_KEY: 'b' }, ['bedrock', 'openai']],
    [{ OPENAI_API_KEY: '' }, []],
  ])('finds in %j the credentials of %j', (environment, ids) => {
    expect(findCredentials(environment).map(({ id }) => id)).toEqual(ids)
  })
})

describe('a secret', () => {
  it('prints as [redacted] however it is printed, and tells its value only when asked', () => {
    const secret = new Secret('sk-hidden')
    const holder = { secret }
    const printed = [`${String(secret)}`, JSON.stringify(holder), inspect(holder, { depth: 9, showHidden: true })]
    for (const text of printed) expect(text).toContain('[redacted]')
    expect(printed.join()).not.toContain('sk-hidden')
    expect(Object.values(secret)).toEqual([])
    expect(secret.reveal()).toBe('sk-hidden')
  })
})
