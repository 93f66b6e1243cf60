import { isGatewayError } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { anEmbedding, aRig, fileRig } from './a-call.ts'
import { cannedUpstream } from './exact/canned-upstream.ts'
import { images } from './images.ts'

const rig = await fileRig()

const titan2 = 'amazon.titan-embed-text-v2:0'
const titanImage = 'amazon.titan-embed-image-v1'
const cohere3 = 'cohere.embed-english-v3'
const cohere4 = 'us.cohere.embed-v4:0'
const nova = 'amazon.nova-2-multimodal-embeddings-v1:0'

const png = `data:image/png;base64,${images.png}`
const bodies = () => rig.simulator.requests().map(request => request.json)

async function embed(...args: Parameters<typeof anEmbedding>) {
  const result = await rig.embed(anEmbedding(...args))
  return { ...result.embeddings.value, outcome: await result.settled }
}

async function failure(...args: Parameters<typeof anEmbedding>) {
  const error: unknown = await rig.embed(anEmbedding(...args)).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isGatewayError(error)) throw new Error('It was answered.')
  return error
}

describe('images among texts', () => {
  it.each([
    [titanImage, { inputImage: images.png }],
    [cohere3, { images: [png], input_type: 'image' }],
    [cohere4, { images: [png], input_type: 'search_document', embedding_types: ['float'] }],
    [
      nova,
      {
        taskType: 'SINGLE_EMBEDDING',
        singleEmbeddingParams: {
          embeddingPurpose: 'GENERIC_INDEX',
          image: { format: 'png', source: { bytes: images.png } },
        },
      },
    ],
  ])('go to %s in its own words, and come back in their place', async (model, body) => {
    const mixed = await embed({ model, input: ['a cat', png, 'a dog'] })
    expect(bodies()).toContainEqual(body)
    const alone = await Promise.all(['a cat', png, 'a dog'].map(input => embed({ model, input })))
    expect(mixed.data.map(({ embedding }) => embedding)).toEqual(alone.map(({ data }) => data[0]?.embedding))
    expect(new Set(mixed.data.map(({ embedding }) => JSON.stringify(embedding))).size).toBe(3)
  })

  it('are what their bytes say, whatever their URL does', async () => {
    await embed({ model: nova, input: `data:image/png;base64,${images.jpeg}` })
    expect(bodies()).toMatchObject([{ singleEmbeddingParams: { image: { format: 'jpeg' } } }])
  })

  it('cost nobody knows how much, for they are not billed by the token of text', async () => {
    expect((await embed({ model: titanImage, input: ['a cat', png] })).outcome).toMatchObject({ unpriced: true })
    expect((await embed({ model: titanImage, input: ['a cat'] })).outcome.unpriced).toBeUndefined()
  })

  it.each([
    [titan2, png, 'images', "`input[1]`: is an image, which 'amazon.titan-embed-text-v2:0' does not take"],
    [cohere3, 'data:image/png;base64,????', undefined, 'data that is no base64'],
    [nova, `data:image/png;base64,${Buffer.from('no image at all').toString('base64')}`, undefined, 'are no image'],
  ])('are refused by name where %s cannot take them', async (model, image, lacks, message) => {
    expect(await failure({ model, input: ['a', image] })).toMatchObject({
      code: 'invalid_request',
      param: 'input[1]',
      lacks,
      message: expect.stringContaining(message),
    })
    expect(bodies()).toEqual([])
  })

  it('may be of the input type image, which texts may not', async () => {
    await embed({ model: cohere3, input: [png], input_type: 'image' })
    expect(bodies()).toEqual([{ images: [png], input_type: 'image' }])
    expect(await failure({ model: cohere3, input: [png, 'a'], input_type: 'image' })).toMatchObject({
      param: 'input_type',
    })
  })

  it('are not what only begins like one', async () => {
    await embed({ model: nova, input: 'data:image/png is how such an address begins' })
    expect(bodies()).toMatchObject([{ singleEmbeddingParams: { text: { truncationMode: 'NONE' } } }])
  })
})

describe('texts that are too long', () => {
  it.each([
    [cohere3, 2_048],
    [titan2, 50_000],
  ])('are refused before %s is asked, by name and length', async (model, most) => {
    await embed({ model, input: ['a', '𝄞'.repeat(most / 2)] })
    rig.simulator.reset()
    expect(await failure({ model, input: ['a', 'x'.repeat(most + 1)] })).toMatchObject({
      param: 'input[1]',
      message: `\`input[1]\`: has ${most + 1} characters, and '${model}' takes ${most}; send it in pieces.`,
    })
    expect(bodies()).toEqual([])
  })

  it.each([
    [cohere3, 'END', { truncate: 'END' }],
    [cohere4, 'START', { truncate: 'LEFT' }],
    [cohere4, 'END', { truncate: 'RIGHT' }],
    [cohere4, undefined, { truncate: 'NONE' }],
    [nova, 'END', { singleEmbeddingParams: { text: { truncationMode: 'END' } } }],
    [nova, null, { singleEmbeddingParams: { text: { truncationMode: 'NONE' } } }],
  ])('are cut by %s where the request asks for it: %s', async (model, truncate, body) => {
    await embed({ model, ...(truncate !== undefined && { truncate }) } as object)
    expect(bodies()).toMatchObject([body])
  })

  it.each([
    ['END', ['truncate']],
    ['NONE', []],
  ])('cannot be cut by Titan: %s', async (truncate, dropped) => {
    const call = anEmbedding({ model: titan2, truncate } as object)
    await rig.embed(call)
    expect([...call.context.droppedParams]).toEqual(dropped)
  })

  it('are cut at an end that there is', async () => {
    expect(await failure({ model: cohere3, truncate: 'MIDDLE' } as object)).toMatchObject({ param: 'truncate' })
  })
})

