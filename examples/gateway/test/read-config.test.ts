import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configJsonSchema } from '../src/config/json-schema.ts'
import { type ReadConfig, readConfig } from '../src/config/read-config.ts'
import type { Environment } from '../src/environment.ts'
import { Secret } from '../src/secret.ts'

const home = join(import.meta.dirname, '..')

function read(text: string, environment: Environment = {}): ReadConfig {
  return readConfig({ text, file: 'c', environment, defaultIds: ['bedrock', 'openai'] })
}

/** The faults of a value, without their places. */
function faultsOf(value: unknown, environment: Environment = {}): string[] {
  return read(JSON.stringify(value), environment).faults.map(line => line.replace(/^c:\d+:\d+: /, ''))
}

describe('reading a configuration', () => {
  it('takes comments, trailing commas and a byte order mark', () => {
    const { config, faults } = read('\uFEFF{\n  // mine\n  "routes": { "a": ["openai/x"], /* b */ },\n}')
    expect(faults).toEqual([])
    expect(config).toEqual({ routes: { a: ['openai/x'] } })
  })

  it.each([
    ['', ['c:1:1: This is not JSON: value expected.']],
    ['{ "a": }', ['c:1:8: This is not JSON: value expected.']],
    ['{\n "routes": {}\n "keys": []\n}', ['c:3:2: This is not JSON: comma expected.']],
    ['{ "routes": { "fast": ["openai/gpt-4o-mini" }', ['c:1:45: This is not JSON: comma expected.']],
    ['[]', ['c:1:1: the configuration: must be an object, got an array.']],
  ])('says where %j is wrong', (text, faults) => {
    expect(read(text).faults).toEqual(faults)
  })

  it.each([
    [
      { providers: { 'a/b': { type: 'bedrock' } } },
      "providers[\"a/b\"]: may hold only letters, digits, '.', '_' and '-'.",
    ],
    [
      { providers: { a: { type: 'bedrock', endpoint: 'ftp://x' } } },
      'providers.a.endpoint: must be an http or https URL.',
    ],
    ...['token@', ':password@', 'user:password@'].map((user): [object, string] => [
      { providers: { a: { type: 'bedrock', endpoint: `https://${user}x` } } },
      'providers.a.endpoint: must hold no user and no password.',
    ]),
    [{ providers: { a: { type: 'openai' } } }, 'providers.a.apiKey: is missing, and OPENAI_API_KEY is not set.'],
    [{ providers: { a: { type: 'openai-compatible' } } }, 'providers.a.baseURL: must be an http or https URL.'],
    [{ providers: { a: {} } }, "providers.a.type: must be 'bedrock', 'openai' or 'openai-compatible'."],
    [{ routes: { a: [] } }, 'routes.a: must not be empty.'],
    [{ routes: { a: { targets: [] } } }, 'routes.a.targets: must not be empty.'],
    [
      { routes: { a: { targets: ['openai/x'], defaultMaxTokens: 0 } } },
      'routes.a.defaultMaxTokens: must be at least 1, got 0.',
    ],
    [
      { limits: { tiers: { free: { requestsPerMinute: -1 } } } },
      'limits.tiers.free.requestsPerMinute: must be at least 0, got -1.',
    ],
    [{ limits: { onStoreError: 'pass' } }, `limits.onStoreError: must be 'local' or 'open' or 'closed', got "pass".`],
    [{ routes: { a: 'openai/x' } }, 'routes.a: must be an array or an object, got a string.'],
    [{ routes: { a: ['gpt-4'] } }, "routes.a[0]: must be '<provider id>/<model id>'."],
    [{ routes: { a: ['azure/x'] } }, "routes.a[0]: 'azure' is not a provider here; known are bedrock, openai."],
    [
      { routes: { a: { targets: [{ target: 'azure/x', weight: 2 }] } } },
      "routes.a.targets[0].target: 'azure' is not a provider here; known are bedrock, openai.",
    ],
    [
      { routes: { a: { targets: ['openai/x'], when: [{ if: { tier: ['free', 'fre'] }, use: ['openai/y'] }] } } },
      "routes.a.when[0].if.tier[1]: 'fre' is no tier here; known are free, basic, premium, enterprise; `limits.tiers` adds others.",
    ],
    [
      { routes: { a: { targets: ['openai/x'], when: [{ if: { tier: 'free' }, use: 'b' }] } } },
      "routes.a.when[0].use: 'b' is not a route here; known are a.",
    ],
    [
      { routes: { a: { targets: ['openai/x'], when: [{ if: { tier: 'free' }, use: ['azure/x'] }] } } },
      "routes.a.when[0].use[0]: 'azure' is not a provider here; known are bedrock, openai.",
    ],
    [{ cache: { ttlMs: 0 } }, 'cache.ttlMs: must be at least 1, got 0.'],
    [{ keys: [{ keyHash: 'abc' }] }, "keys[0].keyHash: must be the key's SHA-256 in 64 hexadecimal digits."],
    [
      { keys: [{ key: { secret: 'vault:/x' } }] },
      "keys[0].key.secret: must be 'env:NAME', 'ssm:/path', 'secretsmanager:<name or ARN>' or 'secretsmanager:<name or ARN>#<member of its JSON>'.",
    ],
    [
      { keys: [{ key: 'k', permissions: ['all'] }] },
      `keys[0].permissions[0]: must be 'completions' or 'health' or 'admin', got "all".`,
    ],
    [{ keys: [{ key: 'k', budget: { usdPerDay: -1 } }] }, 'keys[0].budget.usdPerDay: must be at least 0, got -1.'],
    [{ prices: { 'local/llama': {} } }, 'prices["local/llama"].input: is missing; it must be a number.'],
    [{ prices: { m: { input: -1 } } }, 'prices.m.input: must be at least 0, got -1.'],
    [{ timeouts: { connectMs: 0 } }, 'timeouts.connectMs: must be at least 1, got 0.'],
    [{ coolDown: { maxMs: -1 } }, 'coolDown.maxMs: must be at least 1, got -1.'],
    [{ bulkhead: {} }, 'bulkhead.maxConcurrentCalls: is missing; it must be a number.'],
    [{ timeouts: { totalMs: 0 } }, 'timeouts.totalMs: must be at least 1, got 0.'],
    [
      { timeouts: { total: 1 } },
      'timeouts.total: is not a member here; did you mean totalMs? Known are connectMs, answerMs, firstFrameMs, idleMs, totalMs.',
    ],
    [{ retry: { budgetPercent: 101 } }, 'retry.budgetPercent: must be at most 100, got 101.'],
    [{ circuitBreaker: { failureThreshold: 0 } }, 'circuitBreaker.failureThreshold: must be at least 1, got 0.'],
    [{ streams: { keepAliveMs: 0 } }, 'streams.keepAliveMs: must be at least 1, got 0.'],
    [
      { streams: { pingMs: 1 } },
      'streams.pingMs: is not a member here; known are commitAfterMs, keepAliveMs, writeStallMs.',
    ],
    [{ maxBodyBytes: 1.5 }, 'maxBodyBytes: must be a whole number, got 1.5.'],
    [{ exposeModels: 'none' }, `exposeModels: must be 'routes' or 'all', got "none".`],
    [
      { requestLog: 'syslog' },
      "requestLog: must be 'none', 'memory', 'stdout', 'file:<path>', 'dynamodb' or 'dynamodb:<table>', got 'syslog'.",
    ],
  ])('refuses %j', (value, fault) => {
    expect(faultsOf(value)).toEqual([fault])
  })

  it('names every unknown member and what is known beside it', () => {
    const known =
      'environment, region, server, upstream, features, apiKey, apiKeyTable, apiKeySecret, openaiApiKey, providers, routes, keys, limits, cache, idempotency, budgets, prices, callerCredentials, trustProxy, cors, store, timeouts, retry, circuitBreaker, coolDown, bulkhead, maxAttempts, streams, defaultModel, defaultEmbeddingModel, exposeModels, batches, maxBodyBytes, requestLog, requestLogTable, telemetry, requestLogRetentionDays, logContent, context'
    expect(faultsOf({ provider: {} })).toEqual([
      `provider: is not a member here; did you mean providers? Known are ${known}.`,
    ])
  })

  it('finds members that stand twice', () => {
    expect(read('{ "routes": { "a": ["openai/x"], "a": ["openai/y"] } }').faults).toEqual([
      'c:1:15: routes.a: stands twice in this object; keep one.',
    ])
  })

  it('finds names that would be left out without a word, and variables that are none', () => {
    expect(read('{ "routes": { "__proto__": ["openai/x"], "a": ["openai/y"] } }').faults).toEqual([
      'c:1:15: routes.__proto__: is a name that nothing can have; choose another.',
    ])
    expect(faultsOf({ keys: [{ key: { secret: 'env:constructor' } }] })).toEqual([
      'keys[0].key: the environment variable constructor is not set.',
    ])
  })

  it('quotes no secret, whatever is wrong with it', () => {
    const secret = 'sk-do-not-print'
    const faults = faultsOf({
      providers: { a: { type: 'openai', apiKey: { secret } }, b: { type: 'openai', apiKey: [secret] } },
      keys: [{ key: secret, keyHash: secret }, { key: { secret } }],
    })
    expect(faults.length).toBeGreaterThan(3)
    expect(faults.join()).not.toContain(secret)
  })

  it('warns of secrets in plain text and takes them', () => {
    const { config, warnings } = read('{ "keys": [{ "key": "k" }] }')
    const key = config?.keys?.[0]?.key
    expect(key instanceof Secret && key.reveal()).toBe('k')
    expect(warnings).toEqual([
      'c:1:14: keys[0].key: holds a secret in plain text; { "secret": "env:NAME" } keeps it out of the file.',
    ])
  })
})

