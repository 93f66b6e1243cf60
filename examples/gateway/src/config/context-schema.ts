import * as z from 'zod'
import { members } from './members.ts'
import { url } from './provider-schema.ts'
import { secret } from './secret-schema.ts'
import { milliseconds } from './times-schema.ts'

const text = z.string().min(1)

const server = members({
  url: url.optional().describe('Of a server over streamable HTTP. MCP_SERVER_URL overrides it.'),
  token: secret.optional().describe('Sent to it as a bearer token.'),
  command: text
    .optional()
    .describe('Of a server that is started here, and spoken to over its standard input and output.'),
  args: z.array(z.string()).optional(),
  cwd: text.optional().describe('Where it is started.'),
  env: z
    .record(text, z.string())
    .optional()
    .describe("Variables that it gets; of this process's own it gets HOME, PATH and the like alone."),
}).refine(
  ({ url: address, command }) => (address === undefined) !== (command === undefined),
  'give one of url and command.',
)

const tool = members({
  name: text.describe('The one tool that is called, with `query` and `limit`.'),
  pin: z
    .string()
    .regex(/^sha256-[\w+/=-]{40,}$/, "must be 'sha256-…', as health shows it.")
    .optional()
    .describe('Hash of its description: with another it is refused. Default: the first that is seen.'),
})

/** Facts that are looked up over MCP, and added to the prompts of chats. */
export const contextSchema = members({
  enabled: z.boolean().optional().meta({ description: 'ENABLE_MCP_CONTEXT overrides it.', default: true }),
  server: server.optional().describe('The MCP server. Default, in the demo: the catalogue of examples/mcp-catalog.'),
  name: text.optional().meta({ description: 'What it is called in logs, metrics and health.', default: 'catalogue' }),
  tool: tool.optional().meta({ default: { name: 'search_products' } }),
  resources: z
    .array(text)
    .min(1)
    .optional()
    .describe('URIs that are read in place of a tool being called; {query} in one becomes the query.'),
  signingSecret: secret
    .optional()
    .describe(
      'What the boundaries of what is added are made with: at least 16 characters, the same on every instance. CONTEXT_SECRET overrides it. Default: one of each process.',
    ),
  when: z
    .enum(['products', 'always'])
    .optional()
    .meta({ description: 'Which chats: those that seem to ask about products, or all.', default: 'products' }),
  goods: z.array(text).optional().describe('With products: names of what is sold here and in few other places.'),
  maxTokens: z.int().min(200).max(100_000).optional().meta({ description: 'Most that is added.', default: 800 }),
  maxItems: z.int().min(1).max(100).optional().meta({ default: 5 }),
  windowShare: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .meta({ description: 'Of the smallest context window that the call may reach.', default: 0.1 }),
  allowedHosts: z.array(text).optional().describe('Hosts whose addresses may stand in what is added. Default: none.'),
  timeoutMs: milliseconds
    .max(60_000)
    .optional()
    .meta({ description: 'What a call waits for it; 5,000 by default for the catalogue of the demo.', default: 300 }),
  ttlMs: z.int().min(0).max(86_400_000).optional().meta({
    description: 'How long an answer holds that does not say.',
    default: 60000,
  }),
  maxStaleMs: z.int().min(0).max(86_400_000).optional().meta({
    description: 'How long beyond that it is used while the server fails.',
    default: 3600000,
  }),
  required: z.boolean().optional().meta({
    description: 'Whether chats that are to get facts fail, with 503, where the server does.',
    default: false,
  }),
  circuitBreaker: members({
    failureThreshold: z.int().min(1).optional().meta({ default: 5 }),
    waitDurationInOpenStateMs: milliseconds.optional().meta({ default: 30000 }),
    maxWaitDurationInOpenStateMs: milliseconds.optional().meta({ default: 300000 }),
  })
    .optional()
    .describe('When the server is left alone.'),
})

export type ContextConfig = z.infer<typeof contextSchema>
