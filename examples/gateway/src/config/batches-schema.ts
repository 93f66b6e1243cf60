import * as z from 'zod'
import { bucket, roleArn } from './aws-names.ts'
import { members } from './members.ts'

const text = z.string().min(1)

const ofBedrock = members({
  type: z.literal('bedrock'),
  bucket: bucket.meta({
    description: 'The bucket that files and batches are kept in, in the region of the provider.',
    examples: ['ai-gateway-dev-batches'],
  }),
  prefix: text.optional().meta({ description: 'What all its keys begin with.', default: 'modelgate/' }),
  roleArn: roleArn.meta({
    description: 'The role that Bedrock takes to read and write the bucket.',
    examples: ['arn:aws:iam::123456789012:role/bedrock-batches'],
  }),
  minimumRequests: z.int().min(1).optional().meta({
    description: 'The fewest requests that Bedrock takes in a job: a quota of your account for each model.',
    default: 100,
  }),
  smallBatches: z.enum(['refuse', 'run']).optional().meta({
    description: 'What becomes of a batch with fewer: a 400, or the gateway runs it itself, at the price of calls.',
    default: 'refuse',
  }),
  concurrency: z.int().min(1).max(64).optional().meta({
    description: 'Requests under way at once of each batch that the gateway runs itself.',
    default: 4,
  }),
})

/** OpenAI keeps them itself. */
const ofOpenai = members({ type: z.literal('openai') })

const kept = z.discriminatedUnion('type', [ofBedrock, ofOpenai], { error: "must be 'bedrock' or 'openai'." })

/** `batches`: which providers' models may be asked in batches, and where these are kept. */
export const batchesSchema = members({
  providers: z
    .record(text, kept)
    .describe("By the id of a provider of that type, whose region, role or key are batches', too."),
  maxFileBytes: z.int().min(1).optional().meta({ description: 'Largest file, in bytes.', default: 1_000_000_000 }),
  maxRequests: z.int().min(1).optional().meta({ description: 'Most requests in a file.', default: 50_000 }),
})
