import { GatewayError } from '@modelgate/core'
import OpenAI, { AzureOpenAI, type ClientOptions } from 'openai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type OpenAIClient, openai } from '../src/index.ts'
import { type AnsweringServer, answering, eventStream, json, text } from './support/answering-server.ts'
import { batchesOf, chat, chatRequest, embed, passed } from './support/calls.ts'
import { answer, bodyOf, chunk, events, roleChunk } from './support/sse.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
}
const apiKey = 'sk-of-the-client'
const clientOf = (upstream: AnsweringServer, options: ClientOptions = {}): OpenAI =>
  new OpenAI({ baseURL: upstream.url, apiKey, logLevel: 'off', ...options })
const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  )

describe('what a client sends', () => {
  test('are the request’s own bytes, with the client’s key, headers and query', async () => {
    await using upstream = await answering(json(completion))
    const client = clientOf(upstream, {
      organization: 'org-1',
      project: 'proj_1',
      defaultHeaders: { 'X-Team': 'search' },
      defaultQuery: { region: 'eu' },
    })
    const bytes = Buffer.from('{ "model" : "gpt-4o-mini", "messages": [], "new_field": 1e2 }')
    const value = JSON.parse(bytes.toString()) as typeof chatRequest
    const members = new Map([
      ['model', [12, 25] as const],
      ['messages', [39, 41] as const],
      ['new_field', [56, 59] as const],
    ])
    await chat(openai({ client }), value, { source: { bytes, length: bytes.length, value: { ...value }, members } })
    expect(upstream.seen[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions?region=eu',
      body: bytes.toString(),
      headers: {
        authorization: `Bearer ${apiKey}`,
        'openai-organization': 'org-1',
        'openai-project': 'proj_1',
        'x-team': 'search',
        'content-type': 'application/json',
        'content-length': String(bytes.length),
        accept: 'application/json',
        'accept-encoding': 'identity',
        'x-client-request-id': 'call-1',
        'x-stainless-retry-count': '0',
      },
    })
    expect(upstream.seen[0]?.headers).not.toHaveProperty('x-stainless-timeout')
  })

  test('passes the hooks of a subclass', async () => {
    const streams: unknown[] = []
    class Signing extends OpenAI {
      protected override prepareOptions(options: { stream?: unknown }): Promise<void> {
        streams.push(options.stream)
        return Promise.resolve()
      }
      protected override prepareRequest(request: RequestInit): Promise<void> {
        Object.assign(request, { headers: { ...Object.fromEntries(new Headers(request.headers)), 'x-signed': 'yes' } })
        return Promise.resolve()
      }
    }
    await using upstream = await answering(json(completion))
    const provider = openai({ client: new Signing({ baseURL: upstream.url, apiKey, logLevel: 'off' }) })
    await chat(provider)
    await chat(provider, { stream: true }).catch(() => {})
    expect(upstream.seen[0]?.headers['x-signed']).toBe('yes')
    expect(streams).toEqual([false, true])
  })

  test('goes through the client’s own fetch and its options, but follows no redirect', async () => {
    const inits: (RequestInit | undefined)[] = []
    const dispatcher = { a: 'proxy' }
    const client = new OpenAI({
      apiKey,
      baseURL: 'http://upstream.example/v1',
      fetchOptions: { dispatcher, redirect: 'follow' } as unknown as NonNullable<ClientOptions['fetchOptions']>,
      fetch: (_url, init) => {
        inits.push(init)
        return Promise.resolve(Response.json(completion))
      },
    })
    await chat(openai({ client }))
    expect(inits).toMatchObject([{ dispatcher, redirect: 'manual' }])
  })

  test('asks for embeddings and for models, too', async () => {
    const list = { object: 'list', data: [{ id: 'gpt-4o-mini', object: 'model', created: 1, owned_by: 'openai' }] }
    const vectors = { object: 'list', model: 'm', data: [], usage: { prompt_tokens: 1, total_tokens: 1 } }
    await using upstream = await answering(json(vectors), json(list))
    const provider = openai({ client: clientOf(upstream) })
    expect(await (await embed(provider)).settled).toMatchObject({ usage: { prompt_tokens: 1 } })
    expect(await provider.models?.(new AbortController().signal)).toEqual(list.data)
    expect(upstream.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/embeddings',
      'GET /v1/models',
    ])
    expect(upstream.seen[1]?.headers).not.toHaveProperty('content-type')
  })

  test('is the model in the path where the client is Azure’s, parsed only there', async () => {
    await using upstream = await answering(json(completion))
    const baseURL = `${upstream.url}/openai`
    const client = new AzureOpenAI({ baseURL, apiKey, apiVersion: '2026-01-01', logLevel: 'off' })
    const provider = openai({ id: 'azure', client })
    await chat(provider, { model: 'my-deployment' })
    await provider.models?.(new AbortController().signal).catch(() => {})
    expect(upstream.seen).toMatchObject([
      {
        path: '/v1/openai/deployments/my-deployment/chat/completions?api-version=2026-01-01',
        headers: { 'api-key': apiKey },
        body: JSON.stringify({ ...chatRequest, model: 'my-deployment' }),
      },
      { path: '/v1/openai/models?api-version=2026-01-01' },
    ])
  })
})

