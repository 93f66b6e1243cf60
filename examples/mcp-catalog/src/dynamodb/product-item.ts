import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { type Product, productSchema } from '../product.ts'

/** A product as DynamoDB keeps it. */
export function toItem(product: Product): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(product).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  )
}

/** @throws {Error} that names the item, where it is no product. */
export function fromItem(item: Readonly<Record<string, AttributeValue>>): Product {
  const members = Object.entries(item).map(([name, { N, S }]) => [name, N === undefined ? S : Number(N)])
  const parsed = productSchema.strip().safeParse(Object.fromEntries(members))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(issue => issue.path.join('.')).join(', ')
  throw new Error(`The item ${item.productId?.S ?? 'without productId'} is no product: look at ${faults}.`)
}
