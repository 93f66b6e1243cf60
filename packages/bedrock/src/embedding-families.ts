import { lacking, quoted } from './invalid-request.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { baseModelOf } from './model-id.ts'

/** What a request asks of each vector. */
export interface EmbeddingWish {
  readonly dimensions: number | undefined
  /** What the text is for: `search_document`, `search_query`, `classification`, `clustering`. */
  readonly inputType: string
}

/** How one family of embedding models is called over InvokeModel. */
export interface EmbeddingFamily {
  /** Texts a call. */
  readonly batchSize: number
  /** The `dimensions` it takes; empty: none but its own. */
  readonly dimensions: readonly number[]
  readonly takesInputType: boolean
  toBody(texts: readonly string[], wish: EmbeddingWish): object
  /** The vectors in the order of the texts; `undefined` for an answer that holds none. */
  toVectors(answer: JsonObject): readonly unknown[] | undefined
  toTokens(answer: JsonObject): number | undefined
}

const titanV1: EmbeddingFamily = {
  batchSize: 1,
  dimensions: [],
  takesInputType: false,
  toBody: ([inputText]) => ({ inputText }),
  toVectors: ({ embedding }) => [embedding],
  toTokens: ({ inputTextTokenCount: count }) => (typeof count === 'number' ? count : undefined),
}

const titanV2: EmbeddingFamily = {
  ...titanV1,
  dimensions: [256, 512, 1024],
  toBody: ([inputText], { dimensions }) => ({ inputText, ...(dimensions !== undefined && { dimensions }) }),
}

const cohereV3: EmbeddingFamily = {
  batchSize: 96,
  dimensions: [],
  takesInputType: true,
  toBody: (texts, { inputType }) => ({ texts, input_type: inputType }),
  toVectors({ embeddings }) {
    const floats = isJsonObject(embeddings) ? embeddings.float : embeddings
    return Array.isArray(floats) ? floats : undefined
  },
  toTokens: () => undefined,
}

const cohereV4: EmbeddingFamily = {
  ...cohereV3,
  dimensions: [256, 512, 1024, 1536],
  toBody: (texts, { inputType, dimensions }) => ({
    texts,
    input_type: inputType,
    embedding_types: ['float'],
    ...(dimensions !== undefined && { output_dimension: dimensions }),
  }),
}

/**
 * By prefix of the base model id.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
 */
const families: readonly (readonly [prefix: string, family: EmbeddingFamily])[] = [
  ['amazon.titan-embed-text-v2', titanV2],
  ['amazon.titan-embed-text-v1', titanV1],
  ['amazon.titan-embed-g1-text', titanV1],
  ['cohere.embed-v4', cohereV4],
  ['cohere.embed-', cohereV3],
]

/** Whether a base model makes embeddings, and holds no chat. */
export function isEmbeddingModel(base: string): boolean {
  return families.some(([prefix]) => base.startsWith(prefix))
}

/** @throws {GatewayError} `invalid_request` for a model of no known family. */
export function embeddingFamilyOf(model: string): EmbeddingFamily {
  const base = baseModelOf(model)
  const family = families.find(([prefix]) => base.startsWith(prefix))?.[1]
  if (family) return family
  throw lacking(
    'operation',
    'model',
    `${quoted(model)} is no embedding model that is known here; use Titan Text Embeddings or Cohere Embed`,
  )
}
