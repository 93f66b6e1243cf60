import * as z from 'zod'
import { parseDestination } from '../request-log/destination.ts'
import { featuresSchema, serverSchema } from './app-schema.ts'
import { region, tableName } from './aws-names.ts'
import { batchesSchema } from './batches-schema.ts'
import { budgetsSchema } from './budget-schema.ts'
import { cacheSchema } from './cache-schema.ts'
import { contextSchema } from './context-schema.ts'
import { corsSchema } from './cors-schema.ts'
import { idempotencySchema } from './idempotency-schema.ts'
import { keySchema } from './key-schema.ts'
import { limitsSchema } from './limits-schema.ts'
import { members } from './members.ts'
import { priceSchema } from './price-schema.ts'
import { provider } from './provider-schema.ts'
import { bulkhead, circuitBreaker, coolDown, retry } from './resilience-schema.ts'
import { routeSchema } from './route-schema.ts'
import { secret } from './secret-schema.ts'
import { storeSchema } from './store-schema.ts'
import { telemetrySchema } from './telemetry-schema.ts'
import { times } from './times-schema.ts'

const text = z.string().min(1)

const destination = z.string().transform((value, context) => {
  const parsed = parseDestination(value)
  if (typeof parsed !== 'string') return parsed
  context.issues.push({ code: 'custom', message: parsed, input: value })
  return z.NEVER
})

const silence = z.int().min(1).max(2_147_483_647).optional()

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
  region: region.optional().meta({
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
  apiKeyTable: tableName
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
  keys: z.array(keySchema).optional().describe('API keys that open the door.'),
  limits: limitsSchema.optional().describe('What callers may use.'),
  cache: cacheSchema
    .optional()
    .describe('How answers are kept of routes that say so, and where a caller asks for it by `x-modelgate-cache: on`.'),
  idempotency: idempotencySchema
    .optional()
    .describe('Calls that bring an Idempotency-Key: made once, and answered again at no cost. Kept in `store`.'),
  budgets: budgetsSchema.optional().describe('What callers may cost, counted in `store`.'),
  prices: z
    .record(text, priceSchema)
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
  cors: corsSchema.optional().describe('Web pages that may call from a browser. Default: none.'),
  store: storeSchema.optional().meta({
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
  requestLogTable: tableName
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
