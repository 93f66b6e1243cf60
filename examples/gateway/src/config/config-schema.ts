import * as z from 'zod'
import { parseDestination } from '../request-log/destination.ts'
import { members } from './members.ts'
import { bulkhead, circuitBreaker, coolDown, retry } from './resilience-schema.ts'
import { routeSchema } from './route-schema.ts'
import { times } from './times-schema.ts'

const text = z.string().min(1)
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL.' })

const secretReference = members({
  secret: z.string().regex(/^env:[A-Za-z_]\w*$/, "must be 'env:NAME', the name of an environment variable."),
}).describe('A secret that stands elsewhere.')

const secret = z
  .union([text, secretReference])
  .describe('`{ "secret": "env:NAME" }`. The secret itself is taken too, with a warning: files get shared.')

const promptCaching = z
  .union([
    z.boolean(),
    members({
      system: z.boolean().optional(),
      tools: z.boolean().optional(),
      messages: z.boolean().optional(),
      ttl: z.enum(['5m', '1h']).optional(),
    }),
  ])
  .describe('What of every prompt is cached, where the model can. ENABLE_PROMPT_CACHING overrides it. Default false.')

const assumeRole = members({
  roleArn: text.describe('arn:aws:iam::123456789012:role/name'),
  externalId: text.optional().describe("What the role's trust policy asks others' accounts for."),
  sessionName: text.optional().describe('Names the calls in CloudTrail. Default modelgate.'),
  durationSeconds: z.int().min(900).max(43_200).optional().describe('Of a session. Default 3600.'),
  region: text.optional().describe("Of the STS endpoint that is asked. Default: the provider's."),
}).describe('A role that is assumed with the AWS credentials found, and then calls Bedrock.')

const embeddings = members({
  inputType: z
    .enum(['search_document', 'search_query', 'classification', 'clustering'])
    .optional()
    .describe('What texts are for where a request has no `input_type`. Default search_document.'),
  concurrency: z.int().min(1).max(64).optional().describe('Calls to Bedrock at once for one request. Default 4.'),
}).describe('How embeddings are made.')

const provider = z.discriminatedUnion(
  'type',
  [
    members({
      type: z.literal('bedrock'),
      region: text.optional().describe('Default: AWS_REGION, or us-east-1.'),
      endpoint: url.optional().describe('Base URL of both planes: a VPC endpoint, or the simulator.'),
      apiKey: secret.optional().describe('A Bedrock API key. Default: the AWS credential chain.'),
      assumeRole: assumeRole.optional(),
      promptCaching: promptCaching.optional(),
      crossRegionInference: z
        .boolean()
        .optional()
        .describe(
          "Whether a bare model id is called by the region's inference profile wherever there is one, and not only where the model needs it. ENABLE_CROSS_REGION_INFERENCE overrides it. Default false.",
        ),
      applicationInferenceProfiles: z
        .boolean()
        .optional()
        .describe(
          "Whether the account's application inference profiles are listed, and known by id, name and ARN. ENABLE_APPLICATION_INFERENCE_PROFILES overrides it. Default false.",
        ),
      embeddings: embeddings.optional(),
    }),
    members({
      type: z.literal('openai'),
      baseURL: url
        .optional()
        .describe("Up to and without `/chat/completions`. Default: OPENAI_BASE_URL, or OpenAI's own."),
      apiKey: secret.optional().describe('Default: OPENAI_API_KEY.'),
    }),
    members({
      type: z.literal('openai-compatible'),
      baseURL: url.describe('Up to and without `/chat/completions`.'),
      apiKey: secret.optional().describe('Absent for servers that want none.'),
    }),
  ],
  { error: "must be 'bedrock', 'openai' or 'openai-compatible'." },
)

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
    .describe('While the store fails: count in memory, let all in, or refuse. Default local.'),
  expectedInstances: z
    .int()
    .min(1)
    .optional()
    .describe('Processes that share the store, by which quotas are divided with local. Default 1.'),
  storeTimeoutMs: z.int().min(1).max(60_000).optional().describe('What the store may take. Default 50.'),
  defaultMaxTokens: z
    .int()
    .min(1)
    .optional()
    .describe('The output cap, in tokens, where tokens are limited and nothing else says one. Default 4096.'),
})

const moment = text.refine(
  value => !Number.isNaN(Date.parse(value)),
  'must be a date as ISO 8601 writes it: 2027-01-31T00:00:00Z.',
)