describe('what comes back over a client', () => {
  test('is a completion as the bytes it came as', async () => {
    const body = `  ${JSON.stringify(completion, null, 1)}\n`
    await using upstream = await answering(text(body, 200, { 'content-type': 'application/json' }))
    const result = await chat(openai({ client: clientOf(upstream) }))
    if (result.kind !== 'completion') throw new Error(result.kind)
    expect(Buffer.from(result.completion.bytes ?? []).toString()).toBe(body)
  })

  test('is a stream as the bytes it came as', async () => {
    const spoken = events(roleChunk, chunk({ content: 'Hel' }), chunk({ content: 'lo 🌍' }), chunk({ finish: 'stop' }))
    await using upstream = await answering(eventStream(`${spoken}data: [DONE]\n\n`))
    const result = await chat(openai({ client: clientOf(upstream), streamUsage: false }), { stream: true })
    expect((await passed(batchesOf(result))).text).toBe(spoken)
    expect(await result.settled).toMatchObject({ status: 'completed', finishReason: 'stop' })
    expect(upstream.seen[0]?.headers.accept).toBe('text/event-stream')
  })

  test('is asked for its usage, and again without where the server refuses that', async () => {
    const refusal = json({ error: { message: 'Unrecognized argument: stream_options' } }, 400)
    await using upstream = await answering(refusal, eventStream(answer('Hi')))
    const result = await chat(openai({ client: clientOf(upstream) }), { stream: true })
    expect((await passed(batchesOf(result))).contents).toBe('Hi')
    expect(upstream.seen).toHaveLength(2)
  })
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

describe('a client without a key it can use', () => {
  test('is asked for one at each call', async () => {
    let asked = 0
    await using upstream = await answering(json(completion))
    const client = clientOf(upstream, { apiKey: () => Promise.resolve(`sk-rotated-${++asked}`) })
    const provider = openai({ client })
    await chat(provider)
    await chat(provider)
    expect(upstream.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-rotated-1',
      'Bearer sk-rotated-2',
    ])
  })

  test.each([
    ['a function that fails', new Error('vault: token s.12345 expired')],
    [
      'a refused exchange of tokens',
      Object.assign(new Error('invalid_grant for s.12345'), {
        status: 400,
        headers: new Headers(),
        error_code: 'invalid_grant',
      }),
    ],
  ])('%s is the target’s failure, without what it said', async (_, fault) => {
    await using upstream = await answering(json(completion))
    class Failing extends OpenAI {
      protected override authHeaders(): never {
        throw fault
      }
    }
    const error = await thrownBy(chat(openai({ client: new Failing({ baseURL: upstream.url, apiKey }) })))
    expect(error).toMatchObject({ code: 'upstream_auth_failed', message: expect.stringContaining("provider 'openai'") })
    expect(String(error)).not.toContain('s.12345')
    expect(upstream.seen).toEqual([])
  })

  test('passes on what its key function says in our own words', async () => {
    const fault = new GatewayError('upstream_unavailable', 'The vault is sealed.')
    const client = new OpenAI({ apiKey: () => Promise.reject(fault) })
    expect(await thrownBy(chat(openai({ client })))).toBe(fault)
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

describe('the option', () => {
  const client = new OpenAI({ apiKey })

  test.each([
    ['apiKey', 'sk-test', 'new OpenAI({ apiKey })'],
    ['baseURL', 'http://127.0.0.1/v1', 'new OpenAI({ baseURL })'],
    ['organization', 'org-1', 'new OpenAI({ organization })'],
    ['project', 'proj_1', 'new OpenAI({ project })'],
    ['headers', {}, 'new OpenAI({ defaultHeaders })'],
    ['transport', { send: () => bodyOf(''), close: () => {} }, 'new OpenAI({ fetch })'],
  ])('%s contradicts a client, which brings its own', (name, value, remedy) => {
    const make = () => openai({ client, [name]: value })
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_configuration' }))
    expect(make).toThrow(
      `openai({ client, ${name} }): the client brings its own; give ${name} to the client, as ${remedy},`,
    )
    expect(make).not.toThrow(/sk-test|org-1|127/)
  })

  test('may be undefined, and so may those that it forbids', () => {
    expect(openai({ client, apiKey: undefined, transport: undefined, id: 'second' }).id).toBe('second')
    expect(() => openai({ client: undefined, apiKey: 'sk-test' })).not.toThrow()
  })

  test('faults are all told at once', () => {
    expect(() => openai({ client, apiKey: 'sk-test', project: 'proj_1' })).toThrow(/apiKey[^\n]*\n[^\n]*project/)
  })

  class Anthropic {
    readonly baseURL = 'https://api.example'
    readonly messages = {}
    readonly models = {}
    get() {}
    post() {}
  }
  test.each([
    ['a string', 'sk-a-key-by-mistake'],
    ['null', null],
    ['an array', [client]],
    ['a plain object', { apiKey: 'sk-a-key-by-mistake' }],
    ['the function or class OpenAI', OpenAI],
    ['of class Anthropic', new Anthropic()],
    ['of class Completions', client.chat.completions],
  ])('is refused where it is %s, the value untold', (what, value) => {
    const make = () => openai({ client: value as unknown as OpenAIClient })
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_configuration' }))
    expect(make).toThrow(`openai(): client is ${what} and no client of the package openai;`)
    expect(make).not.toThrow(/by-mistake/)
  })

  test('close() does not touch the client', async () => {
    await using upstream = await answering(json(completion))
    const provider = openai({ client: clientOf(upstream) })
    await provider.close?.()
    expect((await chat(provider)).kind).toBe('completion')
  })
})
