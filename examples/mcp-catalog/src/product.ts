import { z } from 'zod'

/** A record of the catalogue, as it lies in JSON and in DynamoDB. */
export const productSchema = z.strictObject({
  productId: z.string().min(1).max(64),
  name: z.string().min(1).max(200),
  category: z.string().min(1).max(64),
  /** In euros. */
  price: z.number().nonnegative(),
  brand: z.string().min(1).max(64),
  availability: z.enum(['in-stock', 'limited', 'out-of-stock']),
  description: z.string().max(2000),
  /** From 0 to 5. */
  rating: z.number().min(0).max(5),
})
export type Product = Readonly<z.infer<typeof productSchema>>
