import * as z from 'zod'
import { isTableName, parseDestination } from '../request-log/destination.ts'
import { Secret } from '../secret.ts'
import { featuresSchema, serverSchema } from './app-schema.ts'
import { batchesSchema } from './batches-schema.ts'
import { budgetSchema, budgetsSchema } from './budget-schema.ts'
import { cacheSchema } from './cache-schema.ts'
import { contextSchema } from './context-schema.ts'
import { isOrigin, openCredentials } from './cors-origin.ts'
import { idempotencySchema } from './idempotency-schema.ts'
import { members } from './members.ts'
import { provider, url } from './provider-schema.ts'
import { bulkhead, circuitBreaker, coolDown, retry } from './resilience-schema.ts'
import { routeSchema } from './route-schema.ts'
import { secret } from './secret-schema.ts'
import { telemetrySchema } from './telemetry-schema.ts'
import { times } from './times-schema.ts'

const text = z.string().min(1)

const quota = z.int().min(0).optional()

const rateLimit = members({
  requestsPerMinute: quota.describe('Calls in any 60 s.'),
  requestsPerHour: quota.describe('Calls in any 3,600 s.'),
  tokensPerMinute: quota.describe('Tokens in any 60 s, prompt and completion together.'),
  maxConcurrentCalls: quota.describe('Calls under way at once, in one process.'),
})

const limits = members({
  tiers: z
    .record(text, rateLimit)
    .optional()
    .describe(
      'What tiers stand for; each takes the place of the default of its name, whole. RATE_LIMIT_FREE_TIER_RPM and its kin override them.',
    ),
  onStoreError: z
    .enum(['local', 'open', 'closed'])
    .optional()
    .meta({ description: 'While the store fails: count in memory, let all in, or refuse.', default: 'local' }),
  expectedInstances: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Processes that share the store, by which quotas are divided with local.', default: 1 }),
  storeTimeoutMs: z.int().min(1).max(60_000).optional().meta({ description: 'What the store may take.', default: 50 }),
  defaultMaxTokens: z.int().min(1).optional().meta({
    description: 'The output cap, in tokens, where tokens are limited and nothing else says one.',
    default: 4096,
  }),
})

const moment = text.refine(
  value => !Number.isNaN(Date.parse(value)),
  'must be a date as ISO 8601 writes it: 2027-01-31T00:00:00Z.',
)

const key = members({
  key: secret.optional(),
  keyHash: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, "must be the key's SHA-256 in 64 hexadecimal digits.")
    .transform(text => new Secret(text))
    .optional()
    .describe('The key\'s SHA-256, in its stead: `printf %s "$KEY" | sha256sum`.'),
  apiKeyId: text.optional().describe('Default: key-<place in the list>.'),
  userId: text.optional().describe('Default: the apiKeyId.'),
  tenant: text.optional().describe('Who pays. Default: the user.'),
  tier: text.optional().describe('free, basic, premium, enterprise, or one of your own.'),
  permissions: z
    .array(z.enum(['completions', 'health', 'admin']))
    .optional()
    .describe('Default: completions.'),
  allowedRoutes: z.array(text).optional().describe('Routes or targets it may name. Default: all that are exposed.'),
  active: z.boolean().optional().meta({ default: true }),
  createdAt: moment.optional().describe('ISO 8601; for your own records.'),
  expiresAt: moment.optional().describe('ISO 8601, as 2027-01-31T00:00:00Z; from then on the key is refused.'),
  rateLimit: rateLimit.optional().describe("Limits of its own; each stands in place of its tier's."),
  budget: budgetSchema.optional().describe('What calls with it may cost, in place of `budgets.eachKey`.'),
  maxTokens: z.int().min(1).optional().describe('Most tokens that a call with it may ask to be answered with.'),
}).meta({ oneOf: [{ required: ['key'] }, { required: ['keyHash'] }] })

const dollars = z.number().min(0)
const figures = {
  input: dollars.describe('Prompt tokens, those from and into a prompt cache aside.'),
  output: dollars.optional().describe('Completion tokens. Absent for embeddings.'),
  cacheRead: dollars.optional().describe('Default: as input.'),
  cacheWrite: dollars.optional().describe('For five minutes. Default: as input.'),
  cacheWrite1h: dollars.optional().describe('For an hour.'),
  audioInput: dollars.optional(),
  audioOutput: dollars.optional(),
}

