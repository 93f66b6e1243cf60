import * as z from 'zod'
import { component, optional } from './component.ts'

/** OpenAI writes null where others leave out. */
function maybe<S extends z.ZodType>(schema: S): z.ZodExactOptional<z.ZodNullable<S>> {
  return optional(schema.nullable())
}

const seconds = z.number().describe('Unix seconds.')

export const fileSchema = component(
  'File',
  z.object({
    id: z.string(),
    object: z.literal('file'),
    bytes: z.number(),
    created_at: seconds,
    filename: z.string(),
    purpose: z.enum(['batch', 'batch_output']),
    status: z.literal('processed'),
    expires_at: maybe(seconds),
  }),
)

export const fileDeletedSchema = component(
  'FileDeleted',
  z.object({ id: z.string(), object: z.literal('file'), deleted: z.boolean() }),
)

component(
  'NewFile',
  z.object({
    purpose: z.literal('batch'),
    file: z
      .string()
      .describe(
        "Lines of JSON, each a request: `custom_id`, `method`, `url` and `body`, as OpenAI's batches have them.",
      )
      .meta({ contentMediaType: 'application/jsonl' }),
  }),
)

component(
  'NewBatch',
  z.object({
    input_file_id: z.string(),
    endpoint: z.literal('/v1/chat/completions'),
    completion_window: z.literal('24h'),
    metadata: maybe(z.record(z.string(), z.string())),
  }),
  { example: { input_file_id: 'file-abc', endpoint: '/v1/chat/completions', completion_window: '24h' } },
)

const counts = z.object({ total: z.number(), completed: z.number(), failed: z.number() })
const usage = z.object({
  input_tokens: z.number(),
  input_tokens_details: z.object({ cached_tokens: z.number() }),
  output_tokens: z.number(),
  output_tokens_details: z.object({ reasoning_tokens: z.number() }),
  total_tokens: z.number(),
})
const fault = z.object({
  code: optional(z.string()),
  message: optional(z.string()),
  line: maybe(z.number()),
  param: maybe(z.string()),
})

export const batchSchema = component(
  'Batch',
  z.object({
    id: z.string(),
    object: z.literal('batch'),
    endpoint: z.string(),
    input_file_id: z.string(),
    completion_window: z.string(),
    status: z.enum([
      'validating',
      'failed',
      'in_progress',
      'finalizing',
      'completed',
      'expired',
      'cancelling',
      'cancelled',
    ]),
    created_at: seconds,
    model: maybe(z.string()),
    errors: maybe(z.object({ object: z.string(), data: z.array(fault) })),
    output_file_id: maybe(z.string()),
    error_file_id: maybe(z.string()),
    in_progress_at: maybe(seconds),
    expires_at: maybe(seconds),
    finalizing_at: maybe(seconds),
    completed_at: maybe(seconds),
    failed_at: maybe(seconds),
    expired_at: maybe(seconds),
    cancelling_at: maybe(seconds),
    cancelled_at: maybe(seconds),
    request_counts: maybe(counts),
    usage: maybe(usage),
    metadata: maybe(z.record(z.string(), z.string())),
  }),
)

function page(name: string, item: z.ZodType): void {
  component(
    name,
    z.object({
      object: z.literal('list'),
      data: z.array(item),
      first_id: z.string().nullable(),
      last_id: z.string().nullable(),
      has_more: z.boolean(),
    }),
  )
}

page('FileList', fileSchema)
page('BatchList', batchSchema)
component('FileBytes', z.string().describe('What is in the file, as it is.'))
