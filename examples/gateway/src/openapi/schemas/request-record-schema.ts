import * as z from 'zod'
import { component } from './component.ts'

const text = z.string().nullable()
const number = z.number().nullable()

/** A call as the request log has it, without what was asked and answered. */
export const requestRecordSchema = component(
  'RequestRecord',
  z.strictObject({
    requestId: z.string(),
    timestamp: z.string(),
    userId: text,
    tenant: text,
    keyId: text,
    tier: text,
    operation: z.string(),
    route: text,
    model: text,
    responseModel: text,
    provider: text,
    target: text,
    status: z.enum(['completed', 'cancelled', 'failed']),
    errorCode: text,
    finishReason: text,
    stream: z.boolean(),
    tokens: number,
    promptTokens: number,
    completionTokens: number,
    cachedTokens: number,
    usageSource: z.enum(['reported', 'estimated']),
    paidBy: z.literal('caller').optional().describe('Credentials of the caller paid; absent where the gateway did.'),
    cost: number.describe('US dollars; null where a price is not known.'),
    latency: z.number().describe('Milliseconds.'),
    firstFrameMs: number,
    attempts: z.array(z.strictObject({ target: z.string(), code: z.string(), durationMs: z.number(), cost: number })),
    droppedParams: z.array(z.string()),
    context: z
      .strictObject({
        status: z.enum(['hit', 'stale', 'none', 'skipped', 'off', 'failed']),
        reason: z.enum(['timeout', 'circuit_open', 'error', 'bad_answer']).optional(),
        source: z.string().optional(),
        items: z.array(z.string()).describe('Ids.'),
        tokens: z.number().describe('Estimated.'),
        version: z.string().optional(),
      })
      .optional()
      .describe('What was added to the prompt; absent where nothing adds to prompts.'),
    tags: z.record(z.string(), z.string()),
    shortened: z.array(z.string()).optional(),
    expirationTimestamp: z.number().optional(),
  }),
)

export const requestRecordsSchema = component(
  'RequestRecords',
  z.strictObject({ object: z.literal('list'), data: z.array(requestRecordSchema) }),
)
