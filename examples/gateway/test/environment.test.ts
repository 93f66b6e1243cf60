import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type Environment, readSettings } from '../src/environment.ts'
import { Secret } from '../src/secret.ts'
import { findCredentials } from '../src/upstream/found-credentials.ts'

describe('reading the environment', () => {
  it('has a default for everything, and takes an empty variable as none', () => {
    const empty = {
      HOST: '',
      PORT: '',
      UPSTREAM: '',
      MODELGATE_CONFIG: '',
      MODELGATE_API_KEY: '',
      REQUEST_LOG: '',
      API_KEY_TABLE_NAME: '',
      API_KEY_SECRET_ARN: '',
      CALLER_CREDENTIALS: '',
      TRUST_PROXY: '',
      REQUEST_LOG_TABLE_NAME: '',
      REDIS_URL: '',
      ENABLE_PROMPT_CACHING: '',
      ENABLE_CROSS_REGION_INFERENCE: '',
      ENABLE_APPLICATION_INFERENCE_PROFILES: '',
    }
    for (const environment of [{}, empty]) {
      expect(readSettings(environment)).toEqual({
        faults: [],
        settings: {
          host: '127.0.0.1',
          port: 3000,
          shutdownGraceMs: 30_000,
          upstream: undefined,
          configFile: undefined,
          apiKey: undefined,
          apiKeyTable: undefined,
          apiKeySecret: undefined,
          trustProxy: undefined,
          requestLog: undefined,
          requestLogTable: undefined,
          redisUrl: undefined,
          defaultModel: undefined,
          promptCaching: undefined,
          crossRegionInference: undefined,
          applicationInferenceProfiles: undefined,
          tierLimits: {},
        },
      })
    }
  })

  it.each<[Environment, RegExp]>([
    [{ PORT: '-1' }, /^PORT: must be a whole number from 0 to 65535, got '-1'\.$/],
    [{ PORT: '3e3' }, /^PORT/],
    [{ PORT: '65536' }, /^PORT/],
    [{ SHUTDOWN_GRACE_MS: '2147483648' }, /^SHUTDOWN_GRACE_MS/],
    [{ TRUST_PROXY: 'true' }, /^TRUST_PROXY: must be a whole number from 0 to 32, got 'true'\.$/],
    [{ CALLER_CREDENTIALS: 'true' }, /^CALLER_CREDENTIALS: must be 'with-key' or 'alone', got 'true'\.$/],
    [{ UPSTREAM: 'LIVE' }, /^UPSTREAM: must be 'live' or 'simulator', got 'LIVE'\.$/],
    [
      { REQUEST_LOG: 'file:' },
      /^REQUEST_LOG: must be 'stdout', 'file:<path>', 'dynamodb' or 'dynamodb:<table>', got 'file:'\.$/,
    ],
    [{ REQUEST_LOG: 'dynamodb:a b' }, /^REQUEST_LOG: must be/],
    [{ REQUEST_LOG: 'stdout:x' }, /^REQUEST_LOG: must be/],
    [
      { REQUEST_LOG_TABLE_NAME: 'a b' },
      /^REQUEST_LOG_TABLE_NAME: must be the name or the ARN of a DynamoDB table, got 'a b'\.$/,
    ],
    [{ API_KEY_TABLE_NAME: 'a b' }, /^API_KEY_TABLE_NAME: must be the name or the ARN/],
    [{ LIMITS_TABLE_NAME: 'redis://' }, /^LIMITS_TABLE_NAME: must be the name or the ARN/],
    [
      { CIRCUIT_BREAKER_FAILURE_THRESHOLD: '0' },
      /^CIRCUIT_BREAKER_FAILURE_THRESHOLD: must be a whole number from 1 to 999999, got '0'\.$/,
    ],
    [{ ENABLE_PROMPT_CACHING: 'yes' }, /^ENABLE_PROMPT_CACHING: must be 'true' or 'false', got 'yes'\.$/],
    [{ ENABLE_CROSS_REGION_INFERENCE: '1' }, /^ENABLE_CROSS_REGION_INFERENCE: must be 'true' or 'false', got '1'\.$/],
    [{ ENABLE_APPLICATION_INFERENCE_PROFILES: 'on' }, /^ENABLE_APPLICATION_INFERENCE_PROFILES: must be 'true'/],
    [{ MODELGATE_API_KEY: 'two words' }, /^MODELGATE_API_KEY: may hold only visible ASCII characters\.$/],
  ])('refuses %j', (environment, fault) => {
    expect(readSettings(environment).faults).toEqual([expect.stringMatching(fault)])
  })

  it('reads CIRCUIT_BREAKER_FAILURE_THRESHOLD', () => {
    expect(readSettings({ CIRCUIT_BREAKER_FAILURE_THRESHOLD: '3' })).toMatchObject({
      faults: [],
      settings: { failureThreshold: 3 },
    })
    expect(readSettings({}).settings.failureThreshold).toBeUndefined()
  })

  it.each([
    ['true', true],
    ['false', false],
  ])('reads ENABLE_PROMPT_CACHING=%s', (text, promptCaching) => {
    expect(readSettings({ ENABLE_PROMPT_CACHING: text })).toMatchObject({ faults: [], settings: { promptCaching } })
  })

  it('reads ENABLE_CROSS_REGION_INFERENCE and ENABLE_APPLICATION_INFERENCE_PROFILES', () => {
    const environment = { ENABLE_CROSS_REGION_INFERENCE: 'true', ENABLE_APPLICATION_INFERENCE_PROFILES: 'false' }
    const settings = { crossRegionInference: true, applicationInferenceProfiles: false }
    expect(readSettings(environment)).toMatchObject({ faults: [], settings })
  })

  it.each([
    ['stdout', { kind: 'stdout' }],
    ['file:a:b', { kind: 'file', path: 'a:b' }],
    ['dynamodb', { kind: 'dynamodb', tableName: undefined }],
    ['dynamodb:my-table', { kind: 'dynamodb', tableName: 'my-table' }],
    [
      'dynamodb:arn:aws:dynamodb:us-east-1:123456789012:table/my.table',
      { kind: 'dynamodb', tableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/my.table' },
    ],
  ])('reads REQUEST_LOG=%s', (text, requestLog) => {
    expect(readSettings({ REQUEST_LOG: text })).toMatchObject({ faults: [], settings: { requestLog } })
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
