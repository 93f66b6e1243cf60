import { visibleText } from './clean-text.ts'
import type { ContextItem } from './context-item.ts'

/** A product as a catalogue tells it: the record that `select` takes by default. */
export interface Product {
  readonly productId: string
  readonly name: string
  readonly category?: string | undefined
  /** In the catalogue's own currency. */
  readonly price?: number | undefined
  readonly brand?: string | undefined
  readonly availability?: Availability | undefined
  readonly description?: string | undefined
  /** From 0 to 5. */
  readonly rating?: number | undefined
}

/** Whether a product can be had. */
export type Availability = 'in-stock' | 'limited' | 'out-of-stock'

/** What cannot be had stands as many places behind its relevance: it is told of where somebody asks for that very product. */
const outOfStockPenalty = 3
const availabilities: ReadonlySet<unknown> = new Set<Availability>(['in-stock', 'limited', 'out-of-stock'])

/** A product as an item: the fields of {@link Product} that are of their type, no others. `undefined` without an id and a name. */
export function productItem(item: unknown): ContextItem | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { productId, name, category, price, brand, availability, description, rating } = item as Members
  if (typeof productId !== 'string' || typeof name !== 'string') return undefined
  const isKnown = availabilities.has(availability)
  // Absolute, for −0: JSON does not have it, and a block says exactly what was selected.
  return {
    id: productId,
    data: {
      productId,
      name: short(name, 120),
      category: short(category, 60),
      price: typeof price === 'number' && price >= 0 ? Math.abs(price) : undefined,
      brand: short(brand, 60),
      availability: isKnown ? availability : undefined,
      rating: typeof rating === 'number' && rating >= 0 && rating <= 5 ? Math.abs(rating) : undefined,
      description: short(description, 240),
    },
    penalty: availability === 'out-of-stock' ? outOfStockPenalty : 0,
  }
}

type Members = Readonly<Record<keyof Product, unknown>>

function short(text: unknown, most: number): string | undefined {
  return typeof text === 'string' ? visibleText(text, most) : undefined
}