it('a large file is read in the time that it takes to read it once: its values and faults are found without counting lines anew', () => {
  const tenants = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`tenant-${n}`, { usdPerDay: 5 }]))
  const keys = Array.from({ length: 10_000 }, (_, n) => ({ key: `key-${n}` }))
  const text = JSON.stringify({ budgets: { tenants }, keys }, undefined, 2)
  const begun = process.cpuUsage()
  const { layer, warnings } = read(text)
  for (const name of Object.keys(tenants)) layer?.sourceOf(['budgets', 'tenants', name, 'usdPerDay'])
  const { user } = process.cpuUsage(begun)
  expect(layer?.sourceOf(['budgets', 'tenants', 'tenant-9999', 'usdPerDay'])).toEqual({
    kind: 'file',
    place: 'c:30002:9',
  })
  expect(warnings.at(-1)).toMatch(/^c:60005:7: keys\[9999\]\.key: /)
  expect(user / 1e6).toBeLessThan(6)
})

describe('what ships beside the app', () => {
  it('is a JSON Schema that says what the code reads (`pnpm run schema` writes it)', () => {
    const shipped: unknown = JSON.parse(readFileSync(join(home, 'modelgate.schema.json'), 'utf8'))
    expect(shipped).toEqual(configJsonSchema())
  })

  it('is an example configuration without a fault', () => {
    const text = readFileSync(join(home, 'modelgate.config.example.jsonc'), 'utf8')
    const { faults, warnings } = read(text, {
      OPENAI_API_KEY: 'x',
      TEAM_SEARCH_KEY: 'y',
      CATALOGUE_TOKEN: 'z',
      CONTEXT_SECRET: 'a secret of the tests',
      LIMITS_URL: 'redis://127.0.0.1',
    })
    expect({ faults, warnings }).toEqual({ faults: [], warnings: [] })
  })
})
