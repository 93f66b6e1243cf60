import { defaultTiers } from '@modelgate/core'
import type { ConfigPath } from './config-fault.ts'
import { readText, type TextReader, trueOrFalse, wholeNumber } from './read-text.ts'
import {
  anything,
  destination,
  isSendable,
  limitsTable,
  origins,
  redisUrl,
  secretText,
  table,
} from './variable-readers.ts'

/** An environment variable of the app, and the option that it sets. */
export interface Variable {
  readonly name: string
  /** The option in whose place its value stands. Of several variables for one option the first in the table counts. */
  readonly path: ConfigPath
  readonly read: TextReader
  readonly about: string
  readonly example: string
}

/** The last part of a variable's name, what it limits, and in words. */
const quotas = [
  ['RPM', 'requestsPerMinute', 'Requests a minute'],
  ['RPH', 'requestsPerHour', 'Requests an hour'],
  ['TPM', 'tokensPerMinute', 'Tokens a minute'],
] as const

const tierVariables: readonly Variable[] = Object.keys(defaultTiers).flatMap(tier =>
  quotas.map(([suffix, member, what]) => ({
    name: `RATE_LIMIT_${tier.toUpperCase()}_TIER_${suffix}`,
    path: ['limits', 'tiers', tier, member],
    read: wholeNumber({ most: 999_999_999_999 }),
    about: `${what} of the tier ${tier}.`,
    example: suffix === 'TPM' ? '40000' : '20',
  })),
)

const telemetryVariables: readonly Variable[] = [
  {
    name: 'LOG_FORMAT',
    path: ['telemetry', 'logFormat'],
    read: readText(/^(?:text|json)$/, "'text' or 'json'"),
    about: 'json writes standard error as one JSON object a line.',
    example: 'json',
  },
  {
    name: 'LOG_LEVEL',
    path: ['telemetry', 'logLevel'],
    read: readText(/^(?:debug|info|warn|error)$/, "'debug', 'info', 'warn' or 'error'"),
    about: 'The least that LOG_FORMAT=json keeps; debug tells of every call.',
    example: 'debug',
  },
  {
    name: 'METRICS',
    path: ['telemetry', 'metrics'],
    read: readText(/^emf$/, "'emf'"),
    about: "emf writes metrics to standard output in CloudWatch's embedded format.",
    example: 'emf',
  },
  {
    name: 'METRICS_MAX_BUDGETS',
    path: ['telemetry', 'maxBudgets'],
    read: wholeNumber({ most: 1_000 }),
    about: 'With METRICS: budgets that get a line of their own, those that are used up the most.',
    example: '10',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    path: ['telemetry', 'otlpEndpoint'],
    // The schema says what is wrong with it, and repeats nothing: it may hold a password.
    read: anything,
    about: 'An OpenTelemetry collector, which gets spans and metrics over OTLP/HTTP.',
    example: 'http://localhost:4318',
  },
  {
    name: 'OTEL_SERVICE_NAME',
    path: ['telemetry', 'serviceName'],
    read: anything,
    about: 'As which the gateway stands in metrics and traces.',
    example: 'llm-gateway',
  },
]

