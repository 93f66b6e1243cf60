import * as z from 'zod'
import { hasUser } from '../stores/redis-url.ts'
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

/** An upstream, by its type. */
export const provider = z.discriminatedUnion(
  'type',
  [
    members({
      type: z.literal('bedrock'),
      region: text.optional().describe('Default: AWS_REGION, or us-east-1.'),
      endpoint: url.optional().describe('Base URL of both planes: a VPC endpoint, or the simulator.'),
      apiKey: secret.optional().describe('Of bedrock: a Bedrock API key; default: the AWS credential chain.'),
      promptCaching: promptCaching.optional(),
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
