import { describe, expect, it } from 'vitest'
import { fileSimulator } from './file-simulator.ts'
import { signedFetch } from './signed-fetch.ts'

const simulator = await fileSimulator()

const invoke = (model: string, body: object) =>
  signedFetch(simulator, `/model/${encodeURIComponent(model)}/invoke`, body)

const TITAN_1 = 'amazon.titan-embed-text-v1'
const TITAN_2 = 'amazon.titan-embed-text-v2:0'
const TITAN_IMAGE = 'amazon.titan-embed-image-v1'
const COHERE_3 = 'cohere.embed-english-v3'
const COHERE_4 = 'us.cohere.embed-v4:0'
const NOVA = 'amazon.nova-2-multimodal-embeddings-v1:0'
const cohere = (rest: object = {}) => ({ texts: ['a cat', 'a dog'], input_type: 'search_document', ...rest })
const nova = (params: object = {}) => ({
  taskType: 'SINGLE_EMBEDDING',
  singleEmbeddingParams: {
    embeddingPurpose: 'GENERIC_INDEX',
    text: { value: 'a cat', truncationMode: 'END' },
    ...params,
  },
})

interface Answer {
  embedding?: number[]
  embeddings?: number[][] & { float?: number[][]; int8?: number[][] } & { embedding: number[] }[]
  embeddingsByType?: Record<string, number[]>
  inputTextTokenCount?: number
  response_type?: string
}
const vectorsOf = (answer: Answer) => {
  if (answer.embedding) return [answer.embedding]
  const list = answer.embeddings?.float ?? answer.embeddings ?? []
  return (list as (number[] | { embedding: number[] })[]).map(entry => (Array.isArray(entry) ? entry : entry.embedding))
}