const price = members({
  ...figures,
  longPrompt: members({ aboveTokens: z.int().min(1), ...figures })
    .optional()
    .describe('Prices of the whole call once its prompt is longer.'),
  source: text.optional().describe('Where the figures stand: a page, a contract.'),
  asOf: text.optional().describe('When they were read.'),
})

const store = z.discriminatedUnion(
  'type',
  [
    members({ type: z.literal('memory') }),
    members({ type: z.literal('redis'), url: secret.describe('redis:// or rediss://, of Redis or Valkey.') }),
    members({
      type: z.literal('dynamodb'),
      tableName: text.describe('A table with the key pk, as `npx -y pnpm@12 tables create` makes it.'),
      region: text.optional().describe('Default: what the AWS SDK finds.'),
      cacheTableName: text
        .optional()
        .describe(
          'A table for answers that are given again, as `npx -y pnpm@12 tables create` makes it. Default: each process keeps its own.',
        ),
      endpoint: url.optional().describe('Where DynamoDB is, if it is not at AWS.'),
    }),
    members({ type: z.literal('dynamodb-local') }),
  ],
  { error: "must be 'memory', 'redis', 'dynamodb' or 'dynamodb-local'." },
)

const destination = z.string().transform((value, context) => {
  const parsed = parseDestination(value)
  if (typeof parsed !== 'string') return parsed
  context.issues.push({ code: 'custom', message: parsed, input: value })
  return z.NEVER
})

const silence = z.int().min(1).max(2_147_483_647).optional()

const cors = members({
  origins: z
    .array(
      z.string().refine(isOrigin, "must be an origin as browsers send it, such as 'https://app.example.com', or '*'."),
    )
    .min(1)
    .describe('Whose pages may call. CORS_ORIGINS overrides it.'),
  credentials: z
    .boolean()
    .optional()
    .meta({ description: 'Whether cookies may come along; not with `*`.', default: false }),
  maxAgeSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .meta({ description: 'What browsers remember of it.', default: 600 }),
}).refine(({ origins, credentials }) => !(credentials && origins.includes('*')), openCredentials)

