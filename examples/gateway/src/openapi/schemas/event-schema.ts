import * as z from 'zod'
import { chatChunkSchema } from './chat-chunk-schema.ts'
import { component } from './component.ts'
import { base64EmbeddingsResponseSchema, embeddingsResponseSchema } from './embeddings-schema.ts'
import { errorSchema } from './error-schema.ts'

/** OpenAI-compatible upstreams may send events of their own between chunks; they are passed on as they come. */
const upstreamEvent = component('UpstreamEvent', z.object({ object: z.string().regex(/^(?!chat\.completion)/) }), {
  description: "An event of the upstream's own, passed on as it came: to be skipped by whoever does not know it.",
})

/** What the `data` of an event holds, once it is parsed; its last one, `[DONE]`, is no JSON. */
export const chatEventSchema = component(
  'ChatCompletionEvent',
  z.union([chatChunkSchema, errorSchema, upstreamEvent, z.literal('[DONE]')]),
  {
    description:
      'The `data` of one event: a chunk, the error that ends a stream, `[DONE]`, or what only the upstream knows.',
  },
)

export const embeddingsAnswerSchema = component(
  'EmbeddingsAnswer',
  z.union([embeddingsResponseSchema, base64EmbeddingsResponseSchema]),
)
