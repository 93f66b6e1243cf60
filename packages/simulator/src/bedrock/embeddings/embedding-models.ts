import { embed } from '../../brain/embed.ts'
import { arrayOf, type JsonObject, numberOf, pick, stringOf } from '../../json.ts'
import type { Shape } from './shape.ts'

/** How one embedding model is asked and answers. */
export interface EmbeddingModel {
  readonly shape: Shape
  /** The texts that are billed. */
  readonly texts: (body: JsonObject) => readonly string[]
  readonly answer: (body: JsonObject, tokens: number) => JsonObject
}

const MAX_CHARACTERS = 50_000
const inputText = { type: 'string', required: true, length: [1, MAX_CHARACTERS] } as const
const oneText = (body: JsonObject) => [stringOf(body.inputText) ?? '']
const signs = (vector: readonly number[]) => vector.map(component => (component > 0 ? 1 : 0))

const titan1: EmbeddingModel = {
  shape: { inputText },
  texts: oneText,
  answer: (body, tokens) => ({ embedding: embed(oneText(body)[0] ?? '', 1536), inputTextTokenCount: tokens }),
}

const titan2: EmbeddingModel = {
  shape: {
    inputText,
    dimensions: { type: 'integer', oneOf: [256, 512, 1024] },
    normalize: { type: 'boolean' },
    embeddingTypes: { type: 'array', items: { type: 'string', oneOf: ['float', 'binary'] } },
  },
  texts: oneText,
  answer: (body, tokens) => {
    const vector = embed(oneText(body)[0] ?? '', numberOf(body.dimensions) ?? 1024)
    const types = body.embeddingTypes === undefined ? ['float'] : arrayOf(body.embeddingTypes)
    const float = types.includes('float') ? { float: vector } : {}
    const binary = types.includes('binary') ? { binary: signs(vector) } : {}
    return {
      ...(types.includes('float') ? { embedding: vector } : {}),
      embeddingsByType: { ...float, ...binary },
      inputTextTokenCount: tokens,
    }
  },
}

const titanImage: EmbeddingModel = {
  shape: {
    inputText: { type: 'string', length: [1, MAX_CHARACTERS] },
    inputImage: { type: 'string' },
    embeddingConfig: {
      type: 'object',
      shape: { outputEmbeddingLength: { type: 'integer', oneOf: [256, 384, 1024] } },
    },
  },
  texts: oneText,
  answer: (body, tokens) => {
    const seen = `${stringOf(body.inputText) ?? ''}${stringOf(body.inputImage) ?? ''}`
    const dimensions = numberOf(pick(body, 'embeddingConfig', 'outputEmbeddingLength')) ?? 1024
    return { embedding: embed(seen, dimensions), inputTextTokenCount: tokens, message: null }
  },
}

const cohereShape: Shape = {
  texts: { type: 'array', length: [1, 96], items: { type: 'string', length: [0, 2048] } },
  images: { type: 'array', length: [1, 1], items: { type: 'string' } },
  input_type: {
    type: 'string',
    required: true,
    oneOf: ['search_document', 'search_query', 'classification', 'clustering', 'image'],
  },
  truncate: { type: 'string', oneOf: ['NONE', 'START', 'END'] },
  embedding_types: {
    type: 'array',
    items: { type: 'string', oneOf: ['float', 'int8', 'uint8', 'binary', 'ubinary'] },
  },
}
const cohereTexts = (body: JsonObject) => [...arrayOf(body.texts), ...arrayOf(body.images)].map(String)

function cohereAnswer(body: JsonObject, dimensions: number, alwaysByType: boolean): JsonObject {
  const texts = cohereTexts(body)
  const vectors = texts.map(text => embed(text, dimensions))
  const byType = alwaysByType || body.embedding_types !== undefined
  const types = body.embedding_types === undefined ? ['float'] : arrayOf(body.embedding_types).map(String)
  const cast = (type: string) => (type === 'float' ? vectors : vectors.map(signs))
  return {
    id: '00000000-0000-4000-8000-000000000000',
    texts,
    embeddings: byType ? Object.fromEntries(types.map(type => [type, cast(type)])) : vectors,
    response_type: byType ? 'embeddings_by_type' : 'embeddings_floats',
  }
}

const cohere3: EmbeddingModel = {
  shape: cohereShape,
  texts: cohereTexts,
  answer: body => cohereAnswer(body, 1024, false),
}

const cohere4: EmbeddingModel = {
  shape: {
    ...cohereShape,
    texts: { type: 'array', length: [1, 96], items: { type: 'string' } },
    truncate: { type: 'string', oneOf: ['NONE', 'LEFT', 'RIGHT'] },
    inputs: { type: 'array', length: [1, 96], items: { type: 'object' } },
    output_dimension: { type: 'integer', oneOf: [256, 512, 1024, 1536] },
    max_tokens: { type: 'integer' },
  },
  texts: cohereTexts,
  answer: body => cohereAnswer(body, numberOf(body.output_dimension) ?? 1536, true),
}

const novaText = (body: JsonObject) => stringOf(pick(body, 'singleEmbeddingParams', 'text', 'value')) ?? ''
const novaImage = (body: JsonObject) => stringOf(pick(body, 'singleEmbeddingParams', 'image', 'source', 'bytes'))
const nova: EmbeddingModel = {
  shape: {
    schemaVersion: { type: 'string' },
    taskType: { type: 'string', required: true, oneOf: ['SINGLE_EMBEDDING'] },
    singleEmbeddingParams: {
      type: 'object',
      required: true,
      shape: {
        embeddingPurpose: { type: 'string', required: true },
        embeddingDimension: { type: 'integer', oneOf: [256, 384, 1024, 3072] },
        text: {
          type: 'object',
          shape: {
            value: { type: 'string', required: true, length: [1, MAX_CHARACTERS] },
            truncationMode: { type: 'string', required: true, oneOf: ['START', 'END', 'NONE'] },
          },
        },
        image: {
          type: 'object',
          shape: {
            detailLevel: { type: 'string', oneOf: ['STANDARD_IMAGE', 'DOCUMENT_IMAGE'] },
            format: { type: 'string', required: true, oneOf: ['png', 'jpeg', 'gif', 'webp'] },
            source: { type: 'object', required: true, shape: { bytes: { type: 'string', required: true } } },
          },
        },
      },
    },
  },
  texts: body => [novaText(body)],
  answer: body => {
    const dimensions = numberOf(pick(body, 'singleEmbeddingParams', 'embeddingDimension')) ?? 3072
    const image = novaImage(body)
    const embeddingType = image === undefined ? 'TEXT' : 'IMAGE'
    return { embeddings: [{ embeddingType, embedding: embed(image ?? novaText(body), dimensions) }] }
  },
}

/** Every embedding model, by foundation id. */
export const EMBEDDING_MODELS: Readonly<Record<string, EmbeddingModel>> = {
  'amazon.titan-embed-text-v1': titan1,
  'amazon.titan-embed-text-v1:2:8k': titan1,
  'amazon.titan-embed-text-v2:0': titan2,
  'amazon.titan-embed-image-v1': titanImage,
  'cohere.embed-english-v3': cohere3,
  'cohere.embed-multilingual-v3': cohere3,
  'cohere.embed-v4:0': cohere4,
  'amazon.nova-2-multimodal-embeddings-v1:0': nova,
}
