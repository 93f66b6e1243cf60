import * as z from 'zod'
import { component, optional } from './component.ts'

export const embeddingsRequestSchema = component(
  'EmbeddingsRequest',
  z.object({
    model: z.string(),
    input: z.union([z.string(), z.array(z.string()), z.array(z.number()), z.array(z.array(z.number()))]),
    dimensions: optional(z.number()),
    encoding_format: optional(z.enum(['float', 'base64'])),
    user: optional(z.string()),
  }),
  { example: { model: 'text-embedding-3-small', input: 'hello' } },
)

const usage = z.object({ prompt_tokens: z.number(), total_tokens: z.number() })

function answerOf<V extends z.ZodType>(vector: V) {
  return z.object({
    object: z.literal('list'),
    data: z.array(z.object({ object: z.literal('embedding'), index: z.number(), embedding: vector })),
    model: z.string(),
    usage,
  })
}

export const embeddingsResponseSchema = component('EmbeddingsResponse', answerOf(z.array(z.number())), {
  example: {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.1, -0.2] }],
    model: 'text-embedding-3-small',
    usage: { prompt_tokens: 1, total_tokens: 1 },
  },
})

export const base64EmbeddingsResponseSchema = component('Base64EmbeddingsResponse', answerOf(z.string()), {
  description: 'Each vector as base64 of little-endian 32-bit floats.',
})
