import type { ChatCompletionChunk } from '@modelgate/core'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { openai } from '../src/index.ts'
import { type Answer, answering, eventStream, json } from './support/answering-server.ts'
import { batchesOf, chat, chatRequest } from './support/calls.ts'
import { answer, chunk, events, everyByte, roleChunk, usageChunk } from './support/sse.ts'

/** What OpenAI's own client makes of an upstream is what a caller would get without a gateway: we must agree with it. */
interface Read {
  readonly chunks: readonly unknown[]
  readonly threw: boolean
}

async function readAll(stream: () => Promise<AsyncIterable<unknown>>): Promise<Read> {
  const chunks: unknown[] = []
  try {
    for await (const value of await stream()) chunks.push(value)
  } catch {
    return { chunks, threw: true }
  }
  return { chunks, threw: false }
}

async function* framesOf(url: string): AsyncGenerator<ChatCompletionChunk> {
  const provider = openai({ baseURL: url, apiKey: 'sk-test' })
  const result = await chat(provider, { stream: true, stream_options: { include_usage: true } })
  for await (const batch of batchesOf(result)) yield* batch.frames
}

async function bySdk(url: string): Promise<AsyncIterable<unknown>> {
  const client = new OpenAI({ baseURL: url, apiKey: 'sk-test', maxRetries: 0 })
  return client.chat.completions.create({
    model: chatRequest.model,
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
    stream_options: { include_usage: true },
  })
}

/** Each byte in a write of its own. */
function trickled(body: string): Answer {
  return response => {
    const bytes = Buffer.from(body)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const at of everyByte(body)) response.write(bytes.subarray(at, at + 1))
    response.end()
  }
}

const toolChunk = {
  ...roleChunk,
  choices: [
    {
      index: 0,
      delta: {
        tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"error":"x"}' } }],
      },
      finish_reason: null,
    },
  ],
}
const whole = answer('Hel', 'lo 🌍', '"error"')
const tools = events(roleChunk, toolChunk, chunk({ finish: 'tool_calls' }), usageChunk, '[DONE]')
const failing = events(roleChunk, chunk({ content: 'Hel' }), { error: { message: 'x', type: 'server_error' } })

describe('OpenAI’s own client and this provider read the same', () => {
  test.each<[string, Answer]>([
    ['an answer', eventStream(whole)],
    ['an answer byte by byte', trickled(whole)],
    ['CRLF', eventStream(whole.replaceAll('\n', '\r\n'))],
    ['CRLF byte by byte', trickled(whole.replaceAll('\n', '\r\n'))],
    ['data without a space', eventStream(whole.replaceAll('data: ', 'data:'))],
    ['comments', eventStream(`: hello\n\n${whole.replaceAll('data: {', ': ping\n\ndata: {')}`)],
    ['ids and retry times', eventStream(whole.replaceAll('data: {', 'id: 1\nretry: 5\ndata: {'))],
    ['tool calls', eventStream(tools)],
    [
      'two choices',
      eventStream(
        events(chunk({ content: 'a' }), chunk({ content: 'b', index: 1 }), chunk({ finish: 'stop' }), '[DONE]'),
      ),
    ],
    ['an error in the middle', eventStream(failing)],
    ['a refusal', json({ error: { message: 'no' } }, 400)],
    ['a broken upstream', json({ error: { message: 'no' } }, 500)],
  ])('%s', async (_, upstreamAnswer) => {
    await using upstream = await answering(upstreamAnswer)
    const theirs = await readAll(() => bySdk(upstream.url))
    const ours = await readAll(() => Promise.resolve(framesOf(upstream.url)))
    expect(ours).toEqual(theirs)
  })

  test('except that a stream cut between two events, which it takes for complete, is an error here', async () => {
    await using upstream = await answering(eventStream(events(roleChunk, chunk({ content: 'Hel' }))))
    expect((await readAll(() => bySdk(upstream.url))).threw).toBe(false)
    expect((await readAll(() => Promise.resolve(framesOf(upstream.url)))).threw).toBe(true)
  })
})
