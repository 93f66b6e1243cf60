import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { authorizerMetrics, cloudwatchMetrics } from '@modelgate/aws/cloudwatch'
import {
  createTables,
  dynamodbBudgetStore,
  dynamodbCacheStore,
  dynamodbFleetStore,
  dynamodbKeyStore,
  dynamodbLimitStore,
  dynamodbRequestLog,
} from '@modelgate/aws/dynamodb'
import { authorizedCaller, toAuthorizerHandler, toLambdaHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { secretReader, secretsKeyStore } from '@modelgate/aws/secrets'
import { parameterReader } from '@modelgate/aws/ssm'
import { bedrock } from '@modelgate/bedrock'
import { bedrockBatches } from '@modelgate/bedrock/batch'
import {
  apiKeys,
  createGateway,
  type FleetStore,
  fetchTransport,
  fleetCounters,
  jsonLogger,
  memoryBudgetStore,
  memoryCacheStore,
  memoryKeyStore,
  memoryLimitStore,
  memoryRequestLog,
  queuedLog,
} from '@modelgate/core'
import { nodeTransport, toNodeHandler } from '@modelgate/core/node'
import { openTelemetry } from '@modelgate/core/opentelemetry'
import { redisBudgetStore, redisCacheStore, redisLimitStore } from '@modelgate/core/redis'
import { scriptedProvider } from '@modelgate/core/testing'
import { undici } from '@modelgate/core/undici'
import { mcpContext, mcpSource, productQuestion } from '@modelgate/mcp-context'
import { openai, openaiCompatible } from '@modelgate/openai'
import { openaiBatches } from '@modelgate/openai/batch'
import { metrics, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'

/** Options that nobody knows, as JavaScript, or an object that was parsed or spread, may give them. */
type Strangers = Readonly<Record<string, never>>

/** Each: its subject, an option that there is, the interface of its options, and how to make one with options that it does not know. */
type Row = readonly [subject: string, option: string, options: string, make: (strangers: Strangers) => unknown]

const gateway = createGateway({ providers: [scriptedProvider('scripted')] })
const client = { eval: async () => [], evalsha: async () => [] }
const fleet: FleetStore = { put: async () => {}, read: async () => [] }
const tableName = 'gateway'
const server = { url: 'http://127.0.0.1:1/mcp' }
const tool = { name: 'search' }
const context = { source: async () => ({ items: [] }), secret: 'no caller knows this one' }
const roleArn = 'arn:aws:iam::123456789012:role/batches'
const auth = apiKeys(memoryKeyStore([]))
const write = async (): Promise<void> => {}

const rows: readonly Row[] = [
  ['createGateway()', 'maxAttempts', 'GatewayOptions', more => createGateway({ providers: [openai()], ...more })],
  ['apiKeys()', 'staleMs', 'ApiKeysOptions', more => apiKeys(memoryKeyStore([]), more)],
  ['memoryKeyStore()', 'pepper', '', more => memoryKeyStore([], more)],
  ['memoryLimitStore()', 'now', 'MemoryLimitStoreOptions', memoryLimitStore],
  ['memoryBudgetStore()', 'now', 'MemoryBudgetStoreOptions', memoryBudgetStore],
  ['memoryCacheStore()', 'maxValueBytes', 'MemoryCacheStoreOptions', memoryCacheStore],
  ['memoryRequestLog()', 'maxRecords', 'MemoryRequestLogOptions', memoryRequestLog],
  ['queuedLog()', 'maxPending', 'QueuedLogOptions', more => queuedLog({ write: async () => {}, ...more })],
  ['jsonLogger()', 'level', 'JsonLoggerOptions', jsonLogger],
  [
    'fleetCounters()',
    'maxSeries',
    'FleetCountersOptions',
    more => fleetCounters({ snapshot: () => undefined, store: fleet, intervalMs: 0, ...more }),
  ],
  ['fetchTransport()', 'fetch', 'FetchTransportOptions', fetchTransport],
  ['nodeTransport()', 'maxSockets', 'NodeTransportOptions', nodeTransport],
  ['undici()', 'connectMs', 'UndiciOptions', undici],
  ['toNodeHandler()', 'basePath', 'NodeHandlerOptions', more => toNodeHandler(gateway, more)],
  ['openTelemetry()', 'propagate', 'OpenTelemetryOptions', openTelemetry],
  ['redisLimitStore()', 'prefix', 'RedisLimitStoreOptions', more => redisLimitStore({ client, ...more })],
  ['redisBudgetStore()', 'prefix', 'RedisBudgetStoreOptions', more => redisBudgetStore({ client, ...more })],
  ['redisCacheStore()', 'maxValueBytes', 'RedisCacheStoreOptions', more => redisCacheStore({ client, ...more })],
  [
    'dynamodbLimitStore()',
    'maxClockSkewMs',
    'DynamoDbLimitStoreOptions',
    more => dynamodbLimitStore({ tableName, ...more }),
  ],
  [
    'dynamodbBudgetStore()',
    'region',
    'DynamoDbBudgetStoreOptions',
    more => dynamodbBudgetStore({ tableName, ...more }),
  ],
  [
    'dynamodbCacheStore()',
    'maxValueBytes',
    'DynamoDbCacheStoreOptions',
    more => dynamodbCacheStore({ tableName, ...more }),
  ],
  ['dynamodbKeyStore()', 'onError', 'DynamoDbKeyStoreOptions', more => dynamodbKeyStore({ tableName, ...more })],
  [
    'dynamodbFleetStore()',
    'retentionDays',
    'DynamoDbFleetStoreOptions',
    more => dynamodbFleetStore({ tableName, ...more }),
  ],
  [
    'dynamodbRequestLog()',
    'retentionDays',
    'DynamoDbRequestLogOptions',
    more => dynamodbRequestLog({ tableName, ...more }),
  ],
  ['createTables()', 'pollMs', 'CreateTablesOptions', more => createTables({ tables: [], ...more })],
  ['cloudwatchMetrics()', 'namespace', 'CloudwatchMetricsOptions', cloudwatchMetrics],
  ['authorizerMetrics()', 'dimensions', '', authorizerMetrics],
  ['toLambdaHandler()', 'basePath', 'LambdaHandlerOptions', more => toLambdaHandler(gateway, more)],
  ['toLambdaStreamHandler()', 'principal', 'LambdaHandlerOptions', more => toLambdaStreamHandler(gateway, more)],
  ['toAuthorizerHandler()', 'trustProxy', 'AuthorizerOptions', more => toAuthorizerHandler(auth, more)],
  [
    'authorizedCaller()',
    'staleMs',
    'AuthorizedCallerOptions',
    more => authorizedCaller({ apiId: 'a1b2c3d4e5', auth, ...more }),
  ],
  ['secretReader()', 'endpoint', 'SecretsManagerOptions', secretReader],
  ['secretsKeyStore()', 'refreshMs', 'SecretsKeyStoreOptions', more => secretsKeyStore({ secretId: 'keys', ...more })],
  ['parameterReader()', 'maxAttempts', 'ParameterStoreOptions', parameterReader],
  ['mcpContext()', 'timeoutMs', 'McpContextOptions', more => mcpContext({ ...context, ...more })],
  ['mcpContext({ budget })', 'maxTokens', '', more => mcpContext({ ...context, budget: more })],
  ['mcpContext({ circuitBreaker })', 'failureThreshold', '', more => mcpContext({ ...context, circuitBreaker: more })],
  ['mcpSource()', 'maxAnswerBytes', 'McpSourceOptions', more => mcpSource({ server, tool, ...more })],
  ['mcpSource({ server })', 'token', '', more => mcpSource({ server: { ...server, ...more }, tool })],
  ['mcpSource({ server })', 'args', '', more => mcpSource({ server: { command: 'catalog', ...more }, tool })],
  ['mcpSource({ tool })', 'arguments', '', more => mcpSource({ server, tool: { ...tool, ...more } })],
  ['productQuestion()', 'threshold', 'ProductQuestionOptions', productQuestion],
  ['openai()', 'organization', 'OpenAIOptions', openai],
  [
    'openaiCompatible()',
    'streamUsage',
    'OpenAICompatibleOptions',
    more => openaiCompatible({ id: 'local', baseURL: 'http://127.0.0.1:1/v1', ...more }),
  ],
  ['openaiBatches()', 'provider', 'OpenAIBatchesOptions', openaiBatches],
  ['bedrock()', 'region', 'BedrockOptions', bedrock],
  ['bedrock({ assumeRole })', 'externalId', '', more => bedrock({ assumeRole: { roleArn, ...more } })],
  ['bedrock({ embeddings })', 'concurrency', '', more => bedrock({ embeddings: more })],
  ['bedrock({ fetchImages })', 'privateHosts', '', more => bedrock({ fetchImages: more })],
  [
    'bedrockBatches()',
    'leaseMs',
    'BedrockBatchesOptions',
    more => bedrockBatches({ bucket: 'files', roleArn, ...more }),
  ],
]

/** Looked at elsewhere: by whom. */
const excused: Readonly<Record<string, string>> = {
  // Members of createGateway()'s own options, whose schemas take no stranger.
  BatchesOptions: 'createGateway()',
  BudgetsOptions: 'createGateway()',
  BulkheadOptions: 'createGateway()',
  CacheOptions: 'createGateway()',
  CircuitBreakerOptions: 'createGateway()',
  CoolDownOptions: 'createGateway()',
  IdempotencyOptions: 'createGateway()',
  LimitsOptions: 'createGateway()',
  LogContentOptions: 'createGateway()',
  MetricsOptions: 'createGateway()',
  RetryOptions: 'createGateway()',
  StreamsOptions: 'createGateway()',
  // Parts of others' options, which stand above.
  ChatOptions: 'bedrock()',
  CredentialOptions: 'bedrock()',
  EmbeddingOptions: 'bedrock()',
  EndpointOptions: 'bedrock()',
  FetchImagesOptions: 'bedrock()',
  ProfileOptions: 'bedrock()',
  DynamoDbOptions: 'the stores on DynamoDB',
  SourceBreakerOptions: 'mcpContext()',
  // Given with each call, answer or error, where a look would cost each of them.
  BatchCallOptions: 'nobody',
  BytesBatchOptions: 'nobody',
  CallOptions: 'nobody',
  CloseOptions: 'nobody',
  FetchOptions: 'nobody',
  FlushOptions: 'nobody',
  GatewayErrorOptions: 'nobody',
  SearchOptions: 'nobody',
  // For who builds providers and gateways of their own.
  ChatOverOptions: 'nobody',
  CostMeterOptions: 'nobody',
  ResilienceOptions: 'nobody',
  RouterOptions: 'nobody',
  // The simulator depends on no other package of ours.
  SimulatorOptions: 'nobody',
}

/** A slip of the pen: the last letter is missing, or doubled where the name is short. */
const misspelt = (option: string): string => (option.length > 5 ? option.slice(0, -1) : option + option.at(-1))

describe('an option that there is not', () => {
  it.each(rows)('is refused by %s, and its spelling told: %s', async (subject, option, _options, make) => {
    const slip = misspelt(option)
    const making = (async () => make({ [slip]: undefined as never }))()
    const told =
      subject === 'createGateway()'
        ? `the configuration has no member \`${slip}\``
        : `${subject} has no option \`${slip}\``
    await expect(making).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(`${told}; did you mean \`${option}\`?`),
    })
  })
})