const key = members(
  {
    key: secret.optional(),
    keyHash: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, "must be the key's SHA-256 in 64 hexadecimal digits.")
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
    active: z.boolean().optional().describe('Default true.'),
    createdAt: moment.optional().describe('ISO 8601; for your own records.'),
    expiresAt: moment.optional().describe('ISO 8601, as 2027-01-31T00:00:00Z; from then on the key is refused.'),
    rateLimit: rateLimit.optional().describe("Limits of its own; each stands in place of its tier's."),
    maxTokens: z.int().min(1).optional().describe('Most tokens that a call with it may ask to be answered with.'),
  },
  ['budget'],
).meta({ oneOf: [{ required: ['key'] }, { required: ['keyHash'] }] })

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
      tableName: text.describe('A table with the key pk, as `pnpm tables create` makes it.'),
      region: text.optional().describe('Default: what the AWS SDK finds.'),
      endpoint: url.optional().describe('Where DynamoDB is, if it is not at AWS.'),
    }),
  ],
  { error: "must be 'memory', 'redis' or 'dynamodb'." },
)

const destination = z.string().transform((value, context) => {
  const parsed = parseDestination(value)
  if (typeof parsed !== 'string') return parsed
  context.issues.push({ code: 'custom', message: parsed, input: value })
  return z.NEVER
})

const silence = z.int().min(1).max(2_147_483_647).optional()

const planned = ['context', 'cors']

/** The configuration file. Its JSON Schema, `modelgate.schema.json`, is made from this. */
export const configSchema = members(
  {
    $schema: z.string().optional(),
    providers: z
      .record(z.string().regex(/^[A-Za-z0-9._-]+$/, "may hold only letters, digits, '.', '_' and '-'."), provider)
      .optional()
      .describe('Upstreams by the id they have in targets. With them the gateway is live.'),
    routes: z.record(text, routeSchema).optional().describe('Names of your own and the targets behind each.'),
    keys: z.array(key).optional().describe('API keys that open the door.'),
    limits: limits.optional().describe('What callers may use.'),
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
    trustProxy: z
      .int()
      .min(0)
      .max(32)
      .optional()
      .describe('Proxies before the gateway that append to X-Forwarded-For. TRUST_PROXY overrides it. Default 0.'),
    store: store
      .optional()
      .describe(
        'Where limits are counted, for all instances together. REDIS_URL and LIMITS_TABLE_NAME override it. Default memory.',
      ),
    timeouts: members(times).optional().describe('What calls, and the upstreams of streams, may take.'),
    retry: retry.optional().describe('When a call asks the same target again, once no other is left.'),
    circuitBreaker: circuitBreaker.optional().describe('When a target that fails is left out.'),
    coolDown: coolDown.optional().describe('How long a target is left alone that throttled, or refused the gateway.'),
    bulkhead: bulkhead
      .optional()
      .describe('How many attempts each target may have under way, in one process. Default: as many as come.'),
    maxAttempts: z.int().min(1).optional().describe('Upstream attempts a call may cost. Default 3.'),
    streams: members({
      commitAfterMs: silence.describe(
        'Silence after which a stream has its 200 and a comment before its content, so that no proxy cuts it. Default 10000.',
      ),
      keepAliveMs: silence.describe('Silence after which a stream has a comment. Default 15000.'),
      writeStallMs: silence.describe('What a reader that takes nothing is waited for. Default 60000.'),
    })
      .optional()
      .describe('What streamed answers do while nothing goes out, in milliseconds.'),
    defaultModel: text.optional().describe('Answers a request that names no model. DEFAULT_MODEL overrides it.'),
    exposeModels: z
      .enum(['routes', 'all'])
      .optional()
      .describe('What callers can name. Default: routes where there are any, else all.'),
    maxBodyBytes: z.int().min(1).optional().describe('Largest request body, in bytes. Default 20971520.'),
    requestLog: destination
      .optional()
      .describe('stdout, file:<path>, dynamodb or dynamodb:<table>. REQUEST_LOG overrides it.'),
    requestLogRetentionDays: z
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .describe('Days after which a record in DynamoDB expires. Default 30.'),
    logContent: z
      .union([z.boolean(), members({ maxChars: z.int().min(1).optional().describe('Of each. Default 8192.') })])
      .optional()
      .describe('Whether prompts and completions of chats stand in the request log, redacted. Default false.'),
  },
  planned,
)

/** A configuration file's contents, checked. Secrets still stand as they were written. */
export type Config = z.infer<typeof configSchema>
export type ProviderConfig = z.infer<typeof provider>
export type SecretConfig = z.infer<typeof secret>
