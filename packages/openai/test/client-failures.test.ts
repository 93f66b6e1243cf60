import { GatewayError } from '@modelgate/core'
import OpenAI, { type ClientOptions } from 'openai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openai } from '../src/index.ts'
import { apiKey, clientOf, completion, thrownBy } from './support/a-client.ts'
import { answering, json, text } from './support/answering-server.ts'
import { batchesOf, chat, passed } from './support/calls.ts'
import { chunk, events, roleChunk } from './support/sse.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

describe('a failure over a client is the one without it', () => {
  const shown = (error: unknown): object => {
    if (!(error instanceof GatewayError)) throw error
    const { code, status, message, param, retryable, retryAfterMs, cause } = error
    return { code, status, message, param, retryable, retryAfterMs, cause }
  }
  const saying = (error: unknown) => JSON.stringify({ error })
  const page = { 'content-type': 'text/html; charset=utf-8' }

  test.each<[number, string, string, Record<string, string>?]>([
    [400, 'in OpenAI’s envelope', saying({ message: 'no', type: 'invalid_request_error', param: 'top_p', code: null })],
    [400, 'that is too long', saying({ message: 'x', code: 'context_length_exceeded' })],
    [400, 'with a detail of its own', saying({ message: 'no', detail: 'that nobody shows' })],
    [400, 'that is text alone (Ollama)', saying('no such model')],
    [400, 'without an envelope (vLLM)', JSON.stringify({ object: 'error', message: 'no', param: 'n', code: 40303 })],
    [422, 'as FastAPI says it', JSON.stringify({ detail: [{ loc: ['body', 'n'], msg: 'too many' }] })],
    [422, 'as FastAPI says it in one word', JSON.stringify({ detail: 'too many' })],
    [400, 'in an array (Gemini)', JSON.stringify([{ error: { code: 400, message: 'API key not valid' } }])],
    [401, '', saying({ message: `Incorrect API key provided: ${apiKey}`, code: 'invalid_api_key' })],
    [403, '', saying({ message: 'no access', code: 'model_not_found' })],
    [404, 'as a page', '<html>nginx</html>', page],
    [404, 'as text', 'no such thing', { 'content-type': 'text/plain' }],
    [404, 'as nothing', ''],
    [400, 'as JSON that is no object', 'null'],
    [408, '', saying({ message: 'slow' })],
    [413, 'longer than an error is', saying({ message: 'x'.repeat(100_000) })],
    [429, 'with a time', saying({ message: 'wait' }), { 'retry-after': '7' }],
    [429, 'with a finer time', saying({ message: 'wait' }), { 'retry-after': '7', 'retry-after-ms': '6500' }],
    [429, 'that waiting does not help', saying({ message: 'pay', code: 'insufficient_quota' })],
    [500, 'that asks for a retry', saying({ message: 'stack' }), { 'x-should-retry': 'true', 'x-request-id': 'req_1' }],
    [503, 'as a page', '<html>down</html>', page],
    [529, '', saying({ message: 'overloaded' })],
    [307, '', '', { location: '/v1/elsewhere' }],
    [304, '', ''],
  ])('%i %s', async (status, _, body, headers = { 'content-type': 'application/json' }) => {
    await using upstream = await answering(text(body, status, headers))
    const direct = await thrownBy(chat(openai({ baseURL: upstream.url, apiKey })))
    const provider = openai({ client: clientOf(upstream, { maxRetries: 5 }) })
    expect(shown(await thrownBy(chat(provider)))).toEqual(shown(direct))
    expect(upstream.seen).toHaveLength(2)
    expect(shown(await thrownBy(chat(provider, { stream: true })))).toEqual(shown(direct))
    expect(upstream.seen).toHaveLength(3)
  })

  test('a time to wait survives in headers that are not the platform’s', async () => {
    const headers = new Map([['retry-after', '7']])
    const fetch = () =>
      Promise.resolve(Object.defineProperty(new Response('', { status: 429 }), 'headers', { value: headers }))
    const client = new OpenAI({ apiKey, fetch, logLevel: 'off' })
    expect(await thrownBy(chat(openai({ client })))).toMatchObject({
      code: 'upstream_rate_limited',
      retryAfterMs: 7_000,
    })
  })

  test('a refused connection names the host and the reason', async () => {
    const gone = await answering()
    await gone[Symbol.asyncDispose]()
    const { host } = new URL(gone.url)
    const direct = await thrownBy(chat(openai({ baseURL: gone.url, apiKey })))
    const ours = await thrownBy(chat(openai({ client: clientOf(gone) })))
    expect(ours).toMatchObject({
      code: 'upstream_unavailable',
      message: `The upstream ${host} gave no answer: it refuses connections; check that it runs, and its port (ECONNREFUSED).`,
    })
    expect(String(ours)).toBe(String(direct))
  })

  test('a connection that is not there in time is timeout_connect', async () => {
    const late = Object.assign(new Error('Connect Timeout Error'), { code: 'UND_ERR_CONNECT_TIMEOUT' })
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: late }))
    const client = new OpenAI({ apiKey, baseURL: 'http://upstream.example/v1', fetch })
    expect(await thrownBy(chat(openai({ client })))).toMatchObject({ code: 'timeout_connect' })
  })

  test('a stream that breaks is stream_interrupted', async () => {
    await using upstream = await answering(response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(events(roleChunk, chunk({ content: 'Hel' })), () => response.destroy())
    })
    const result = await chat(openai({ client: clientOf(upstream) }), { stream: true })
    expect(await passed(batchesOf(result))).toMatchObject({ contents: 'Hel', error: { code: 'stream_interrupted' } })
  })
})

