import { z } from 'zod'

/** What may be asked of the catalogue: a text, filters, or both. */
export const productQuerySchema = z.object({
  query: z
    .string()
    .max(512)
    .default('')
    .describe('What is sought, in plain words. A price limit in it, such as "under 50", counts as one.'),
  category: z.string().max(64).optional().describe('One category, such as "Electronics".'),
  minPrice: z.number().nonnegative().optional().describe('Euros.'),
  maxPrice: z.number().nonnegative().optional().describe('Euros.'),
  brand: z.string().max(64).optional().describe('One brand.'),
  availability: z.enum(['in-stock', 'limited', 'out-of-stock']).optional(),
  limit: z.number().int().min(1).max(20).default(5).describe('How many products at most.'),
})
export type ProductQuery = z.infer<typeof productQuerySchema>
