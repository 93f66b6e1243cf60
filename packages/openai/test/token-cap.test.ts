import { describe, expect, test } from 'vitest'
import { openai } from '../src/index.ts'
import { type Answer, answering, eventStream, json } from './support/answering-server.ts'
import { batchesOf, chat, passed } from './support/calls.ts'
import { answer as streamed } from './support/sse.ts'

const refusal = json(
  {
    error: {
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      type: 'invalid_request_error',
      param: 'max_tokens',
      code: 'unsupported_parameter',
    },
  },
  400,
)
const completion = json({
  id: '1',
  model: 'm',
  choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
})

async function server(...answers: Answer[]) {
  const upstream = await answering(...answers)
  const provider = openai({ baseURL: upstream.url, apiKey: 'sk-test' })
  const caps = () =>
    upstream.seen.map(({ body }) => {
      const { max_tokens, max_completion_tokens } = JSON.parse(body) as Record<string, unknown>
      return [max_tokens, max_completion_tokens]
    })
  return { upstream, provider, caps, [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose]() }
}

describe('a model that refuses max_tokens', () => {
  test('gets the cap by the name that it asks for, and from then on', async () => {
    await using at = await server(refusal, completion)
    await chat(at.provider, { max_tokens: 9 })
    await chat(at.provider, { max_tokens: 8 })
    await chat(at.provider, { max_completion_tokens: 7 })
    expect(at.caps()).toEqual([
      [9, undefined],
      [undefined, 9],
      [undefined, 8],
      [undefined, 7],
    ])
  })

  test('… in streams', async () => {
    await using at = await server(refusal, eventStream(streamed('Hi')))
    const { error, contents } = await passed(batchesOf(await chat(at.provider, { max_tokens: 9, stream: true })))
    expect([error, contents]).toEqual([undefined, 'Hi'])
    expect(at.caps()).toEqual([
      [9, undefined],
      [undefined, 9],
    ])
  })

  test('… of a server that refuses stream_options before that', async () => {
    const noUsage = json({ error: { message: 'Unrecognized argument: stream_options', param: 'stream_options' } }, 400)
    await using at = await server(noUsage, refusal, eventStream(streamed('Hi')))
    const { contents } = await passed(batchesOf(await chat(at.provider, { max_tokens: 9, stream: true })))
    expect(contents).toBe('Hi')
  })

  test('is not asked again where its caller has said both', async () => {
    await using at = await server(refusal, completion)
    const both = { max_tokens: 9, max_completion_tokens: 8 }
    await expect(chat(at.provider, both)).rejects.toMatchObject({ param: 'max_tokens' })
    expect(at.upstream.seen).toHaveLength(1)
  })

  test('leaves it to other models', async () => {
    await using at = await server(refusal, completion)
    await chat(at.provider, { max_tokens: 9 })
    await chat(at.provider, { max_tokens: 9, model: 'other' })
    expect(at.caps().at(-1)).toEqual([9, undefined])
  })
})
