import { createGateway } from '@modelgate/core'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { openai } from '../../src/index.ts'
import { type Answer, answering, eventStream, json } from '../support/answering-server.ts'
import { batchesOf, chat, passed } from '../support/calls.ts'

const model = 'gpt-6.1-sol'
const tools = [{ type: 'function' as const, function: { name: 'weather' } }]
const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 }
const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hello.' }] }]
const response = { object: 'response', id: 'resp_1', created_at: 7, model, status: 'completed', output, usage }

const refusal = json(
  {
    error: {
      message: `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
      type: 'invalid_request_error',
      param: 'reasoning_effort',
      code: null,
    },
  },
  400,
)
const nowhereElse = json(
  { error: { message: 'This model is only supported in v1/responses and not in v1/chat/completions.' } },
  404,
)
const whole = json(response)

const event = (data: object): string => `event: ${(data as { type: string }).type}\ndata: ${JSON.stringify(data)}\n\n`
const begun =
  event({ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } }) +
  event({ type: 'response.output_item.added', output_index: 0, item: { type: 'message', content: [] } }) +
  event({ type: 'response.output_text.delta', output_index: 0, delta: 'Hel' })
const ended =
  event({ type: 'response.output_text.delta', output_index: 0, delta: 'lo.' }) +
  event({ type: 'response.completed', response })
const streamed = eventStream(begun + ended)

async function server(...answers: Answer[]) {
  const upstream = await answering(...answers)
  const provider = openai({ baseURL: upstream.url, apiKey: 'sk-test' })
  const paths = () => upstream.seen.map(({ path }) => path?.replace('/v1', ''))
  return { upstream, provider, paths, [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose]() }
}

describe('a model that calls tools over responses alone', () => {
  test('is asked there once chats have said so, and from then on', async () => {
    await using at = await server(refusal, whole)
    for (let call = 0; call < 3; call += 1) {
      const result = await chat(at.provider, { model, tools })
      if (result.kind !== 'completion') throw new Error(result.kind)
      expect(result.completion.value.choices[0]?.message.content).toBe('Hello.')
      expect(await result.settled).toMatchObject({
        status: 'completed',
        finishReason: 'stop',
        usage: { total_tokens: 5 },
      })
    }
    expect(at.paths()).toEqual(['/chat/completions', '/responses', '/responses', '/responses'])
    expect(JSON.parse(at.upstream.seen[1]?.body ?? '')).toMatchObject({
      model,
      input: [{ content: 'Hello' }],
      store: false,
    })
  })

  test('is asked as a chat without tools, without thoughts, and for what only chats can say', async () => {
    const other = json({ error: { message: 'No.', type: 'invalid_request_error' } }, 400)
    await using at = await server(refusal, whole, other)
    await chat(at.provider, { model, tools })
    for (const more of [{}, { tools: [] }, { tools, reasoning_effort: 'none' as const }, { tools, n: 2 }]) {
      await expect(chat(at.provider, { model, ...more })).rejects.toMatchObject({ code: 'invalid_request' })
    }
    expect(at.paths().filter(path => path === '/chat/completions')).toHaveLength(5)
  })

  test('is not remembered before it has answered there, nor for what a caller made up', async () => {
    const no = json({ error: { message: 'No.', type: 'invalid_request_error' } }, 400)
    const quoted = json({ error: { message: "Invalid 'stop': use /v1/responses.", param: 'stop' } }, 400)
    await using at = await server(refusal, no, quoted, no)
    for (let call = 0; call < 3; call += 1) {
      await expect(chat(at.provider, { model, tools })).rejects.toMatchObject({ code: 'invalid_request' })
    }
    expect(at.paths()).toEqual(['/chat/completions', '/responses', '/chat/completions', '/chat/completions'])
  })

  test('streams, and the client that wants it is told the usage', async () => {
    await using at = await server(refusal, streamed)
    for (const include_usage of [false, true]) {
      const result = await chat(at.provider, { model, tools, stream: true, stream_options: { include_usage } })
      const { contents, text, error } = await passed(batchesOf(result))
      expect([contents, error, text.includes('"total_tokens":5')]).toEqual(['Hello.', undefined, include_usage])
      expect(await result.settled).toMatchObject({
        status: 'completed',
        usage: { total_tokens: 5 },
        responseId: 'resp_1',
      })
    }
  })

  test('is a whole chat to OpenAI’s own client behind a gateway', async () => {
    await using at = await server(refusal, streamed)
    const gateway = createGateway({ providers: [at.provider], auth: () => ({ tenant: 't' }) })
    const client = new OpenAI({ baseURL: 'http://gateway.test/v1', apiKey: 'k', fetch: gateway.fetch, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'hi' }]
    const completion = await client.chat.completions
      .stream({ model: `openai/${model}`, messages, tools })
      .finalChatCompletion()
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Hello.' } })
    await gateway.close()
  })
})

test('a model that takes no chats at all is asked otherwise, with tools and without', async () => {
  await using at = await server(nowhereElse, whole)
  await chat(at.provider, { model: 'gpt-5-pro' })
  await chat(at.provider, { model: 'gpt-5-pro', tools })
  expect(at.paths()).toEqual(['/chat/completions', '/responses', '/responses'])
})

describe('a response that fails, or could be taken to', () => {
  test.each([
    [{ status: 'failed', error: { code: 'server_error', message: 'oh' } }, 'upstream_unavailable'],
    [{ status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow' } }, 'upstream_rate_limited'],
    [{ status: 'failed', error: { code: 'invalid_image_url', message: 'no' } }, 'invalid_request'],
    [{ status: 'failed', error: { code: 'image_content_policy_violation', message: 'no' } }, 'content_filtered'],
    [{ status: 'cancelled', error: null }, 'upstream_bad_response'],
    [{ object: 'other' }, 'upstream_bad_response'],
  ])('whole, as %j', async (more, code) => {
    await using at = await server(refusal, json({ ...response, ...more }))
    await expect(chat(at.provider, { model, tools })).rejects.toMatchObject({ code })
  })

  const failed = { ...response, status: 'failed', error: { code: 'server_error', message: 'oh' } }
  test.each([
    [
      'an error event',
      event({ type: 'error', code: 'server_error', message: 'oh', param: null }),
      'upstream_unavailable',
    ],
    [
      'one whose error is nested',
      event({ type: 'error', error: { code: 'rate_limit_exceeded', message: 'oh' } }),
      'upstream_rate_limited',
    ],
    [
      'one that its name tells',
      'event: error\ndata: {"code":"rate_limit_exceeded","message":"oh"}\n\n',
      'upstream_rate_limited',
    ],
    ['its own word', event({ type: 'response.failed', response: failed }), 'upstream_unavailable'],
    ['nothing more', '', 'stream_interrupted'],
    ['half an event', 'event: response.completed\ndata: {"type":', 'stream_interrupted'],
    ['what is not JSON', 'data: {"type":\n\n', 'upstream_bad_response'],
  ])('streamed, by %s after its first words', async (_, last, code) => {
    await using at = await server(refusal, eventStream(begun + last))
    const result = await chat(at.provider, { model, tools, stream: true })
    const { contents, error } = await passed(batchesOf(result))
    expect([contents, error]).toEqual(['Hel', expect.objectContaining({ code })])
    expect((await result.settled).status).toBe('failed')
  })

  test.each([
    ['with what is not JSON behind its end', `${begun}${ended}data: oops\n\n`],
    ['with an error behind its end', begun + ended + event({ type: 'error', code: 'server_error' })],
    ['without the last blank line', (begun + ended).trimEnd()],
  ])('is whole %s', async (_, events) => {
    await using at = await server(refusal, eventStream(events))
    const result = await chat(at.provider, { model, tools, stream: true })
    const { contents, error } = await passed(batchesOf(result))
    expect([contents, error, (await result.settled).status]).toEqual(['Hello.', undefined, 'completed'])
  })

  test('has used what it says, whole and streamed', async () => {
    await using whole = await server(refusal, json(failed))
    await expect(chat(whole.provider, { model, tools })).rejects.toMatchObject({ usage: { total_tokens: 5 } })
    const events = begun + event({ type: 'response.failed', response: failed })
    await using at = await server(refusal, eventStream(events))
    const result = await chat(at.provider, { model, tools, stream: true })
    await passed(batchesOf(result))
    expect((await result.settled).usage).toMatchObject({ total_tokens: 5 })
  })

  test.each([
    ['max_output_tokens', 'max_completion_tokens'],
    ['reasoning.effort', 'reasoning_effort'],
    ['text.format.schema', 'response_format'],
    ['input[2].content', 'messages'],
    ['metadata', 'metadata'],
  ])('for %s blames %s, as the chat has it', async (param, told) => {
    const blamed = json({ error: { message: 'No.', type: 'invalid_request_error', param, code: null } }, 400)
    await using at = await server(refusal, blamed)
    await expect(chat(at.provider, { model, tools })).rejects.toMatchObject({ code: 'invalid_request', param: told })
  })

  test('whose upstream stays open behind its end is whole, and lets go of the connection', async () => {
    await using at = await server(refusal, answer => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).write(begun + ended)
    })
    const result = await chat(at.provider, { model, tools, stream: true })
    expect(await passed(batchesOf(result))).toMatchObject({ contents: 'Hello.', error: undefined })
    expect(await at.upstream.seen[1]?.closed).toBe('aborted')
  })

  test('stops when its client leaves', async () => {
    await using at = await server(refusal, answer => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).write(begun)
    })
    const gone = new AbortController()
    const result = await chat(at.provider, { model, tools, stream: true }, { signal: gone.signal })
    const iterator = batchesOf(result)[Symbol.asyncIterator]()
    await iterator.next()
    gone.abort()
    expect(await at.upstream.seen[1]?.closed).toBe('aborted')
    expect((await result.settled).status).toBe('cancelled')
  })
})
