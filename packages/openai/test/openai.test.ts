import { createGateway, type Transport, type UpstreamRequest } from '@modelgate/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openai, openaiCompatible } from '../src/index.ts'
import { answering, json } from './support/answering-server.ts'
import { chat } from './support/calls.ts'
import { bodyOf } from './support/sse.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const answer = {
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
}
const completion = JSON.stringify(answer)

function recording(): Transport & { readonly sent: UpstreamRequest[]; closed: number } {
  const transport = {
    sent: [] as UpstreamRequest[],
    closed: 0,
    send(request: UpstreamRequest) {
      transport.sent.push(request)
      return Promise.resolve({ status: 200, headers: {}, body: bodyOf(completion) })
    },
    close() {
      transport.closed++
      return Promise.resolve()
    },
  }
  return transport
}

describe('openai()', () => {
  test('is called openai, or what it is told', () => {
    expect(openai()).toMatchObject({ id: 'openai', name: 'openai' })
    expect(openai({ id: 'second', apiKey: undefined }).id satisfies 'second').toBe('second')
  })

  test('reads the key and the base URL from the environment at the first call, not before', async () => {
    const transport = recording()
    const provider = openai({ transport })
    vi.stubEnv('OPENAI_API_KEY', 'sk-from-environment')
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:1/proxy/v1/')
    await chat(provider)
    expect(transport.sent[0]?.headers.authorization).toBe('Bearer sk-from-environment')
    expect(transport.sent[0]?.url.href).toBe('http://127.0.0.1:1/proxy/v1/chat/completions')
  })

  test.each(['nope', 'ftp://proxy/v1', 'http://proxy/v1/chat/completions'])(
    'whose base URL in the environment is %s says which variable to set, and lets a call go on to another target',
    async given => {
      vi.stubEnv('OPENAI_BASE_URL', given)
      const transport = recording()
      const provider = openai({ transport, apiKey: 'k' })
      const message = expect.stringMatching(/^OPENAI_BASE_URL is no http or https URL up to .*; set it to one, such as/)
      await expect(chat(provider)).rejects.toMatchObject({ code: 'upstream_unavailable', retryable: false, message })
      expect(provider.priceOf?.('gpt-4o', {})).toBeDefined()
      const other = openaiCompatible({ id: 'other', baseURL: 'http://127.0.0.1:1/v1', transport })
      const prices = { 'other/m': { input: 0 } }
      const routes = { fast: ['openai/gpt-4o', 'other/m'] } as const
      const gateway = createGateway({ providers: [provider, other], routes, prices })
      await gateway.chat({ model: 'fast', messages: [{ role: 'user', content: 'Hi' }] })
      expect(transport.sent.map(({ url }) => url.host)).toEqual(['127.0.0.1:1'])
    },
  )

  test('without a key says which variable to set', async () => {
    vi.stubEnv('OPENAI_API_KEY', '')
    await expect(chat(openai({ transport: recording() }))).rejects.toMatchObject({
      code: 'upstream_auth_failed',
      message: expect.stringContaining('OPENAI_API_KEY'),
    })
  })

  test('sends organization, project and headers of the operator’s own', async () => {
    const transport = recording()
    const headers = { 'X-Team': 'search' }
    await chat(openai({ transport, apiKey: 'k', organization: 'org-1', project: 'proj_1', headers }))
    expect(transport.sent[0]?.headers).toMatchObject({
      'openai-organization': 'org-1',
      'openai-project': 'proj_1',
      'x-team': 'search',
    })
    await chat(openai({ transport, apiKey: 'k' }))
    expect(transport.sent[1]?.headers).not.toHaveProperty('openai-organization')
  })

  test('claims the ids OpenAI gives', () => {
    const provider = openai()
    const own = ['gpt-4o-mini', 'gpt-5', 'o1', 'o3-mini', 'o4-mini', 'chatgpt-4o-latest', 'codex-mini-latest']
    for (const id of [...own, 'text-embedding-3-small', 'ft:gpt-4o-mini:acme::1', 'ft:o4-mini:acme'])
      expect(provider.claims?.(id), id).toBe(true)
    const others = ['gpt-oss-120b', 'claude-3-5-haiku', 'o', 'opus-4', 'omni', 'amazon.nova-lite-v1:0', 'my-gpt-4']
    for (const id of others) expect(provider.claims?.(id), id).toBe(false)
  })

  test('refuses a base URL that is none, at once', () => {
    expect(() => openai({ baseURL: 'api.openai.com' })).toThrow(
      "openai(): baseURL 'api.openai.com' is no http or https URL",
    )
    expect(() => openaiCompatible({ id: 'local', baseURL: 'ftp://x' })).toThrow("openaiCompatible({ id: 'local' })")
    expect(() => openai({ baseURL: Object.create(null) as never })).toThrow(
      'openai(): baseURL is of type object; give one',
    )
    const whole = 'http://127.0.0.1:8000/v1/chat/completions'
    for (const baseURL of [whole, `${whole}/`, `${whole}?api-version=1`])
      expect(() => openaiCompatible({ id: 'local', baseURL })).toThrow(
        `baseURL '${baseURL}' has that path in it; give one up to and without /chat/completions`,
      )
  })
})

