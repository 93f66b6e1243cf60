import { describe, expect, it } from 'vitest'
import { anEmbedding, aRig, fileRig } from './a-call.ts'
import { cannedUpstream } from './exact/canned-upstream.ts'

const rig = await fileRig()

const titan1 = 'amazon.titan-embed-text-v1'
const titan2 = 'amazon.titan-embed-text-v2:0'
const cohere3 = 'cohere.embed-multilingual-v3'
const cohere4 = 'us.cohere.embed-v4:0'
const titanImage = 'amazon.titan-embed-image-v1'
const nova = 'amazon.nova-2-multimodal-embeddings-v1:0'
const texts = (count: number) => Array.from({ length: count }, (_, index) => `text number ${index}`)

async function embed(...args: Parameters<typeof anEmbedding>) {
  const result = await rig.embed(anEmbedding(...args))
  return result.embeddings.value
}
const bodies = () => rig.simulator.requests().map(request => request.json)

describe('embeddings', () => {
  it.each([
    [titan1, 1536],
    [titan2, 1024],
    [cohere3, 1024],
    [cohere4, 1536],
    [titanImage, 1024],
    [nova, 3072],
  ])('of %s have %i dimensions, and name their model and tokens', async (model, length) => {
    const result = await rig.embed(anEmbedding({ model, input: 'some text' }))
    const { value } = result.embeddings
    expect(value).toMatchObject({ object: 'list', model, data: [{ object: 'embedding', index: 0 }] })
    expect(value.data[0]?.embedding).toHaveLength(length)
    expect(value.usage.prompt_tokens).toBeGreaterThan(0)
    expect(value.usage.total_tokens).toBe(value.usage.prompt_tokens)
    expect(await result.settled).toMatchObject({
      status: 'completed',
      responseModel: model,
      usage: { prompt_tokens: value.usage.prompt_tokens, completion_tokens: 0 },
    })
  })

  it('of many texts are in order, one call a text for Titan', async () => {
    const many = await embed({ model: titan2, input: texts(11), dimensions: 256 })
    expect(rig.simulator.requests()).toHaveLength(11)
    expect(many.data.map(({ index }) => index)).toEqual(texts(11).map((_, index) => index))
    const alone = await embed({ model: titan2, input: 'text number 7', dimensions: 256 })
    expect(many.data[7]?.embedding).toEqual(alone.data[0]?.embedding)
  })

  it('of many texts go in batches of 96 for Cohere', async () => {
    const many = await embed({ model: cohere3, input: texts(200) })
    expect(
      bodies()
        .map(body => (body as { texts: string[] }).texts.length)
        .sort((a, b) => a - b),
    ).toEqual([8, 96, 96])
    expect(many.data).toHaveLength(200)
    const alone = await embed({ model: cohere3, input: 'text number 150' })
    expect(many.data[150]?.embedding).toEqual(alone.data[0]?.embedding)
  })

  it('sum up the tokens of all calls', async () => {
    const [one, three] = [
      await embed({ model: titan2, input: ['a b'] }),
      await embed({ model: titan2, input: ['a b', 'a b', 'a b'] }),
    ]
    expect(three.usage.prompt_tokens).toBe(3 * one.usage.prompt_tokens)
  })

  it('have at most four calls under way', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 0 } }])
    const controller = new AbortController()
    const pending = embed({ model: titan2, input: texts(10) }, controller.signal)
    await rig.simulator.waitFor(() => rig.simulator.requests().length === 4)
    await new Promise(resolve => setImmediate(resolve))
    expect(rig.simulator.requests()).toHaveLength(4)
    controller.abort()
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('fail all when one fails, and close the calls that are under way', async () => {
    rig.simulator.setFaults([
      { match: { times: 3 }, fault: { kind: 'stall', afterFrames: 0 } },
      { match: { times: 1 }, fault: { kind: 'status', status: 400, message: 'Words of AWS.' } },
    ])
    await expect(embed({ model: titan2, input: texts(12) })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/^`input\[\d\]`: Bedrock: Words of AWS\.$/),
      param: expect.stringMatching(/^input\[\d\]$/),
    })
    await rig.simulator.settled()
    const outcomes = rig.simulator.requests().map(request => request.outcome)
    expect(outcomes.filter(outcome => outcome === 'closed-by-client')).toHaveLength(3)
    expect(outcomes).toHaveLength(4)
  })
})

describe('the wire format', () => {
  it('base64 holds the very floats, little-endian', async () => {
    const floats = await embed({ input: ['a', 'b'], dimensions: 256 })
    const packed = await embed({ input: ['a', 'b'], dimensions: 256, encoding_format: 'base64' })
    packed.data.forEach(({ embedding }, index) => {
      const bytes = Buffer.from(embedding as string, 'base64')
      const decoded = Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))
      const expected = floats.data[index]?.embedding as number[] | undefined
      expect(decoded).toEqual(expected?.map(Math.fround))
    })
  })
})

