import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEnvelope, toUsage } from '../src/embeddings-envelope.ts'
import { openaiCompatible } from '../src/index.ts'
import { type Answer, answering, json, text } from './support/answering-server.ts'
import { embed } from './support/calls.ts'

const vector = Array.from({ length: 1536 }, (_, at) => Math.sin(at))
const answer = {
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: vector }],
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: 4, total_tokens: 4 },
}

async function embedAt(body: Answer) {
  await using upstream = await answering(body)
  const result = await embed(openaiCompatible({ id: 'acme', baseURL: upstream.url }))
  return { result, seen: upstream.seen }
}

describe('an embeddings answer', () => {
  test('comes back as the bytes it came as, with its usage', async () => {
    const { result, seen } = await embedAt(json(answer))
    expect(Buffer.from(result.embeddings.bytes ?? []).toString()).toBe(JSON.stringify(answer))
    expect(result.embeddings.value).toEqual(answer)
    expect(result.embeddings.value).toBe(result.embeddings.value)
    expect(await result.settled).toMatchObject({
      status: 'completed',
      usage: { prompt_tokens: 4, completion_tokens: 0, total_tokens: 4 },
      usageSource: 'reported',
      responseModel: 'text-embedding-3-small',
    })
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/v1/embeddings' })
  })

  test('without usage is estimated', async () => {
    const { result } = await embedAt(json({ ...answer, usage: undefined }))
    expect(await result.settled).toMatchObject({ usage: undefined, usageSource: 'estimated' })
  })

  test.each([
    ['nothing', text('')],
    ['a page', text('<html>[1]</html>', 200, { 'content-type': 'text/html' })],
    ['half of one', text('{"data":[{"embedding":[1,2')],
    ['its vectors cut off', text('{"data":[{"embedding":[1,2]')],
    ['other JSON', json({ hello: [1] })],
  ])('that is %s is a bad response', async (_, body) => {
    await expect(embedAt(body)).rejects.toMatchObject({ code: 'upstream_bad_response' })
  })

  test('that is an error in disguise is that error', async () => {
    await expect(embedAt(json({ error: { message: 'x', code: 429 } }))).rejects.toMatchObject({
      code: 'upstream_rate_limited',
    })
  })
})

describe('readEnvelope', () => {
  test.each([
    ['as OpenAI writes it', answer],
    ['with everything before the data', { model: 'm', usage: answer.usage, object: 'list', data: answer.data }],
    ['with base64', { ...answer, data: [{ object: 'embedding', index: 0, embedding: 'AAAA' }] }],
    ['with no vector', { ...answer, data: [] }],
  ])('reads an answer %s', (_, value) => {
    for (const spaces of [0, 2]) {
      const envelope = readEnvelope(Buffer.from(JSON.stringify(value, null, spaces)))
      expect(envelope).toMatchObject({ model: value.model, usage: value.usage })
    }
  })

  test('agrees with a full parse or gives up, whatever the answer holds', () => {
    const member = fc.oneof(
      fc.string({ unit: fc.constantFrom('[', ']', '"', 'a') }),
      fc.array(fc.nat()),
      fc.constant(null),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'model'), member), fc.boolean(), (extra, first) => {
        const value = first ? { ...extra, ...answer } : { ...answer, ...extra }
        const envelope = readEnvelope(Buffer.from(JSON.stringify(value)))

        if (envelope) expect(envelope).toMatchObject({ usage: value.usage, model: value.model })
      }),
    )
  })
})

test.each([
  [{ prompt_tokens: 3 }, { prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 }],
  [undefined, undefined],
])('toUsage(%j)', (usage, expected) => {
  expect(toUsage(usage)).toEqual(expected)
})
