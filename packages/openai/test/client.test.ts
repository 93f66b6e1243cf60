import { GatewayError } from '@modelgate/core'
import OpenAI, { AzureOpenAI, type ClientOptions } from 'openai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type OpenAIClient, openai } from '../src/index.ts'
import { apiKey, clientOf, completion, thrownBy } from './support/a-client.ts'
import { answering, eventStream, json, text } from './support/answering-server.ts'
import { batchesOf, chat, chatRequest, embed, passed } from './support/calls.ts'
import { answer, bodyOf, chunk, events, roleChunk } from './support/sse.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

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