describe('dimensions', () => {
  it.each([
    [titan2, 512, { dimensions: 512 }],
    [cohere4, 256, { output_dimension: 256 }],
    [titanImage, 384, { embeddingConfig: { outputEmbeddingLength: 384 } }],
    [nova, 1024, { singleEmbeddingParams: { embeddingDimension: 1024 } }],
  ])('go to %s in its own words', async (model, dimensions, body) => {
    const { data } = await embed({ model, dimensions })
    expect(data[0]?.embedding).toHaveLength(dimensions)
    expect(bodies()[0]).toMatchObject(body)
  })

  it.each([
    [titan1, 256, 'its vectors have 1536; leave it out'],
    [titan2, 100, 'send one of 256, 512, 1024'],
    [cohere3, 512, 'its vectors have 1024; leave it out'],
    [titanImage, 512, 'send one of 256, 384, 1024'],
    [nova, 1536, 'send one of 256, 384, 1024, 3072'],
  ])('are refused where %s does not take %i', async (model, dimensions, remedy) => {
    await expect(embed({ model, dimensions })).rejects.toMatchObject({ code: 'invalid_request', param: 'dimensions' })
    await expect(embed({ model, dimensions })).rejects.toThrow(remedy)
    expect(rig.simulator.requests()).toHaveLength(0)
  })

  it.each([
    [titan1, 1536, { inputText: 'some text' }],
    [cohere3, 1024, { texts: ['some text'], input_type: 'search_document', truncate: 'NONE' }],
  ])('that %s makes untold are not said to it', async (model, dimensions, body) => {
    expect((await embed({ model, dimensions })).data[0]?.embedding).toHaveLength(dimensions)
    expect(bodies()).toEqual([body])
  })

  it('that are no number are refused by name', async () => {
    await expect(embed({ dimensions: {} as never })).rejects.toMatchObject({
      message: '`dimensions` must be a whole number, got an object.',
    })
  })
})

describe('the input type', () => {
  it('is search_document unless given', async () => {
    await embed({ model: cohere3 })
    await embed({ model: cohere3, input_type: 'search_query' })
    expect(bodies()).toMatchObject([{ input_type: 'search_document' }, { input_type: 'search_query' }])
  })

  it.each([
    ['search_document', 'GENERIC_INDEX'],
    ['search_query', 'GENERIC_RETRIEVAL'],
    ['classification', 'CLASSIFICATION'],
    ['DOCUMENT_RETRIEVAL', 'DOCUMENT_RETRIEVAL'],
  ])("'%s' is Nova's %s", async (input_type, embeddingPurpose) => {
    await embed({ model: nova, input_type })
    expect(bodies()).toMatchObject([{ singleEmbeddingParams: { embeddingPurpose } }])
  })

  it('is what the provider is set up with, unless a request says otherwise', async () => {
    await using other = await aRig({ embeddings: { inputType: 'search_query' } })
    for (const [model, input_type] of [[cohere3], [nova], [cohere3, 'clustering']] as const)
      await other.embed(anEmbedding({ model, ...(input_type && { input_type }) }))
    expect(other.simulator.requests().map(request => request.json)).toMatchObject([
      { input_type: 'search_query' },
      { singleEmbeddingParams: { embeddingPurpose: 'GENERIC_RETRIEVAL' } },
      { input_type: 'clustering' },
    ])
  })

  it.each([
    [cohere3, 'query', 'send one of search_document, search_query, classification, clustering.'],
    [cohere3, 'image', 'send one of'],
    [cohere4, 'TEXT_RETRIEVAL', 'send one of'],
    [nova, 'query', 'clustering, GENERIC_INDEX, GENERIC_RETRIEVAL,'],
    [cohere3, 'toString', 'send one of'],
  ])('that %s does not know is refused with those it does: %s', async (model, input_type, remedy) => {
    await expect(embed({ model, input_type })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'input_type',
      message: expect.stringContaining(remedy),
    })
    expect(rig.simulator.requests()).toHaveLength(0)
  })

  it('is noted as dropped where the model has none', async () => {
    const call = anEmbedding({ model: titan2, input_type: 'search_query' })
    await rig.embed(call)
    expect(call.context.droppedParams).toEqual(new Set(['input_type']))
  })

  it('that is no text is refused by name', async () => {
    await expect(embed({ model: cohere3, input_type: 5 as never })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'input_type',
      message: "`input_type` must be a string such as 'search_query', got a number.",
    })
  })
})

describe('members that no embedding model can be told', () => {
  it('are noted as dropped', async () => {
    const call = anEmbedding({ user: 'u', foo: 1, bar: null } as object)
    await rig.embed(call)
    expect(call.context.droppedParams).toEqual(new Set(['user', 'foo']))
  })
})

describe('an input that has no embedding', () => {
  it.each([
    ['an empty text', '', 'input'],
    ['a blank one among others', ['a', ' '], 'input[1]'],
    ['no text at all', [], 'input'],
    ['token ids', [1, 2], 'input[0]'],
    ['lists of token ids', [[1], [2]], 'input[0]'],
    ['something else among texts', ['a', { text: 'b' }], 'input[1]'],
    ['3,000 texts', texts(3_000), 'input'],
    ['no input', undefined, 'input'],
  ])('%s is refused by name', async (_name, input, param) => {
    await expect(embed({ input: input as string[] })).rejects.toMatchObject({ code: 'invalid_request', param })
    expect(rig.simulator.requests()).toHaveLength(0)
  })

  it('for a chat model is refused', async () => {
    await expect(embed({ model: 'amazon.nova-lite-v1:0' })).rejects.toMatchObject({ param: 'model' })
  })
})

describe('tokens that nobody counted', () => {
  it('are estimated, and not none', async () => {
    await using upstream = await cannedUpstream()
    upstream.answer = { body: JSON.stringify({ embeddings: [[0.5, 0.5]] }) }
    await using other = await aRig({ endpoint: upstream.url })
    const result = await other.embed(anEmbedding({ model: cohere3, input: 'x'.repeat(36) }))
    const usage = { prompt_tokens: 10, total_tokens: 10 }
    expect(result.embeddings.value.usage).toEqual(usage)
    expect(await result.settled).toMatchObject({ status: 'completed', usage, usageSource: 'estimated' })
  })
})