/** What `Number(process.env.…)`, a level from the environment or JavaScript may give. */
const wrongValues: readonly (readonly [fault: string, make: () => unknown])[] = [
  [
    "jsonLogger(): `level`: 'trace' is not a level; use one of debug, info, warn, error.",
    () => jsonLogger({ level: 'trace' as never }),
  ],
  ['jsonLogger(): `write` must be a function.', () => jsonLogger({ write: process.stdout as never })],
  [
    'jsonLogger(): `fields` must be an object, got the string "gateway".',
    () => jsonLogger({ fields: 'gateway' as never }),
  ],
  ['queuedLog(): `write` must be a function.', () => queuedLog({} as never)],
  ['queuedLog(): `write` must be a function.', () => queuedLog(undefined as never)],
  ['queuedLog(): `maxBatch` must be at least 1, got 0.', () => queuedLog({ write, maxBatch: 0 })],
  ['queuedLog(): `maxPending` must be a number, got NaN.', () => queuedLog({ write, maxPending: Number.NaN })],
  ['queuedLog(): `lingerMs` must be at least 0, got -1.', () => queuedLog({ write, lingerMs: -1 })],
  ['queuedLog(): `maxTries` must be a whole number, got 1.5.', () => queuedLog({ write, maxTries: 1.5 })],
  ['nodeTransport(): `maxSockets` must be at least 1, got -1.', () => nodeTransport({ maxSockets: -1 })],
  ['nodeTransport(): `connectMs` must be more than 0, got 0.', () => nodeTransport({ connectMs: 0 })],
  ['undici(): `maxSockets` must be a number, got NaN.', () => undici({ maxSockets: Number.NaN })],
  ['undici(): `connectMs` must be a number, got the string "5000".', () => undici({ connectMs: '5000' as never })],
  [
    "openTelemetry(): `tracer` must be false or a tracer, such as provider.getTracer('gateway') gives.",
    () => openTelemetry({ tracer: trace.getTracerProvider() as never }),
  ],
  [
    "openTelemetry(): `meter` must be false or a meter, such as provider.getMeter('gateway') gives.",
    () => openTelemetry({ meter: metrics.getMeterProvider() as never }),
  ],
  [
    "cloudwatchMetrics(): `by[0]`: 'providr' is not a by; use one of operation, route, model, provider, tier, tenant.",
    () => cloudwatchMetrics({ by: ['providr' as never] }),
  ],
  ['cloudwatchMetrics(): `write` must be a function.', () => cloudwatchMetrics({ write: process.stdout as never })],
  ['cloudwatchMetrics(): `intervalMs` must be a number, got NaN.', () => cloudwatchMetrics({ intervalMs: Number.NaN })],
  [
    'cloudwatchMetrics(): `intervalMs` must be at most 2147483647, got 2147483648.',
    () => cloudwatchMetrics({ intervalMs: 2 ** 31 }),
  ],
  [
    'toAuthorizerHandler(): auth must be what checks keys, such as apiKeys(store), or a function of the request.',
    () => toAuthorizerHandler(memoryKeyStore([]) as never),
  ],
  [
    'authorizedCaller(): auth must be what checks keys, such as apiKeys(store), or a function of the request.',
    () => authorizedCaller({ apiId: 'a1b2c3d4e5' } as never),
  ],
  ['authorizedCaller() takes an object of options.', () => authorizedCaller(undefined as never)],
  ['openaiCompatible() takes an object of options.', () => openaiCompatible(undefined as never)],
  [
    "openaiCompatible({ id: 'local' }): claims must be a function (model) => boolean.",
    () => openaiCompatible({ id: 'local', baseURL: 'http://127.0.0.1:1/v1', claims: ['llama'] as never }),
  ],
  [
    'context.source: give a ContextSource, or a function (query, { signal, tenant, limit }) => ({ items }).\ncontext.secret: give at least 16 characters that no caller knows, the same on every instance.',
    () => mcpContext(undefined as never),
  ],
  ['fetchTransport(): `fetch` must be a function.', () => fetchTransport({ fetch: 'undici' as never })],
]

