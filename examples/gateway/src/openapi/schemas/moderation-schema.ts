import * as z from 'zod'
import { component } from './component.ts'

const result = z.object({
  type: z.literal('moderation_result'),
  model: z.string(),
  flagged: z.boolean(),
  categories: z.record(z.string(), z.boolean()),
  category_applied_input_types: z.record(z.string(), z.array(z.enum(['text', 'image']))),
  category_scores: z.record(z.string(), z.number()),
})

const verdict = z.union([
  z.object({ type: z.literal('moderation_results'), model: z.string(), results: z.array(result) }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
])

/** Verdicts on prompt and answer. */
export const moderationSchema = component('Moderation', z.object({ input: verdict, output: verdict }))
