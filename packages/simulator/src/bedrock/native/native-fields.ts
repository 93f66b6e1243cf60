import type { Field } from '../embeddings/shape.ts'

/** A number from 0 to 1. */
export const fraction: Field = { type: 'number', range: [0, 1] }

/** A list of texts. */
export const texts: Field = { type: 'array', items: { type: 'string' } }

/** A whole number from 1. */
export function count(most: number): Field {
  return { type: 'integer', range: [1, most] }
}