describe('a value that no option takes', () => {
  it.each(wrongValues)('is refused when it is given: %s', (message, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_configuration', message }))
  })
})

describe('a transport that nobody called', () => {
  const given = { transport: undici as never }
  it.each([
    ['openai()', () => openai(given)],
    ['openaiCompatible()', () => openaiCompatible({ id: 'local', baseURL: 'http://127.0.0.1:1/v1', ...given })],
    ['bedrock()', () => bedrock(given)],
    ['mcpSource()', () => mcpSource({ server: { ...server, ...given }, tool })],
  ])('is refused by %s, which says to call it', (_subject, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_configuration' }))
    expect(make).toThrow(/transport.* is a function; call it, as in undici\(\)\./)
  })

  it('is told from what is no transport at all', () => {
    expect(() => openai({ transport: 'undici' as never })).toThrow(
      'openai(): transport must be a transport, such as nodeTransport() or undici() gives.',
    )
  })
})

it('each interface of options that a package exports is looked at above, or excused', () => {
  const root = join(import.meta.dirname, '../packages')
  const entries = ['*/src/index.ts', '*/src/*/index.ts', 'core/src/{node,undici,redis,opentelemetry}.ts']
  const exported = globSync(entries, { cwd: root }).flatMap(
    entry => readFileSync(join(root, entry), 'utf8').match(/\b\w+Options\b/g) ?? [],
  )
  const known = new Set([...rows.map(([, , options]) => options), ...Object.keys(excused)])
  expect(exported.length).toBeGreaterThan(60)
  expect(exported.filter(name => !known.has(name))).toEqual([])
})
