import type { JsonObject } from '../wire/json.ts'
import type { EmbeddingBatch } from './embedding-batches.ts'

/** How one family of embedding models is called over InvokeModel. */
export interface EmbeddingFamily {
  /** Texts a call. */
  readonly batchSize: number
  /** The longest text that it takes, as far as that is told in characters. */
  readonly maxCharacters: number
  readonly takesImages: boolean
  /** The `dimensions` it can be told. */
  readonly dimensions: readonly number[]
  /** Those it makes untold. */
  readonly ownDimensions: number
  /** Its words for what texts are for, by what a request may say; absent: it cannot be told. */
  readonly inputTypes?: ReadonlyMap<string, string> | undefined
  /** Its words for the end at which a text that is too long is cut; absent: it cannot be told, and refuses such a text. */
  readonly truncations?: Readonly<Record<'NONE' | 'START' | 'END', string>> | undefined
  toBody(batch: EmbeddingBatch, wish: EmbeddingWish): object
  /** The vectors in the batch's order; `undefined` for an answer that holds none. */
  toVectors(answer: JsonObject): readonly unknown[] | undefined
  toTokens(answer: JsonObject): number | undefined
}

/** What a request asks of each vector, in the model's own words. */
export interface EmbeddingWish {
  /** `undefined` where the model's own are asked for. */
  readonly dimensions: number | undefined
  /** What the texts are for. */
  readonly inputType: string
  /** What becomes of a text that is too long. */
  readonly truncate: string
}
