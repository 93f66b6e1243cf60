import { describe, expect, it } from 'vitest'
import { runGateway, runToEnd, temporaryFile, type Variables } from './run-gateway.ts'

async function faultsOf(variables: Variables): Promise<string[]> {
  const { code, stdout, stderr } = await runToEnd(variables)
  expect(stdout).toBe('')
  expect(code).toBe(2)
  return stderr.trimEnd().split('\n')
}

describe('a start that is refused', () => {
  it('exits with 2 and one line for each fault, in the environment and in the file', async () => {
    const file = temporaryFile(
      'modelgate.config.jsonc',
      `{
  // trailing commas are fine
  "providers": {
    "openai": { "type": "openai", "apiKey": { "secret": "env:MISSING_KEY" }, "apikey": "sk-typo" },
    "aws": { "type": "amazon" },
  },
  "routes": { "fast": ["opanai/gpt-4o-mini"], "slow": { "targets": ["aws/x"], "strategy": "wheigted" } },
  "cors": { "origins": 3 },
  "timeouts": { "totalMs": "long" },
  "keys": [{ "tenant": "a" }, { "key": "same-key-1", "apiKeyId": "x" }, { "key": "same-key-1", "apiKeyId": "x" }],
  "limits": { "tiers": { "team": { "requestsPerMinute": 1 } } }, "store": { "type": "redis" },
}`,
    )
    const lines = await faultsOf({ MODELGATE_CONFIG: file, PORT: '80000', REQUEST_LOG: 'dynamodb:', UPSTREAM: 'prod' })
    const at = (place: string, rest: string): string => `${file}:${place}: ${rest}`
    expect(lines.sort()).toEqual(
      [
        "PORT: must be a whole number from 0 to 65535, got '80000'.",
        "UPSTREAM: must be 'live' or 'simulator', got 'prod'.",
        "REQUEST_LOG: must be 'none', 'memory', 'stdout', 'file:<path>', 'dynamodb' or 'dynamodb:<table>', got 'dynamodb:'.",
        at('4:35', 'providers.openai.apiKey: the environment variable MISSING_KEY is not set.'),
        at(
          '4:78',
          'providers.openai.apikey: is not a member here; did you mean apiKey? Known are type, baseURL, apiKey.',
        ),
        at('5:14', `providers.aws.type: must be 'bedrock', 'openai' or 'openai-compatible', got "amazon".`),
        at('7:24', "routes.fast[0]: 'opanai' is not a provider here; known are openai, aws."),
        at(
          '7:79',
          `routes.slow.strategy: must be 'ordered' or 'weighted' or 'least-latency' or 'least-cost' or 'sticky', got "wheigted".`,
        ),
        at('8:13', 'cors.origins: must be an array, got 3.'),
        at('9:17', 'timeouts.totalMs: must be a number, got a string.'),
        at('10:12', 'keys[0]: give one of key and keyHash.'),
        at('11:66', 'store.url: is missing; it must be a string or an object.'),
        at('10:75', 'keys[2].key: is the same as that of keys[1]; each key stands once.'),
        at('10:96', 'keys[2].apiKeyId: is the same as that of keys[1]; each key stands once.'),
      ].sort(),
    )
  })

  it('names a key’s tier that is none, since nothing would limit the key', async () => {
    const file = temporaryFile(
      'tiers.json',
      `{ "limits": { "tiers": { "team": {} } },
"keys": [{ "key": "long-key-1", "tier": "team" }, { "key": "long-key-2", "tier": "free" }, { "key": "long-key-3", "tier": "premum" }] }`,
    )
    expect(await faultsOf({ MODELGATE_CONFIG: file })).toEqual([
      `${file}:2:115: keys[2].tier: 'premum' is no tier here; known are free, basic, premium, enterprise, team; \`limits.tiers\` adds others.`,
    ])
  })

  it('names what a key is allowed that nobody is served under', async () => {
    const keys = [
      { keyHash: '1'.repeat(64), allowedRoutes: ['fast', 'fsat', 'openai/gpt-4o'] },
      { keyHash: '2'.repeat(64), allowedRoutes: ['chaet'] },
    ]
    const routes = { fast: ['openai/gpt-4o-mini'], smart: ['openai/gpt-4o'] }
    const faultsAt = (start: object) => {
      const providers = { openai: { type: 'openai', apiKey: { secret: 'env:OPENAI' } } }
      const file = temporaryFile('routes.json', JSON.stringify({ keys, routes, providers, ...start }))
      return faultsOf({ MODELGATE_CONFIG: file, OPENAI: 'sk-x' })
    }
    expect(await faultsAt({})).toEqual([
      "keys[0].allowedRoutes[1]: 'fsat' is not served here; did you mean 'fast'? Known are fast, smart.",
      "keys[0].allowedRoutes[2]: 'openai/gpt-4o' is not served here while `exposeModels` is 'routes'; known are fast, smart.",
      "keys[1].allowedRoutes[0]: 'chaet' is not served here; known are fast, smart.",
    ])
    const named = { keyHash: '3'.repeat(64), allowedRoutes: ['gpt-4o', 'openai/x', 'opnai/x'] }
    expect(await faultsAt({ exposeModels: 'all', keys: [named] })).toEqual([
      "keys[0].allowedRoutes[2]: 'opnai/x' is not served here; known are fast, smart, openai/<model id>.",
    ])
  })

  it('names what a provider itself finds wrong by its place, that of every one', async () => {
    const file = temporaryFile(
      'providers.json',
      `{ "providers": { "eu": { "type": "bedrock", "region": "EU_west" }, "us": { "type": "bedrock", "assumeRole": { "roleArn": "team" } },
"local": { "type": "openai-compatible", "baseURL": "http://x/v1/chat/completions" }, "other": { "type": "openai", "baseURL": "http://x/chat/completions", "apiKey": "sk-x" } },
"keys": [{ "keyHash": "${'1'.repeat(64)}" }], "store": { "type": "dynamodb", "tableName": "!", "cacheTableName": "?" } }`,
    )
    expect(await faultsOf({ MODELGATE_CONFIG: file })).toEqual([
      `${file}:1:45: providers.eu.region: must be a region of AWS's, such as us-east-1, got 'EU_west'.`,
      `${file}:1:111: providers.us.assumeRole.roleArn: must be the ARN of a role, such as arn:aws:iam::123456789012:role/name, got 'team'.`,
      `${file}:3:125: store.tableName: must be the name or the ARN of a DynamoDB table.`,
      `${file}:3:143: store.cacheTableName: must be the name or the ARN of a DynamoDB table.`,
    ])
    const urls = temporaryFile(
      'urls.json',
      `{ "providers": { "local": { "type": "openai-compatible", "baseURL": "http://x/v1/chat/completions" },
"other": { "type": "openai", "baseURL": "http://x/chat/completions", "apiKey": { "secret": "env:KEY" } } }, "keys": [{ "keyHash": "${'1'.repeat(64)}" }] }`,
    )
    expect(await faultsOf({ MODELGATE_CONFIG: urls, KEY: 'sk-x' })).toEqual([
      expect.stringMatching(
        /^providers\.local: .*'http:\/\/x\/v1\/chat\/completions' has that path in it; give one up to/,
      ),
      expect.stringMatching(/^providers\.other: .*'http:\/\/x\/chat\/completions' has that path in it; give one up to/),
    ])
    const found = { UPSTREAM: 'live', MODELGATE_API_KEY: 'sk-one', AWS_BEARER_TOKEN_BEDROCK: 'token' }
    expect(await faultsOf({ ...found, AWS_REGION: 'us east' })).toEqual([
      "AWS_REGION: must be a region of AWS's, such as us-east-1, got 'us east'.",
    ])
  })

  it('has an OpenAI somewhere that is no place, where a provider goes by it', async () => {
    const fault =
      'OPENAI_BASE_URL: must be an http or https URL up to and without /chat/completions, such as https://api.openai.com/v1.'
    const live = { UPSTREAM: 'live', MODELGATE_API_KEY: 'sk-one', OPENAI_API_KEY: 'sk-x' }
    expect(await faultsOf({ ...live, OPENAI_BASE_URL: 'api.openai.com/v1' })).toEqual([fault])
    expect(await faultsOf({ ...live, OPENAI_BASE_URL: 'https://x.test/v1/chat/completions/' })).toEqual([fault])
    const file = (openai: object) =>
      temporaryFile('openai.json', JSON.stringify({ providers: { openai: { type: 'openai', ...openai } } }))
    expect(await faultsOf({ ...live, OPENAI_BASE_URL: 'x', MODELGATE_CONFIG: file({}) })).toEqual([fault])
    const MODELGATE_CONFIG = file({ baseURL: 'https://x.test/v1' })
    await using gateway = await runGateway({ ...live, OPENAI_BASE_URL: 'x', MODELGATE_CONFIG })
    expect(gateway.listening.mode).toBe('live')
  })

  it('names what the gateway itself finds wrong by the variable, or the place in the file', async () => {
    const fault = "The model 'nope' is not known here; use one of: fast, smart, bedrock/<model id>, openai/<model id>."
    expect(await faultsOf({ DEFAULT_MODEL: 'nope' })).toEqual([`DEFAULT_MODEL: ${fault}`])
    const file = temporaryFile('model.json', '{\n  "defaultEmbeddingModel": "nope"\n}')
    expect(await faultsOf({ MODELGATE_CONFIG: file })).toEqual([`${file}:2:3: defaultEmbeddingModel: ${fault}`])
  })

  it('has a table for answers beside a store that has none', async () => {
    const fault =
      'CACHE_TABLE_NAME: is a table beside a store in DynamoDB; name that by LIMITS_TABLE_NAME or in the file, or unset this.'
    expect(await faultsOf({ CACHE_TABLE_NAME: 'answers' })).toEqual([fault])
    expect(await faultsOf({ CACHE_TABLE_NAME: 'answers', REDIS_URL: 'redis://127.0.0.1:1' })).toEqual([fault])
    const file = temporaryFile('memory.json', '{ "store": { "type": "memory" }, "limits": { "storeTimeoutMs": 0 } }')
    expect(await faultsOf({ CACHE_TABLE_NAME: 'answers', MODELGATE_CONFIG: file })).toEqual([
      fault,
      expect.stringMatching(/limits\.storeTimeoutMs/),
    ])
  })

  it('keeps batches for a provider that is not there, or is of another type, or where nothing can be kept', async () => {
    const faultsAt = (batches: object) =>
      faultsOf({ MODELGATE_CONFIG: temporaryFile('batches.json', JSON.stringify({ batches: { providers: batches } })) })
    const roleArn = 'arn:aws:iam::123456789012:role/batches'
    expect(await faultsAt({ eu: { type: 'bedrock', bucket: 'files', roleArn }, bedrock: { type: 'openai' } })).toEqual([
      expect.stringMatching(
        /:1:\d+: batches\.providers\.eu: 'eu' is not a provider here; known are bedrock, openai\.$/,
      ),
      expect.stringMatching(
        /:1:\d+: batches\.providers\.bedrock\.type: must be that of the provider, 'bedrock', got 'openai'\.$/,
      ),
    ])
    expect(await faultsAt({ bedrock: { type: 'bedrock', bucket: 'My', roleArn: 'x', prefix: '/' } })).toEqual([
      expect.stringMatching(/:1:\d+: batches\.providers\.bedrock\.bucket: must be the name of a bucket, got 'My'\.$/),
      expect.stringMatching(/:1:\d+: batches\.providers\.bedrock\.roleArn: must be the ARN of a role, such as /),
    ])
    expect(await faultsAt({ bedrock: { type: 'bedrock', bucket: 'files', roleArn, prefix: '/' } })).toEqual([
      expect.stringMatching(/^batches\.providers\.bedrock: bedrockBatches\(\{ prefix \}\): must be empty, or folders/),
    ])
  })

  it('says where the file is no JSON', async () => {
    const file = temporaryFile('broken.json', '{\n  "routes": {\n    "a" ["openai/x"]\n  }\n}')
    expect(await faultsOf({ MODELGATE_CONFIG: file })).toEqual([`${file}:3:9: This is not JSON: colon expected.`])
  })

  it('says which file it cannot read', async () => {
    expect(await faultsOf({ MODELGATE_CONFIG: '/nowhere/modelgate.json' })).toEqual([
      expect.stringMatching(/^MODELGATE_CONFIG: the file cannot be read: ENOENT/),
    ])
  })

  it('is live without any key, however it was made live', async () => {
    const refused = expect.stringMatching(/without an API key.*MODELGATE_API_KEY/)
    expect(await faultsOf({ UPSTREAM: 'live', OPENAI_API_KEY: 'sk-live' })).toEqual([refused])
    const config = '{ "providers": { "local": { "type": "openai-compatible", "baseURL": "http://127.0.0.1:1/v1" } } }'
    expect(await faultsOf({ MODELGATE_CONFIG: temporaryFile('c.json', config) })).toEqual([refused])
  })

  it('is live with nothing to call', async () => {
    expect(await faultsOf({ UPSTREAM: 'live', MODELGATE_API_KEY: 'k' })).toEqual([
      expect.stringMatching(/^UPSTREAM=live found nothing to call: set OPENAI_API_KEY, AWS_ACCESS_KEY_ID/),
    ])
  })

  it('has a key that would never open the door', async () => {
    const file = (keys: object[]): string => temporaryFile('keys.json', JSON.stringify({ keys }))
    const key = { secret: 'env:A_KEY' }
    const same = file([{ key, apiKeyId: 'a' }])
    expect(await faultsOf({ MODELGATE_CONFIG: same, A_KEY: 'sk-canary-1', MODELGATE_API_KEY: 'sk-canary-1' })).toEqual([
      "MODELGATE_API_KEY: this key is the same as that of 'a'; one of the two would silently never be used.",
    ])
    expect(await faultsOf({ MODELGATE_CONFIG: file([{ key }]), A_KEY: 'mg_live_mistyped' })).toEqual([
      expect.stringMatching(/^keys\[0\]\.key: it begins with mg_ but is no key/),
    ])
    expect(await faultsOf({ MODELGATE_API_KEY: 'mg_live_mistyped' })).toEqual([
      expect.stringMatching(/^MODELGATE_API_KEY: it begins with mg_ but is no key/),
    ])
    const ids = file([{ key, apiKeyId: 'key-2' }, { keyHash: '0'.repeat(64) }])
    expect(await faultsOf({ MODELGATE_CONFIG: ids, A_KEY: 'sk-canary-1' })).toEqual([
      "keys[1].apiKeyId: 'key-2' is that of another key, too; limits, logs and revocation go by it, so each key needs its own.",
    ])
  })

  it('is given arguments, which it has none of', async () => {
    const { code, stdout, stderr } = await runToEnd({}, ['--port', '80'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^--port: no arguments are taken; options come from environment variables and the file/)
  })

  it('cannot write its request log', async () => {
    expect(await faultsOf({ REQUEST_LOG: 'file:/nowhere/calls.jsonl' })).toEqual([
      expect.stringMatching(/^REQUEST_LOG: the file cannot be written: ENOENT/),
    ])
  })

  it('finds its port taken: one line, and exit 1', async () => {
    await using gateway = await runGateway()
    const { code, stderr } = await runToEnd({ PORT: new URL(gateway.url).port })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Cannot listen on 127\.0\.0\.1:\d+: the port is taken; set PORT to another\.\n$/)
  })
})