/** Every variable that stands for an option. Those of the AWS SDK are its own, and read by it. */
export const variables: readonly Variable[] = [
  { name: 'HOST', path: ['server', 'host'], read: anything, about: 'Where the app listens.', example: '0.0.0.0' },
  {
    name: 'PORT',
    path: ['server', 'port'],
    read: wholeNumber({ most: 65_535 }),
    about: '0 takes a free one; the listening line names it.',
    example: '8080',
  },
  {
    name: 'KEEP_ALIVE_TIMEOUT_MS',
    path: ['server', 'keepAliveTimeoutMs'],
    read: wholeNumber({ most: 2_147_483_647 }),
    about: 'How long a connection is kept for a next request, in milliseconds.',
    example: '605000',
  },
  {
    name: 'SHUTDOWN_GRACE_MS',
    path: ['server', 'shutdownGraceMs'],
    read: wholeNumber({ most: 2_147_483_647 }),
    about: 'What open calls get after SIGTERM, in milliseconds.',
    example: '60000',
  },
  {
    name: 'METRICS_PORT',
    path: ['server', 'metricsPort'],
    read: wholeNumber({ most: 65_535 }),
    about: 'Serves `GET /metrics` there without a key.',
    example: '9464',
  },
  {
    name: 'METRICS_HOST',
    path: ['server', 'metricsHost'],
    read: anything,
    about: 'The address of METRICS_PORT.',
    example: '0.0.0.0',
  },
  {
    name: 'SHUTDOWN_DELAY_MS',
    path: ['server', 'shutdownDelayMs'],
    read: wholeNumber({ most: 2_147_483_647 }),
    about: 'Of which so much is spent accepting still, for load balancers to see that it drains.',
    example: '5000',
  },
  {
    name: 'ENVIRONMENT',
    path: ['environment'],
    read: readText(/^[a-z0-9][a-z0-9-]{0,30}$/, 'a short name in lower case, such as dev, staging or prod'),
    about: 'Which deployment this is; it stands in the default names of tables and in new keys.',
    example: 'prod',
  },
  ...['AWS_REGION', 'AWS_DEFAULT_REGION', 'CDK_DEFAULT_REGION'].map(name => ({
    name,
    path: ['region'],
    read: anything,
    about:
      name === 'AWS_REGION' ? 'The AWS region of whatever names none.' : 'Likewise, where those before it are not set.',
    example: 'eu-central-1',
  })),
  {
    name: 'ENABLE_MCP_CONTEXT',
    path: ['context', 'enabled'],
    read: trueOrFalse,
    about: 'false adds no facts to prompts.',
    example: 'false',
  },
  {
    name: 'MCP_SERVER_URL',
    path: ['context', 'server', 'url'],
    read: anything,
    about: 'The MCP server whose facts are added to prompts, over streamable HTTP.',
    example: 'https://catalogue.example.com/mcp',
  },
  {
    name: 'CONTEXT_SECRET',
    path: ['context', 'signingSecret'],
    read: secretText(text => text.length >= 16, 'must be at least 16 characters long.'),
    about: 'What the boundaries of added facts are made with: the same on every instance.',
    example: 'secretsmanager:ai-gateway-dev/context-secret',
  },
  {
    name: 'UPSTREAM',
    path: ['upstream'],
    read: readText(/^(?:live|simulator)$/, "'live' or 'simulator'"),
    about: 'live calls what the environment has credentials for.',
    example: 'live',
  },
  {
    name: 'MODELGATE_API_KEY',
    path: ['apiKey'],
    read: secretText(isSendable, 'may hold only visible ASCII characters.'),
    about: 'One key with every permission, tier enterprise; the demo key is void with it.',
    example: 'secretsmanager:ai-gateway-dev/operator-key',
  },
  {
    name: 'API_KEY_TABLE_NAME',
    path: ['apiKeyTable'],
    read: table,
    about: "A DynamoDB table of API keys, beside the file's.",
    example: 'ai-gateway-dev-api-keys',
  },
  {
    name: 'API_KEY_SECRET_ARN',
    path: ['apiKeySecret'],
    read: anything,
    about: "Name or ARN of a secret with API keys, beside the file's.",
    example: 'ai-gateway-dev/api-keys',
  },
  {
    name: 'ApiKeySecretArn',
    path: ['apiKeySecret'],
    read: anything,
    about: 'Likewise, called as the parameter of a CloudFormation template is.',
    example: 'ai-gateway-dev/api-keys',
  },
  {
    name: 'OPENAI_API_KEY',
    path: ['openaiApiKey'],
    read: secretText(() => true, ''),
    about: 'OpenAI, when live.',
    example: 'secretsmanager:ai-gateway-dev/openai#api_key',
  },
  {
    name: 'OPENAI_PROVIDER_ENABLED',
    path: ['features', 'openaiProvider'],
    read: trueOrFalse,
    about: 'false leaves out providers of type openai, with their targets in routes.',
    example: 'false',
  },
  {
    name: 'BEDROCK_PROVIDER_ENABLED',
    path: ['features', 'bedrockProvider'],
    read: trueOrFalse,
    about: 'Likewise those of type bedrock.',
    example: 'false',
  },
  {
    name: 'ENABLE_CROSS_REGION_INFERENCE',
    path: ['features', 'crossRegionInference'],
    read: trueOrFalse,
    about: "true calls a bare id of a Bedrock model by its region's inference profile (us.…, eu.…).",
    example: 'true',
  },
  {
    name: 'ENABLE_APPLICATION_INFERENCE_PROFILES',
    path: ['features', 'applicationInferenceProfiles'],
    read: trueOrFalse,
    about: "true lists your account's application inference profiles, and takes their ids and names as models.",
    example: 'true',
  },
  {
    name: 'ENABLE_PROMPT_CACHING',
    path: ['features', 'promptCaching'],
    read: trueOrFalse,
    about: 'true caches every prompt on Bedrock: tools, system prompt, conversation.',
    example: 'true',
  },
  {
    name: 'CALLER_CREDENTIALS',
    path: ['callerCredentials'],
    read: readText(/^(?:with-key|alone)$/, "'with-key' or 'alone'"),
    about: 'Whether callers may bring AWS keys of their own: beside a key of the gateway, or alone.',
    example: 'with-key',
  },
  {
    name: 'DEFAULT_MODEL',
    path: ['defaultModel'],
    read: anything,
    about: 'Answers requests that name no model.',
    example: 'anthropic.claude-3-sonnet-20240229-v1:0',
  },
  {
    name: 'DEFAULT_EMBEDDING_MODEL',
    path: ['defaultEmbeddingModel'],
    read: anything,
    about: 'Likewise requests for embeddings.',
    example: 'cohere.embed-multilingual-v3',
  },
  {
    name: 'TRUST_PROXY',
    path: ['trustProxy'],
    read: wholeNumber({ most: 32 }),
    about: 'Proxies before the gateway that append to X-Forwarded-For.',
    example: '1',
  },
  {
    name: 'CORS_ORIGINS',
    path: ['cors', 'origins'],
    read: origins,
    about: 'Web pages that may call from a browser, with commas.',
    example: 'https://app.example.com',
  },
  {
    name: 'CIRCUIT_BREAKER_FAILURE_THRESHOLD',
    path: ['circuitBreaker', 'failureThreshold'],
    read: wholeNumber({ least: 1, most: 999_999 }),
    about: "Failures one after another that open a target's breaker.",
    example: '3',
  },
  ...tierVariables,
  {
    name: 'STORE',
    path: ['store'],
    read: text =>
      text === 'dynamodb-local' ? { value: { type: text } } : { fault: `must be 'dynamodb-local', got '${text}'.` },
    about: 'For a first try: tables of keys, limits and calls in a stand-in for DynamoDB, in this process, and a key.',
    example: 'dynamodb-local',
  },
  {
    name: 'REDIS_URL',
    path: ['store'],
    read: redisUrl,
    about: 'Limits and budgets are counted there, and answers kept, for all instances together.',
    example: 'ssm:/ai-gateway-dev/redis-url',
  },
  {
    name: 'LIMITS_TABLE_NAME',
    path: ['store'],
    read: limitsTable,
    about: 'Limits and budgets are counted in this DynamoDB table, for all instances together.',
    example: 'ai-gateway-dev-limits',
  },
  {
    name: 'CACHE_TABLE_NAME',
    path: ['store', 'cacheTableName'],
    read: table,
    about: 'Beside LIMITS_TABLE_NAME: answers that are given again are kept in this table.',
    example: 'ai-gateway-dev-cache',
  },
  {
    name: 'REQUEST_LOG',
    path: ['requestLog'],
    read: destination,
    about: 'none, memory, stdout, file:<path>, dynamodb or dynamodb:<table>.',
    example: 'dynamodb',
  },
  {
    name: 'REQUEST_LOG_TABLE_NAME',
    path: ['requestLogTable'],
    read: table,
    about: 'The table of REQUEST_LOG=dynamodb.',
    example: 'ai-gateway-dev-request-analytics',
  },
  ...telemetryVariables,
]