describe('what no model can be told', () => {
  it('is refused where the provider rejects such parameters', async () => {
    await using strict = await aRig({ unsupportedParams: 'reject' })
    await expect(strict.embed(anEmbedding({ input_type: 'search_query' }))).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'input_type',
    })
    await strict.embed(anEmbedding({ user: 'someone' } as object))
  })
})

describe('one item that fails', () => {
  const texts = (count: number) => Array.from({ length: count }, (_, index) => `text ${index}`)

  it('is named where it went alone, with the param where it is to blame', async () => {
    await using one = await aRig({ embeddings: { concurrency: 1 } })
    one.simulator.setFaults([
      { match: { times: 2 }, fault: { kind: 'delay', ms: 0 } },
      { match: { times: 1 }, fault: { kind: 'status', status: 429 } },
    ])
    await expect(one.embed(anEmbedding({ input: texts(5) }))).rejects.toMatchObject({
      code: 'upstream_rate_limited',
      param: undefined,
      message: expect.stringMatching(/^`input\[2\]`: /),
      usage: { prompt_tokens: 4, completion_tokens: 0, total_tokens: 4 },
      usageSource: 'reported',
    })
    expect(one.simulator.requests()).toHaveLength(3)
  })

  it('is not named where it is all there is, nor where the credentials failed', async () => {
    const fail = () => rig.simulator.setFaults([{ fault: { kind: 'status', status: 400, message: 'No.' } }])
    fail()
    expect(await failure({ input: ['a'] })).toMatchObject({ message: 'Bedrock: No.' })
    await using other = await aRig({ credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wrong' } })
    await expect(other.embed(anEmbedding({ input: ['a', 'b'] }))).rejects.toMatchObject({
      code: 'upstream_auth_failed',
      message: expect.not.stringContaining('input['),
    })
  })

  it('is found by what Bedrock says of its batch, which is named where it does not say', async () => {
    await using upstream = await cannedUpstream()
    await using other = await aRig({ endpoint: upstream.url, embeddings: { concurrency: 1 } })
    const asked = () => other.embed(anEmbedding({ model: cohere3, input: [png, ...texts(50), png, ...texts(20)] }))
    const message = '#/texts/50: expected maxLength: 2048, actual: 2049'
    upstream.answer = { status: 400, body: JSON.stringify({ message }) }
    // The batch of texts ends before its images are sent.
    await expect(asked()).rejects.toMatchObject({ param: 'input[0]' })
    const textsOnly = () => other.embed(anEmbedding({ model: cohere3, input: texts(90) }))
    await expect(textsOnly()).rejects.toMatchObject({
      param: 'input[50]',
      message: expect.stringMatching(/^`input\[50\]`/),
    })
    upstream.answer = { status: 503, body: '{}' }
    await expect(textsOnly()).rejects.toMatchObject({
      message: expect.stringMatching(/^`input\[0\]` to `input\[89\]`: /),
    })
  })

  it('tells what was used: what was counted, and about what those used that were under way', async () => {
    await using one = await aRig({ embeddings: { concurrency: 2 } })
    one.simulator.setFaults([
      { match: { times: 1 }, fault: { kind: 'delay', ms: 3_600_000 } },
      { match: { times: 2 }, fault: { kind: 'delay', ms: 0 } },
      { match: { times: 1 }, fault: { kind: 'status', status: 429 } },
    ])
    const input = ['x'.repeat(36), 'x'.repeat(36), 'b', 'c', 'd']
    await expect(one.embed(anEmbedding({ input }))).rejects.toMatchObject({
      code: 'upstream_rate_limited',
      message: expect.stringMatching(/^`input\[3\]`: /),
      // 36 bytes under way are about ten tokens; the simulator counts eight in as many, and one in the third.
      usage: { prompt_tokens: 19 },
      usageSource: 'estimated',
    })
  })

  it('tells what was used where its caller leaves', async () => {
    await using one = await aRig({ embeddings: { concurrency: 1 } })
    one.simulator.setFaults([
      { match: { times: 2 }, fault: { kind: 'delay', ms: 0 } },
      { fault: { kind: 'stall', afterFrames: 0 } },
    ])
    const leaving = new AbortController()
    const asked = expect(
      one.embed(anEmbedding({ input: ['a', 'b', 'x'.repeat(36), 'd'] }, leaving.signal)),
    ).rejects.toMatchObject({
      code: 'cancelled',
      usage: { prompt_tokens: 12 },
      usageSource: 'estimated',
    })
    await one.simulator.waitFor(() => one.simulator.requests().length === 3)
    leaving.abort()
    await asked
    await one.simulator.settled()
    expect(one.simulator.requests().map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'closed-by-client'])
  })
})

describe('answers without what was asked for', () => {
  it.each([
    ['a hole in a vector', { embeddings: [[0.5, null]] }],
    ['an empty vector', { embeddings: [[]] }],
    ['too few', { embeddings: [] }],
    ['no vectors', { embeddings: 'none' }],
    ['something else', { message: 'hello' }],
  ])('are a bad response: %s', async (_name, body) => {
    await using upstream = await cannedUpstream()
    upstream.answer = { body: JSON.stringify(body), headers: { 'x-amzn-bedrock-input-token-count': '7' } }
    await using other = await aRig({ endpoint: upstream.url })
    await expect(other.embed(anEmbedding({ model: cohere3 }))).rejects.toMatchObject({
      code: 'upstream_bad_response',
      message: 'Bedrock answered without the embedding asked for.',
      usage: { prompt_tokens: 7 },
    })
  })
})
