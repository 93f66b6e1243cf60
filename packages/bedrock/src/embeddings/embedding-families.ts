import { baseModelOf } from '../models/model-id.ts'
import { lacking, quoted } from '../request/invalid-request.ts'
import { isJsonObject } from '../wire/json.ts'
import type { EmbeddingBatch } from './embedding-batches.ts'
import type { EmbeddingFamily } from './embedding-family.ts'

const titanV1: EmbeddingFamily = {
  batchSize: 1,
  maxCharacters: 50_000,
  takesImages: false,
  dimensions: [],
  ownDimensions: 1536,
  toBody: ({ texts: [inputText] }) => ({ inputText }),
  toVectors: ({ embedding }) => [embedding],
  toTokens: ({ inputTextTokenCount: count }) => (typeof count === 'number' ? count : undefined),
}

const titanV2: EmbeddingFamily = {
  ...titanV1,
  dimensions: [256, 512, 1024],
  ownDimensions: 1024,
  toBody: ({ texts: [inputText] }, { dimensions }) => ({ inputText, ...(dimensions !== undefined && { dimensions }) }),
}

const titanImage: EmbeddingFamily = {
  ...titanV1,
  maxCharacters: Number.POSITIVE_INFINITY,
  takesImages: true,
  dimensions: [256, 384, 1024],
  ownDimensions: 1024,
  toBody: ({ texts: [inputText], image }, { dimensions }) => ({
    ...(image ? { inputImage: image.base64 } : { inputText }),
    ...(dimensions !== undefined && { embeddingConfig: { outputEmbeddingLength: dimensions } }),
  }),
}

const cohereInputTypes = asTheyAre('search_document', 'search_query', 'classification', 'clustering')
const truncations = { NONE: 'NONE', START: 'START', END: 'END' } as const

const cohereV3: EmbeddingFamily = {
  batchSize: 96,
  maxCharacters: 2_048,
  takesImages: true,
  dimensions: [],
  ownDimensions: 1024,
  inputTypes: cohereInputTypes,
  truncations,
  toBody: ({ texts, image }, { inputType, truncate }) =>
    image ? { images: [dataUrlOf(image)], input_type: 'image' } : { texts, input_type: inputType, truncate },
  toVectors({ embeddings }) {
    const floats = isJsonObject(embeddings) ? embeddings.float : embeddings
    return Array.isArray(floats) ? floats : undefined
  },
  toTokens: () => undefined,
}

const cohereV4: EmbeddingFamily = {
  ...cohereV3,
  maxCharacters: Number.POSITIVE_INFINITY,
  dimensions: [256, 512, 1024, 1536],
  ownDimensions: 1536,
  truncations: { NONE: 'NONE', START: 'LEFT', END: 'RIGHT' },
  toBody: ({ texts, image }, { inputType, dimensions, truncate }) => ({
    ...(image ? { images: [dataUrlOf(image)] } : { texts, truncate }),
    input_type: inputType,
    embedding_types: ['float'],
    ...(dimensions !== undefined && { output_dimension: dimensions }),
  }),
}

const nova: EmbeddingFamily = {
  batchSize: 1,
  maxCharacters: Number.POSITIVE_INFINITY,
  takesImages: true,
  dimensions: [256, 384, 1024, 3072],
  ownDimensions: 3072,
  inputTypes: new Map([
    ['search_document', 'GENERIC_INDEX'],
    ['search_query', 'GENERIC_RETRIEVAL'],
    ['classification', 'CLASSIFICATION'],
    ['clustering', 'CLUSTERING'],
    ...asTheyAre('GENERIC_INDEX', 'GENERIC_RETRIEVAL', 'TEXT_RETRIEVAL', 'IMAGE_RETRIEVAL', 'VIDEO_RETRIEVAL'),
    ...asTheyAre('DOCUMENT_RETRIEVAL', 'AUDIO_RETRIEVAL', 'CLASSIFICATION', 'CLUSTERING'),
  ]),
  truncations,
  toBody: ({ texts: [value], image }, { inputType, dimensions, truncate }) => ({
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: inputType,
      ...(dimensions !== undefined && { embeddingDimension: dimensions }),
      ...(image
        ? { image: { format: image.format, source: { bytes: image.base64 } } }
        : { text: { truncationMode: truncate, value } }),
    },
  }),
  toVectors: ({ embeddings }) =>
    Array.isArray(embeddings)
      ? embeddings.map((entry: unknown) => (isJsonObject(entry) ? entry.embedding : undefined))
      : undefined,
  toTokens: () => undefined,
}

/**
 * By prefix of the base model id.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
 */
const families: readonly (readonly [prefix: string, family: EmbeddingFamily])[] = [
  ['amazon.titan-embed-text-v2', titanV2],
  ['amazon.titan-embed-text-v1', titanV1],
  ['amazon.titan-embed-g1-text', titanV1],
  ['amazon.titan-embed-image-v1', titanImage],
  ['amazon.nova-2-multimodal-embeddings', nova],
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
  const known = 'Titan Embeddings, Cohere Embed or Nova Multimodal Embeddings'
  throw lacking('operation', 'model', `${quoted(model)} is no embedding model that is known here; use ${known}`)
}

function asTheyAre(...words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(words.map(word => [word, word]))
}

function dataUrlOf({ format, base64 }: NonNullable<EmbeddingBatch['image']>): string {
  return `data:image/${format};base64,${base64}`
}
