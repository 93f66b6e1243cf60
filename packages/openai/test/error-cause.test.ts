import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { openai } from '../src/openai.ts'
import { answering, eventStream, text } from './support/answering-server.ts'
import { batchesOf, chat, embed } from './support/calls.ts'
import { chunk, events, roleChunk } from './support/sse.ts'

const said = 'Viktor'
const unparsable = `{"choices": ${said}}`

test.each([
  ['a completion', chat],
  ['an answer with embeddings', embed],
] as const)('the error of %s that is not JSON shows nothing of it, in its cause neither', async (_, call) => {
  await using upstream = await answering(text(unparsable, 200, { 'content-type': 'application/json' }))
  const error: unknown = await call(openai({ baseURL: upstream.url, apiKey: 'k' })).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'upstream_bad_response' })
  expect(inspect(error, { depth: 10 })).not.toContain(said)
})

test.each([
  ['first', ''],
  ['next', events(roleChunk, chunk({ content: 'Hello' }))],
])('nor does that of a stream whose %s event is not JSON', async (_, before) => {
  await using upstream = await answering(eventStream(`${before}data: ${unparsable}\n\n`))
  const result = await chat(openai({ baseURL: upstream.url, apiKey: 'k' }), { stream: true })
  const error = await readAll(result)
  expect(inspect(error, { depth: 10 })).not.toContain(said)
})

/** Reads the bytes and the chunks: what passes unparsed fails only where somebody looks. */
async function readAll(result: Awaited<ReturnType<typeof chat>>): Promise<unknown> {
  try {
    for await (const { frames } of batchesOf(result)) void frames.length
  } catch (error) {
    return error
  }
  throw new Error('the stream did not fail')
}
