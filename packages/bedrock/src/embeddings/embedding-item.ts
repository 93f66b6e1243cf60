import type { ImageFormat } from '../wire/converse-wire.ts'

/** An image to embed. */
export interface EmbeddingImage {
  readonly format: ImageFormat
  readonly base64: string
}

/** One thing to embed. */
export type EmbeddingItem = { readonly text: string } | { readonly image: EmbeddingImage }