describe('InvokeModel of an embedding model', () => {
  it.each<[string, object, number[]]>([
    [TITAN_1, { inputText: 'a cat' }, [1536]],
    [TITAN_2, { inputText: 'a cat' }, [1024]],
    [TITAN_2, { inputText: 'a cat', dimensions: 256, normalize: true }, [256]],
    [TITAN_IMAGE, { inputText: 'a cat', embeddingConfig: { outputEmbeddingLength: 384 } }, [384]],
    [COHERE_3, cohere(), [1024, 1024]],
    ['cohere.embed-multilingual-v3', cohere({ embedding_types: ['float'] }), [1024, 1024]],
    [COHERE_4, cohere(), [1536, 1536]],
    [COHERE_4, cohere({ output_dimension: 512 }), [512, 512]],
    [NOVA, nova(), [3072]],
    [NOVA, nova({ embeddingDimension: 1024 }), [1024]],
    [COHERE_3, cohere({ truncate: 'END' }), [1024, 1024]],
    [COHERE_4, cohere({ truncate: 'RIGHT' }), [1536, 1536]],
  ])('%s answers %j with unit vectors and a token count', async (model, body, dimensions) => {
    const answer = await invoke(model, body)
    expect(answer.status).toBe(200)
    expect(Number(answer.headers.get('x-amzn-bedrock-input-token-count'))).toBeGreaterThan(1)
    const vectors = vectorsOf((await answer.json()) as Answer)
    expect(vectors.map(vector => vector.length)).toEqual(dimensions)
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
  })

  it('gives Titan binary alone when asked, and Cohere its forms by type', async () => {
    const binary = (await (await invoke(TITAN_2, { inputText: 'x', embeddingTypes: ['binary'] })).json()) as Answer
    expect([binary.embedding, new Set(binary.embeddingsByType?.binary)]).toEqual([undefined, new Set([0, 1])])
    const byType = (await (await invoke(COHERE_3, cohere({ embedding_types: ['float', 'int8'] }))).json()) as Answer
    expect([byType.response_type, Object.keys(byType.embeddings ?? {})]).toEqual([
      'embeddings_by_type',
      ['float', 'int8'],
    ])
    const floats = (await (await invoke(COHERE_3, cohere())).json()) as Answer
    expect(floats.response_type).toBe('embeddings_floats')
  })

  it('gives each of two images a vector of its own', async () => {
    const of = async (bytes: string) => {
      const image = { format: 'png', source: { bytes } }
      return (await (await invoke(NOVA, nova({ text: undefined, image }))).json()) as {
        readonly embeddings: readonly { readonly embeddingType: string; readonly embedding: readonly number[] }[]
      }
    }
    const [one, other] = [await of('AAAA'), await of('BBBB')]
    expect(one.embeddings[0]?.embeddingType).toBe('IMAGE')
    expect(one).not.toEqual(other)
  })

  it('gives one text one vector, and texts that share words near ones', async () => {
    const answer = (await (
      await invoke(COHERE_3, cohere({ texts: ['red apples', 'red apples', 'apples', 'tax law'] }))
    ).json()) as Answer
    const [a = [], b, c = [], d = []] = vectorsOf(answer)
    const dot = (left: number[], right: number[]) => left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0)
    expect(a).toEqual(b)
    expect(dot(a, c)).toBeGreaterThan(dot(a, d) + 0.4)
  })

  it.each<[string, object, string]>([
    [TITAN_1, { inputText: 'x', dimensions: 256 }, '#: extraneous key [dimensions] is not permitted'],
    [TITAN_1, {}, '#: required key [inputText] not found'],
    [TITAN_1, { inputText: '' }, '#/inputText: expected minLength: 1, actual: 0'],
    [TITAN_1, { inputText: ['x'] }, '#/inputText: expected type: String, found: JSONArray'],
    [TITAN_2, { inputText: 'x', dimensions: 300 }, '#/dimensions: 300 is not a valid enum value'],
    [TITAN_2, { inputText: 'x', embeddingTypes: ['int8'] }, '#/embeddingTypes/0: int8 is not a valid enum value'],
    [TITAN_IMAGE, { inputText: 'x', embeddingConfig: { length: 1 } }, '#/embeddingConfig: extraneous key [length]'],
    [COHERE_3, { texts: ['x'] }, '#: required key [input_type] not found'],
    [COHERE_3, cohere({ input_type: 'query' }), '#/input_type: query is not a valid enum value'],
    [COHERE_3, cohere({ output_dimension: 256 }), '#: extraneous key [output_dimension]'],
    [COHERE_3, cohere({ texts: Array.from({ length: 97 }, () => 'x') }), '#/texts: expected maxItems: 96, actual: 97'],
    [COHERE_3, cohere({ texts: ['x'.repeat(2049)] }), '#/texts/0: expected maxLength: 2048, actual: 2049'],
    [COHERE_3, cohere({ truncate: 'RIGHT' }), '#/truncate: RIGHT is not a valid enum value'],
    [COHERE_4, cohere({ truncate: 'END' }), '#/truncate: END is not a valid enum value'],
    [
      NOVA,
      nova({ text: undefined, image: { format: 'bmp', source: { bytes: 'AAAA' } } }),
      '#/singleEmbeddingParams/image/format: bmp is not a valid enum value',
    ],
    [
      NOVA,
      nova({ text: undefined, image: { format: 'png' } }),
      '#/singleEmbeddingParams/image: required key [source] not found',
    ],
    [COHERE_4, cohere({ output_dimension: 300 }), '#/output_dimension: 300 is not a valid enum value'],
    [NOVA, { taskType: 'SINGLE_EMBEDDING' }, '#: required key [singleEmbeddingParams] not found'],
    [NOVA, nova({ text: { value: 'x' } }), '#/singleEmbeddingParams/text: required key [truncationMode] not found'],
  ])('%s refuses %j', async (model, body, fault) => {
    const answer = await invoke(model, body)
    expect(answer.status).toBe(400)
    const { message } = (await answer.json()) as { message: string }
    expect(message).toContain(`Malformed input request: ${fault}`)
    expect(message).toMatch(/please reformat your input and try again\.$/)
  })

  it('is no streaming, and no unknown id', async () => {
    const stream = await signedFetch(simulator, `/model/${TITAN_1}/invoke-with-response-stream`, { inputText: 'x' })
    expect([stream.status, await stream.json()]).toEqual([400, { message: 'The model is unsupported for streaming.' }])
    expect(await (await invoke('nope', {})).json()).toEqual({ message: 'The provided model identifier is invalid.' })
    const direct = await invoke('amazon.nova-premier-v1:0', { messages: [] })
    expect(((await direct.json()) as { message: string }).message).toContain("on-demand throughput isn't supported")
  })
})
