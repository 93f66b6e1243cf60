import * as z from 'zod'
import { component, optional } from './component.ts'

export const modelSchema = component(
  'Model',
  z.object({
    id: z.string(),
    object: z.literal('model'),
    created: z.number().describe('Unix seconds.'),
    owned_by: z.string(),
    shutdown_date: optional(z.string().nullable()),
    name: optional(z.string()).describe("As people call it: the model's, or an inference profile's own."),
    base_model: optional(z.string()).describe('The model behind a profile.'),
    capabilities: optional(
      z.object({
        operations: optional(z.array(z.string()).readonly()),
        tools: optional(z.boolean()),
        streaming: optional(z.boolean()),
        images: optional(z.number()),
        documents: optional(z.number()),
        audio: optional(z.number()),
        context_tokens: optional(z.number()),
      }),
    ).describe('As far as it is known: a member that is absent says nothing.'),
  }),
  { example: { id: 'fast', object: 'model', created: 1_760_000_000, owned_by: 'modelgate' } },
)

export const modelListSchema = component(
  'ModelList',
  z.object({ object: z.literal('list'), data: z.array(modelSchema) }),
)