describe('options that are none', () => {
  test.each<[() => unknown, string]>([
    [() => openai({ apikey: 'sk-1' } as never), 'openai() has no option `apikey`; did you mean `apiKey`?'],
    [() => openai({ baseUrl: 'http://x' } as never), 'openai() has no option `baseUrl`; did you mean `baseURL`?'],
    [
      () => openai({ apiKey: 7 } as never),
      'openai(): apiKey must be a string, or a function that gives one, got number.',
    ],
    [
      () => openaiCompatible({ id: 'local', url: 'http://x' } as never),
      'openaiCompatible() has no option `url`; did you mean `baseURL`?',
    ],
    [() => openaiCompatible({ baseURL: 'http://x' } as never), 'openaiCompatible(): id is missing'],
    [
      () => openaiCompatible({ id: 'local' } as never),
      "openaiCompatible({ id: 'local' }): baseURL is missing; give one",
    ],
  ])('are refused, with what was meant: %#', (make, fault) => {
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_configuration' }))
    expect(make).toThrow(fault)
  })
})

describe('headers of the operator’s own', () => {
  test.each([
    ['x-team', 'search\n'],
    ['x-team', 'a\u0000b'],
    ['x-team', 'поиск'],
    ['x team', 'search'],
    ['', 'search'],
    ['x-team', 7 as unknown as string],
  ])('are refused at once where they cannot be sent, their value untold: %j: %j', (name, value) => {
    for (const make of [
      () => openaiCompatible({ id: 'local', baseURL: 'http://127.0.0.1:1', headers: { [name]: value } }),
      () => openai({ id: 'local', headers: { [name]: value } }),
    ]) {
      expect(make).toThrow(expect.objectContaining({ code: 'invalid_configuration' }))
      expect(make).toThrow(`The provider 'local' cannot send the header '${name}'`)
      expect(make).not.toThrow(/search|поиск/)
    }
  })

  test('are the organization and the project, too', () => {
    expect(() => openai({ organization: 'org-1\n' })).toThrow("header 'openai-organization'")
  })
})

describe('openaiCompatible()', () => {
  const baseURL = 'http://127.0.0.1:1/v1'

  test('claims nothing, sends no key and is called by its id unless told so', async () => {
    const transport = recording()
    const provider = openaiCompatible({ id: 'local', baseURL, transport })
    expect(provider).toMatchObject({ id: 'local', name: 'local' })
    expect('claims' in provider).toBe(false)
    await chat(provider)
    expect(transport.sent[0]?.headers).not.toHaveProperty('authorization')
    const other = openaiCompatible({ id: 'ds', name: 'deepseek', baseURL, claims: model => model === 'r1' })
    expect(other.name).toBe('deepseek')
    expect(other.claims?.('r1')).toBe(true)
  })

  test('keeps the query of its base URL', async () => {
    const transport = recording()
    await chat(openaiCompatible({ id: 'azure', baseURL: 'https://x.example/openai?api-version=1', transport }))
    expect(transport.sent[0]?.url.href).toBe('https://x.example/openai/chat/completions?api-version=1')
  })
})

describe('the key', () => {
  const keyed = (apiKey: string | (() => string | undefined | Promise<string>), transport = recording()) => ({
    provider: openaiCompatible({ id: 'acme', baseURL: 'http://127.0.0.1:1', apiKey, transport }),
    transport,
  })

  test('may rotate: a function is asked at each call', async () => {
    let calls = 0
    const { provider, transport } = keyed(() => Promise.resolve(`key-${++calls}`))
    await chat(provider)
    await chat(provider)
    expect(transport.sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-1', 'Bearer key-2'])
  })

  test('loses the line break of its file', async () => {
    const { provider, transport } = keyed('key-1\n')
    await chat(provider)
    expect(transport.sent[0]?.headers.authorization).toBe('Bearer key-1')
  })

  test.each(['', 'ключ', 'a\nb', () => undefined])(
    '%j is refused before anything is sent, and not repeated',
    async apiKey => {
      const { provider, transport } = keyed(apiKey)
      const error: unknown = await chat(provider).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'upstream_auth_failed' })
      if (typeof apiKey === 'string' && apiKey) expect(String(error)).not.toContain(apiKey)
      expect(transport.sent).toEqual([])
    },
  )
})

describe('a key function that fails', () => {
  test('is the target’s failure, without what it said', async () => {
    const cause = new Error('vault: token s.12345 expired')
    const provider = openaiCompatible({
      id: 'acme',
      baseURL: 'http://127.0.0.1:1',
      apiKey: () => Promise.reject(cause),
    })
    const error: unknown = await chat(provider).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'upstream_auth_failed', cause })
    expect(String(error)).not.toContain('s.12345')
  })
})

describe('models()', () => {
  const list = { object: 'list', data: [{ id: 'gpt-4o-mini', object: 'model', created: 1, owned_by: 'openai' }] }

  test('lists what the upstream serves', async () => {
    await using upstream = await answering(json(list))
    const provider = openaiCompatible({ id: 'acme', baseURL: upstream.url })
    expect(await provider.models?.(new AbortController().signal)).toEqual(list.data)
    expect(upstream.seen[0]).toMatchObject({ method: 'GET', path: '/v1/models' })
    expect(upstream.seen[0]?.headers).not.toHaveProperty('content-type')
    await provider.close?.()
  })

  test('refuses what is no list', async () => {
    await using upstream = await answering(json({ data: 1 }))
    const provider = openaiCompatible({ id: 'acme', baseURL: upstream.url })
    await expect(provider.models?.(new AbortController().signal)).rejects.toMatchObject({
      code: 'upstream_bad_response',
    })
  })
})

test('close() leaves a transport that was given to its owner', async () => {
  const transport = recording()
  await openai({ transport, apiKey: 'k' }).close?.()
  expect(transport.closed).toBe(0)
})

test('close() closes the connections of its own transport, and is fine before any call', async () => {
  await openai().close?.()
  await using upstream = await answering(json(answer))
  const provider = openaiCompatible({ id: 'acme', baseURL: upstream.url })
  await chat(provider)
  await provider.close?.()
})
