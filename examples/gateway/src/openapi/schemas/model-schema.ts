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
  }),
  { example: { id: 'fast', object: 'model', created: 1_760_000_000, owned_by: 'modelgate' } },
)

export const modelListSchema = component(
  'ModelList',
  z.object({ object: z.literal('list'), data: z.array(modelSchema) }),
)
