import * as z from 'zod'
import { hasUser } from '../stores/redis-url.ts'
import { region, roleArn } from './aws-names.ts'
import { members } from './members.ts'
import { secret } from './secret-schema.ts'

const text = z.string().min(1)
/** A base URL. */
export const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL.' })
  // It is shown to administrators, so it may hold no secret.
  .refine(value => !hasUser(value), 'must hold no user and no password.')

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
  .meta({
    description: 'What of every prompt is cached, where the model can. ENABLE_PROMPT_CACHING overrides it.',
    default: false,
  })

const assumeRole = members({
  roleArn: roleArn.describe('Its ARN.'),
  externalId: text.optional().describe("What the role's trust policy asks others' accounts for."),
  sessionName: text.optional().meta({ description: 'Names the calls in CloudTrail.', default: 'modelgate' }),
  durationSeconds: z.int().min(900).max(43_200).optional().meta({ description: 'Of a session.', default: 3600 }),
  region: region.optional().describe("Of the STS endpoint that is asked. Default: the provider's."),
}).describe('A role that is assumed with the AWS credentials found, and then calls Bedrock.')

const embeddings = members({
  inputType: z.enum(['search_document', 'search_query', 'classification', 'clustering']).optional().meta({
    description: 'What texts are for where a request has no `input_type`.',
    default: 'search_document',
  }),
  concurrency: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'Calls to Bedrock at once for one request.', default: 4 }),
}).describe('How embeddings are made.')

/** An upstream, by its type. */
export const provider = z.discriminatedUnion(
  'type',
  [
    members({
      type: z.literal('bedrock'),
      region: region.optional().describe('Default: AWS_REGION, or us-east-1.'),
      endpoint: url.optional().describe('Base URL of both planes: a VPC endpoint, or the simulator.'),
      apiKey: secret.optional().describe('Of bedrock: a Bedrock API key; default: the AWS credential chain.'),
      assumeRole: assumeRole.optional(),
      promptCaching: promptCaching.optional(),
      embeddings: embeddings.optional(),
      crossRegionInference: z.boolean().optional().meta({
        description:
          "Whether a bare model id is called by the region's inference profile wherever there is one, and not only where the model needs it. ENABLE_CROSS_REGION_INFERENCE overrides it.",
        default: false,
      }),
      applicationInferenceProfiles: z.boolean().optional().meta({
        description:
          "Whether the account's application inference profiles are listed, and known by id, name and ARN. ENABLE_APPLICATION_INFERENCE_PROFILES overrides it.",
        default: false,
      }),
    }),
    members({
      type: z.literal('openai'),
      baseURL: url
        .optional()
        .describe("Up to and without `/chat/completions`. Of openai: default OPENAI_BASE_URL, or OpenAI's own."),
      apiKey: secret.optional().describe('Of openai: default OPENAI_API_KEY.'),
    }),
    members({
      type: z.literal('openai-compatible'),
      baseURL: url.describe('Of openai-compatible: needed.'),
      apiKey: secret.optional().describe('Of openai-compatible: absent for servers that want none.'),
    }),
  ],
  { error: ({ input }) => `must be 'bedrock', 'openai' or 'openai-compatible'${gotType(input)}.` },
)

/** A type is one of a few words, so what stands there is no secret. */
function gotType(input: unknown): string {
  const { type } = (input ?? {}) as { readonly type?: unknown }
  return typeof type === 'string' ? `, got ${JSON.stringify(type)}` : ''
}

export type ProviderConfig = z.infer<typeof provider>
