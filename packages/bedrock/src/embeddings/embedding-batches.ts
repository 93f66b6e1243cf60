import type { EmbeddingImage, EmbeddingItem } from './embedding-item.ts'

/** What one call of a model embeds: texts, or one image. */
export interface EmbeddingBatch {
  /** The indexes of its items in the request's `input`, in the order in which it is answered. */
  readonly places: readonly number[]
  readonly texts: readonly string[]
  readonly image?: EmbeddingImage | undefined
}

/** So many texts a call, and each image in a call of its own: no model takes both in one, nor surely two images. */
export function toBatches(items: readonly EmbeddingItem[], batchSize: number): EmbeddingBatch[] {
  const batches: EmbeddingBatch[] = []
  let texts: string[] = []
  let places: number[] = []
  const flush = (): void => {
    if (texts.length > 0) batches.push({ places, texts })
    texts = []
    places = []
  }
  items.forEach((item, index) => {
    if ('image' in item) batches.push({ places: [index], texts: [], image: item.image })
    else {
      places.push(index)
      if (texts.push(item.text) === batchSize) flush()
    }
  })
  flush()
  return batches
}