describe('a client’s clocks', () => {
  test('do not hold: only the call’s signal ends a call', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const asked = Promise.withResolvers<AbortSignal>()
    const answered = Promise.withResolvers<Response>()
    const client = new OpenAI({
      apiKey,
      timeout: 1_000,
      fetch: (_url, init) => {
        asked.resolve(init?.signal as AbortSignal)
        return answered.promise
      },
    })
    const result = chat(openai({ client }))
    const signal = await asked.promise
    vi.advanceTimersByTime(11 * 60_000)
    expect(signal.aborted).toBe(false)
    answered.resolve(Response.json(completion))
    expect((await result).kind).toBe('completion')
  })
})

describe('an aborted call over a client', () => {
  const reason = new GatewayError('timeout_first_frame', 'Silence.')

  test('that was aborted already sends nothing', async () => {
    await using upstream = await answering(json(completion))
    const call = chat(openai({ client: clientOf(upstream) }), {}, { signal: AbortSignal.abort(reason) })
    expect(await thrownBy(call)).toBe(reason)
    expect(upstream.seen).toEqual([])
  })

  test('that was aborted already asks for no key', async () => {
    const key = vi.fn(() => Promise.resolve('sk-test'))
    const call = chat(openai({ client: new OpenAI({ apiKey: key }) }), {}, { signal: AbortSignal.abort() })
    expect(await thrownBy(call)).toMatchObject({ code: 'cancelled' })
    expect(key).not.toHaveBeenCalled()
  })

  test('before the head rejects with the signal’s own reason, and closes the upstream', async () => {
    const asked = Promise.withResolvers<void>()
    await using upstream = await answering(() => asked.resolve())
    for (const given of [reason, undefined]) {
      const caller = new AbortController()
      const call = thrownBy(chat(openai({ client: clientOf(upstream) }), {}, { signal: caller.signal }))
      await asked.promise
      caller.abort(given)
      expect(await call).toMatchObject({ code: given ? 'timeout_first_frame' : 'cancelled' })
    }
    expect(await upstream.seen[0]?.closed).toBe('aborted')
  })

  test.each([
    ['an error’s', 500],
    ['the answer’s', 200],
  ])('in %s body rejects with the signal’s own reason, and closes the upstream', async (_, status) => {
    await using upstream = await answering(response => response.writeHead(status).write('{'))
    const caller = new AbortController()
    const client = clientOf(upstream, {
      async fetch(...request) {
        const response = await globalThis.fetch(...request)
        // The client has begun to read the body by then.
        setImmediate(() => caller.abort(reason))
        return response
      },
    })
    expect(await thrownBy(chat(openai({ client }), {}, { signal: caller.signal }))).toBe(reason)
    expect(await upstream.seen[0]?.closed).toBe('aborted')
  })
})

describe('secrets of a client', () => {
  const quoting = (secret: string) => json({ error: { message: `You sent ${secret}, which we log.` } }, 400)

  test.each<[string, ClientOptions]>([
    ['its key', { apiKey: 'quoted-secret' }],
    ['a key that a function gave', { apiKey: () => Promise.resolve('quoted-secret') }],
    ['a default header', { defaultHeaders: { 'x-proxy-token': 'quoted-secret' } }],
    ['a header of several values', { defaultHeaders: { 'x-proxy-token': ['other-secret', 'quoted-secret'] } }],
    ['a header in Headers', { defaultHeaders: new Headers({ 'x-proxy-token': 'quoted-secret' }) }],
    [
      'a header among pairs',
      {
        defaultHeaders: [
          ['accept', null],
          ['x-proxy-token', 'quoted-secret'],
        ],
      },
    ],
  ])('%s is masked where the upstream quotes it', async (_, options) => {
    await using upstream = await answering(quoting('quoted-secret'))
    const error = await thrownBy(chat(openai({ client: clientOf(upstream, options) })))
    expect(error).toMatchObject({ message: 'You sent [masked], which we log.' })
  })

  test('headers of the environment are masked, too', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-proxy-token: quoted-secret')
    await using upstream = await answering(quoting('quoted-secret'))
    const error = await thrownBy(chat(openai({ client: clientOf(upstream) })))
    expect(error).toMatchObject({ message: 'You sent [masked], which we log.' })
  })
})