/** The configuration file. Its JSON Schema, `modelgate.schema.json`, is made from this. */
export const configSchema = members({
  $schema: z.string().optional(),
  environment: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be a short name in lower case, such as dev, staging or prod.')
    .optional()
    .meta({
      description: 'Which deployment this is: it stands in the names that tables and new keys have by default.',
      default: 'dev',
      examples: ['prod'],
    }),
  region: text.optional().meta({
    description: 'The AWS region of whatever names none. Default: what the AWS SDK finds; for Bedrock us-east-1.',
    examples: ['eu-central-1'],
  }),
  server: serverSchema.optional().describe('Where the app listens, and how it ends.'),
  upstream: z
    .enum(['live', 'simulator'])
    .optional()
    .describe(
      'live calls what the environment has credentials for; with providers it is live anyway. Default: simulator.',
    ),
  features: featuresSchema.optional().describe('What can be switched off, or on, without touching anything else.'),
  apiKey: secret.optional().describe('One API key with every permission, of the tier enterprise.'),
  apiKeyTable: z
    .string()
    .refine(isTableName, 'must be the name or the ARN of a DynamoDB table.')
    .optional()
    .meta({ description: 'A DynamoDB table of API keys, beside `keys`.', examples: ['ai-gateway-dev-api-keys'] }),
  apiKeySecret: text.optional().meta({
    description:
      'Name or ARN of a secret in Secrets Manager with API keys, beside `keys`. It is read anew every five minutes.',
    examples: ['ai-gateway-dev/api-keys'],
  }),
  openaiApiKey: secret.optional().describe('That of providers of type openai that name none.'),
  providers: z
    .record(z.string().regex(/^[A-Za-z0-9._-]+$/, "may hold only letters, digits, '.', '_' and '-'."), provider)
    .optional()
    .describe('Upstreams by the id they have in targets. With them the gateway is live.'),
  routes: z.record(text, routeSchema).optional().describe('Names of your own and the targets behind each.'),
  keys: z.array(key).optional().describe('API keys that open the door.'),
  limits: limits.optional().describe('What callers may use.'),
  cache: cacheSchema
    .optional()
    .describe('How answers are kept of routes that say so, and where a caller asks for it by `x-modelgate-cache: on`.'),
  idempotency: idempotencySchema
    .optional()
    .describe('Calls that bring an Idempotency-Key: made once, and answered again at no cost. Kept in `store`.'),
  budgets: budgetsSchema.optional().describe('What callers may cost, counted in `store`.'),
  prices: z
    .record(text, price)
    .optional()
    .describe(
      'US dollars for a million tokens, by target or bare model id, in place of the known ones. Zero is a price.',
    ),
  callerCredentials: z
    .enum(['with-key', 'alone'])
    .optional()
    .describe(
      'Whether callers may call Bedrock with AWS keys of their own: beside a key, or alone as principals of the tier free. CALLER_CREDENTIALS overrides it. Default: such requests are refused.',
    ),
  trustProxy: z.int().min(0).max(32).optional().meta({
    description: 'Proxies before the gateway that append to X-Forwarded-For. TRUST_PROXY overrides it.',
    default: 0,
  }),
  cors: cors.optional().describe('Web pages that may call from a browser. Default: none.'),
  store: store.optional().meta({
    description:
      'Where limits and budgets are counted, for all instances together. REDIS_URL and LIMITS_TABLE_NAME override it. dynamodb-local: limits, keys and log in a stand-in for DynamoDB in this process, for a first try.',
    default: { type: 'memory' },
  }),
  timeouts: members(times).optional().describe('What calls, and the upstreams of streams, may take.'),
  retry: retry.optional().describe('When a call asks the same target again, once no other is left.'),
  circuitBreaker: circuitBreaker.optional().describe('When a target that fails is left out.'),
  coolDown: coolDown.optional().describe('How long a target is left alone that throttled, or refused the gateway.'),
  bulkhead: bulkhead
    .optional()
    .describe('How many attempts each target may have under way, in one process. Default: as many as come.'),
  maxAttempts: z.int().min(1).optional().meta({ description: 'Upstream attempts a call may cost.', default: 3 }),
  streams: members({
    commitAfterMs: silence.meta({
      description:
        'Silence after which a stream has its 200 and a comment before its content, so that no proxy cuts it.',
      default: 10000,
    }),
    keepAliveMs: silence.meta({ description: 'Silence after which a stream has a comment.', default: 15000 }),
    writeStallMs: silence.meta({ description: 'What a reader that takes nothing is waited for.', default: 60000 }),
  })
    .optional()
    .describe('What streamed answers do while nothing goes out, in milliseconds.'),
  defaultModel: text.optional().describe('Answers a request that names no model. DEFAULT_MODEL overrides it.'),
  defaultEmbeddingModel: text
    .optional()
    .describe('Answers embeddings requests that name no model; without it `defaultModel` does.'),
  exposeModels: z
    .enum(['routes', 'all'])
    .optional()
    .describe('What callers can name. Default: routes where there are any, else all.'),
  batches: batchesSchema
    .optional()
    .describe(
      "OpenAI's files and batches, over Bedrock's batch jobs and S3, and OpenAI's own. Default: the gateway has no such paths.",
    ),
  maxBodyBytes: z.int().min(1).optional().meta({ description: 'Largest request body, in bytes.', default: 20971520 }),
  requestLog: destination.optional().meta({
    description: 'none, memory, stdout, file:<path>, dynamodb or dynamodb:<table>. REQUEST_LOG overrides it.',
    default: 'memory',
  }),
  requestLogTable: z
    .string()
    .refine(isTableName, 'must be the name or the ARN of a DynamoDB table.')
    .optional()
    .describe('The table of `dynamodb` where it names none. Default: ai-gateway-<environment>-request-analytics.'),
  telemetry: telemetrySchema.optional().describe('The log of the app itself, metrics and traces.'),
  requestLogRetentionDays: z
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .meta({ description: 'Days after which a record in DynamoDB expires.', default: 30 }),
  logContent: z
    .union([
      z.boolean(),
      members({ maxChars: z.int().min(1).optional().meta({ description: 'Of each.', default: 8192 }) }),
    ])
    .optional()
    .meta({
      description: 'Whether prompts and completions of chats stand in the request log, redacted.',
      default: false,
    }),
  context: contextSchema.optional().describe('Facts that are looked up over MCP and added to the prompts of chats.'),
})

/** A configuration, checked. References to secrets still stand as they were written, until `resolveReferences`. */
export type Config = z.infer<typeof configSchema>
/** The same as it is written. */
export type ConfigInput = z.input<typeof configSchema>
