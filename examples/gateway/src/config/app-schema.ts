import * as z from 'zod'
import { members } from './members.ts'

// A longer timer than this overflows and fires at once.
const milliseconds = z.int().min(0).max(2_147_483_647)

/** Where the app listens, and how it ends. */
export const serverSchema = members({
  host: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'The address it listens at; 0.0.0.0 is every one.',
      default: '127.0.0.1',
      examples: ['0.0.0.0'],
    }),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .meta({ description: '0 takes a free one.', default: 3000, examples: [8080] }),
  metricsPort: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .meta({
      description: 'Where `GET /metrics` is served without a key, beside the port of all else.',
      examples: [9464],
    }),
  metricsHost: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The address of metricsPort.', default: '127.0.0.1', examples: ['0.0.0.0'] }),
  keepAliveTimeoutMs: milliseconds.optional().meta({
    description:
      'How long a connection is kept for a next request, in milliseconds: longer than the load balancer in front keeps it.',
    default: 65_000,
    examples: [605_000],
  }),
  shutdownGraceMs: milliseconds
    .optional()
    .meta({ description: 'What open calls get after SIGTERM, in milliseconds.', default: 30_000, examples: [60_000] }),
  shutdownDelayMs: milliseconds.optional().meta({
    description:
      'Of which so much is spent accepting still, in milliseconds, for load balancers to see that it drains.',
    default: 0,
    examples: [5_000],
  }),
})

const flag = z.boolean().optional()

/** What can be switched off, or on, without touching anything else. */
export const featuresSchema = members({
  openaiProvider: flag.meta({
    description: 'False leaves out providers of type openai, with their targets in routes.',
    default: true,
    examples: [false],
  }),
  bedrockProvider: flag.meta({
    description: 'False leaves out providers of type bedrock, with their targets in routes.',
    default: true,
    examples: [false],
  }),
  crossRegionInference: flag.meta({
    description:
      "True: a bare id of a Bedrock model is called by its region's inference profile, such as us.…. False: only where the model is served in no other way.",
    default: false,
    examples: [true],
  }),
  applicationInferenceProfiles: flag.meta({
    description:
      "True: your account's application inference profiles are listed, and may be named by id and name as by ARN.",
    default: false,
    examples: [true],
  }),
  promptCaching: flag.meta({
    description: 'In place of what each Bedrock provider says: true caches tools, system prompt and conversation.',
    examples: [true],
  }),
})
