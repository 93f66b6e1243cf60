import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { type OpenAIBatchesOptions, openaiBatches } from '../src/batch/index.ts'
import { answering, json } from './support/answering-server.ts'

const caller = { principal: undefined, signal: new AbortController().signal, droppedParams: new Set<string>() }
const page = json({ object: 'list', data: [], first_id: null, last_id: null, has_more: false })

function ask(options: OpenAIBatchesOptions): Promise<unknown> {
  return openaiBatches(options).files({}, caller)
}

it.each([
  [{ apiKey: 7 }, 'openaiBatches(): apiKey must be a string, or a function that gives one, got number.'],
  [
    { headers: { 'x team': 'search' } },
    "The provider 'openai' cannot send the header 'x team': its name is none. Check its options.",
  ],
])('says when it is made that %j cannot be sent, as openai() does', (options, message) => {
  expect(() => openaiBatches(options as never)).toThrow(message)
})

it('sends headers after its own and instead of them, whatever their case, and a key without the line break of its file', async () => {
  await using upstream = await answering(page)
  const { url: baseURL, seen } = upstream
  await ask({ baseURL, apiKey: 'sk-a', headers: { Authorization: 'Bearer sk-b' } })
  await ask({ baseURL, apiKey: () => 'sk-c\n' })
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-b', 'Bearer sk-c'])
})

it('fails as its credentials do, and not as the gateway, where no key can be had', async () => {
  const code = 'upstream_auth_failed'
  const lost = new Error('the vault is sealed')
  await expect(ask({ apiKey: () => Promise.reject(lost) })).rejects.toMatchObject({ code, cause: lost })
  await expect(ask({ apiKey: 'sk-ö' })).rejects.toMatchObject({ code })
})

it('says why there was no answer', async () => {
  const upstream = await answering(page)
  await upstream[Symbol.asyncDispose]()
  await expect(ask({ baseURL: upstream.url, apiKey: 'sk-a' })).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: expect.stringMatching(/^The upstream 127\.0\.0\.1:\d+ gave no answer: it refuses connections/),
  })
})

it('says that an answer is no JSON, and quotes nothing of it: the log holds no answers', async () => {
  await using upstream = await answering(response => response.end('sk-secret-of-somebody <html>'))
  const error: unknown = await ask({ baseURL: upstream.url, apiKey: 'sk-a' }).catch(thrown => thrown)
  expect(error).toMatchObject({ code: 'upstream_bad_response' })
  expect(inspect(error)).not.toContain('sk-secret')
})

it('reads no answer that would fill the memory', async () => {
  const spaces = Buffer.alloc(1024 * 1024, ' ')
  const pieces = [...Array.from({ length: 66 }, () => spaces), Buffer.from('{"data":[],"has_more":false}')]
  await using upstream = await answering(response => void Readable.from(pieces).pipe(response))
  await expect(ask({ baseURL: upstream.url, apiKey: 'sk-a' })).rejects.toMatchObject({ code: 'upstream_bad_response' })
})
