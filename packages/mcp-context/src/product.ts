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
