import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, startApp } from '../src/start-app.ts'
import { type ErrorAnswer, postChat, setFaults } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { temporaryFile } from './run-gateway.ts'

const root = 'operator-key-planted'
const config = {
  keys: [
    { key: 'caller-key-planted', apiKeyId: 'caller', userId: 'ann', tenant: 'search', tier: 'premium' },
    { key: 'prober-key-planted', apiKeyId: 'prober', permissions: ['health'] },
    { keyHash: 'ab'.repeat(32), apiKeyId: 'hashed' },
  ],
  circuitBreaker: { failureThreshold: 1 },
  logContent: true,
}
const secrets = /-planted|abababab|sk-sim|PLANTED/

let app: App
const told: string[] = []
beforeAll(async () => {
  const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify(config))
  const variables = { PORT: '0', MODELGATE_CONFIG, MODELGATE_API_KEY: root }
  app = await startApp(variables, line => told.push(line))
})
afterAll(() => app.close())

interface Told {
  readonly status: number
  readonly body: Record<string, unknown> & Partial<ErrorAnswer>
  readonly text: string
  readonly headers: Headers
}

async function ask(
  path: string,
  { key = root, method = 'GET', body }: { key?: string; method?: string; body?: object } = {},
): Promise<Told> {
  const answer = await fetch(app.url + path, {
    method,
    headers: { 'X-API-Key': key },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  return { status: answer.status, body: JSON.parse(text) as Told['body'], text, headers: answer.headers }
}

const call = (id: string, body: object = {}, key = 'caller-key-planted'): Promise<Response> =>
  postChat(`${app.url}/v1/chat/completions`, body, { 'X-API-Key': key, 'x-request-id': id })

const adminRoutes: readonly (readonly [string, string])[] = [
  ['GET', '/api/v1/admin/config'],
  ['GET', '/api/v1/admin/metrics'],
  ['GET', '/api/v1/admin/requests/x'],
  ['POST', '/api/v1/admin/targets/reset'],
  ['POST', '/api/v1/admin/targets/openai/gpt-4o/reset'],
  ['GET', '/api/v1/admin/keys'],
  ['POST', '/api/v1/admin/keys'],
  ['GET', '/api/v1/admin/keys/caller'],
  ['DELETE', '/api/v1/admin/keys/caller'],
]

describe("an administrator's route", () => {
  it.each(adminRoutes)('%s %s wants a key, and one with the scope admin', async (method, path) => {
    const without = await fetch(app.url + path, { method })
    expect(without.status).toBe(401)
    expect(without.headers.get('www-authenticate')).toBe('Bearer')
    expect((await ask(path, { method, key: 'sk-wrong' })).status).toBe(401)
    const refused = await ask(path, { method, key: 'caller-key-planted' })
    expect(refused.status).toBe(403)
    expect(refused.body.error).toMatchObject({ code: 'permission_denied', type: 'permission_error' })
  })

  it('is kept by no cache, and is told with who called and what for, the refused ones too', async () => {
    told.length = 0
    const answer = await ask('/v1/api/v1/admin/config?secret=PLANTED')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    await ask('/api/v1/admin/keys/none', { method: 'DELETE', key: 'caller-key-planted' })
    const calls = told.map(line => JSON.parse(line) as Record<string, unknown>)
    expect(calls).toMatchObject([
      {
        message: 'admin call',
        operation: 'getConfig',
        method: 'GET',
        path: '/v1/api/v1/admin/config',
        status: 200,
        keyId: 'MODELGATE_API_KEY',
        userId: 'operator',
        address: '127.0.0.1',
        requestId: answer.headers.get('x-request-id'),
        timestamp: expect.stringMatching(/Z$/),
      },
      { operation: 'revokeKey', status: 403, keyId: 'caller', userId: 'ann', tenant: 'search' },
    ])
    expect(told.join()).not.toMatch(secrets)
  })

  it('is told with the address that a trusted proxy names, and without a key that stands in its path', async () => {
    const lines: string[] = []
    const other = await startApp({ PORT: '0', TRUST_PROXY: '1', MODELGATE_API_KEY: root }, line => lines.push(line))
    const path = '/api/v1/admin/keys/sk-planted-0123456789abcdef'
    const headers = { 'X-API-Key': root, 'X-Forwarded-For': '203.0.113.66, 203.0.113.9' }
    expect((await fetch(other.url + path, { method: 'DELETE', headers })).status).toBe(404)
    await other.close()
    const line = lines.find(each => each.includes('admin call')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ operation: 'revokeKey', address: '203.0.113.9' })
    expect(line).not.toMatch(secrets)
  })

  it('that a machine scrapes is told of where it is refused, and not each time', async () => {
    told.length = 0
    const scrape = (key: string) => fetch(`${app.url}/metrics`, { headers: { 'X-API-Key': key } })
    expect([(await scrape(root)).status, (await scrape('caller-key-planted')).status]).toEqual([200, 403])
    expect(told.map(line => JSON.parse(line) as unknown)).toMatchObject([
      { operation: 'getPrometheusMetrics', status: 403 },
    ])
  })

  it('is behind the same limit of failed keys as the door', async () => {
    const other = await startApp({ PORT: '0' }, () => {})
    const statuses: number[] = []
    for (let at = 0; at < 31; at += 1) {
      const path = at % 2 === 0 ? '/api/v1/admin/config' : '/v1/models'
      statuses.push((await fetch(other.url + path, { headers: { 'X-API-Key': `guess-${at}` } })).status)
    }
    await other.close()
    expect(statuses.slice(0, 30).every(status => status === 401)).toBe(true)
    expect(statuses[30]).toBe(429)
  })
})

it('the configuration is shown with where each value comes from, and without its secrets', async () => {
  const { status, body, text } = await ask('/api/v1/admin/config')
  expect(status).toBe(200)
  expect(text).toContain('[redacted]')
  const { values } = body as { values: { path: string; value: unknown; source: { kind: string } }[] }
  const at = (wanted: string) => values.find(({ path }) => path === wanted)
  expect(at('keys[0].key')).toMatchObject({ value: '[redacted]', source: { kind: 'file' } })
  expect(at('keys[2].keyHash')).toMatchObject({ value: '[redacted]' })
  expect(at('apiKey')).toMatchObject({ value: '[redacted]', source: { kind: 'environment' } })
  expect(at('circuitBreaker.failureThreshold')).toMatchObject({ value: 1, source: { kind: 'file' } })
  expect(at('maxBodyBytes')).toMatchObject({ value: 20_971_520, source: { kind: 'default' } })
  expect(text).toContain('"ann"')
  expect(text).not.toMatch(secrets)
})

describe('a logged call', () => {
  it('is found by its id, with its attempts and without what was said', async () => {
    await (await call('find-me', { messages: [{ role: 'user', content: 'PLANTED prompt' }] })).text()
    await (await call('find-me', { model: 'fast', stream: true })).text()
    const { status, body, text } = await ask('/api/v1/admin/requests/find-me')
    expect(status).toBe(200)
    expect(body.data).toMatchObject([
      { requestId: 'find-me', route: 'fast', stream: true, tenant: 'search', attempts: [{ code: '200' }] },
      { requestId: 'find-me', route: 'gpt-4', stream: false, keyId: 'caller' },
    ])
    expect(text).not.toMatch(/PLANTED|"prompt"|"completion"/)
  })

  it('that is not there is 404', async () => {
    const { status, body } = await ask('/api/v1/admin/requests/never')
    expect(status).toBe(404)
    expect(body.error).toMatchObject({ code: 'not_found', param: 'requestId' })
  })
})

it('a model is looked for by its whole id, whatever is in it', async () => {
  const { status, body } = await ask('/v1/models/a%3Fb%2523')
  expect(status).toBe(404)
  expect(body.error?.message).toContain("'a?b%23'")
})

it('metrics add up calls, errors, tokens and cost by model, tier and tenant', async () => {
  const other = await startApp(
    { PORT: '0', MODELGATE_CONFIG: temporaryFile('c.json', JSON.stringify(config)), MODELGATE_API_KEY: root },
    () => {},
  )
  const path = `${other.url}/v1/chat/completions`
  const ann = { 'X-API-Key': 'caller-key-planted' }
  await (await postChat(path, { model: 'openai/gpt-4o-mini' }, ann)).text()
  await (await postChat(path, { model: 'openai/gpt-4o-mini', stream: true }, ann)).text()
  await (await postChat(path, { model: 'openai/gpt-4o-mini', messages: 'no' }, { 'X-API-Key': root })).text()
  await (await postChat(path, {}, { 'X-API-Key': 'prober-key-planted' })).text()
  await fetch(`${other.url}/api/v1/admin/config`)
  const answer = await fetch(`${other.url}/api/v1/admin/metrics?scope=instance`, { headers: { 'X-API-Key': root } })
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({
    scope: 'instance',
    total: { calls: expect.any(Number), streams: 1 },
    byTenant: expect.arrayContaining([
      expect.objectContaining({
        tenant: 'search',
        calls: 2,
        failed: 0,
        latencyMs: expect.objectContaining({ count: 2, p50: expect.any(Number), p99: expect.any(Number) }),
        firstContentMs: expect.objectContaining({ count: 1 }),
        tokens: expect.objectContaining({ prompt: expect.any(Number), estimatedCalls: 0 }),
        cost: { usd: expect.any(Number), unknownCalls: 0 },
      }),
    ]),
    byTier: expect.arrayContaining([expect.objectContaining({ tier: 'premium', calls: 2 })]),
    byModel: expect.arrayContaining([expect.objectContaining({ provider: 'openai', model: 'gpt-4o-mini', calls: 2 })]),
    // Without a key, and with one that may not call.
    refusals: { unauthenticated: 1, permission_denied: 1 },
    limits: { rate_limited: 0 },
    targets: expect.arrayContaining([expect.objectContaining({ target: 'openai/gpt-4o-mini', breaker: 'closed' })]),
  })
  expect(text).not.toMatch(secrets)
  for (const scope of ['fleet', 'galaxy']) {
    const refused = await fetch(`${other.url}/api/v1/admin/metrics?scope=${scope}`, { headers: { 'X-API-Key': root } })
    expect(refused.status).toBe(400)
  }
  await other.close()
})

describe('health in detail', () => {
  it('says one word a component to whoever has no key', async () => {
    for (const path of ['/api/v1/health', '/api/v1/health/detailed']) {
      const answer = await fetch(app.url + path)
      expect(answer.status).toBe(200)
      const { timestamp: _timestamp, ...body } = (await answer.json()) as Record<string, unknown>
      expect(body).toEqual({
        status: 'ok',
        components: { upstreams: 'ok', keys: 'ok', limits: 'ok', requestLog: 'ok', context: 'ok' },
      })
    }
  })

  it('refuses a key that is none, and one that lacks the scope', async () => {
    expect((await ask('/api/v1/health/detailed', { key: 'sk-wrong' })).status).toBe(401)
    expect((await ask('/api/v1/health/detailed', { key: 'caller-key-planted' })).status).toBe(403)
    expect((await fetch(`${app.url}/api/v1/health/detailed`, { headers: { authorization: 'Bearer no' } })).status).toBe(
      401,
    )
  })

  it('shows targets with their breakers and what is under way, stores and latencies; reset closes a breaker', async () => {
    await setFaults(app.simulator, [{ match: { model: 'gpt-4o', times: 1 }, fault: { kind: 'status', status: 500 } }])
    await (await call('broken', { model: 'openai/gpt-4o' })).text()
    await setFaults(app.simulator, [{ fault: { kind: 'stall', afterFrames: 2 } }])
    const stalled = await call('open', { model: 'openai/gpt-4o-mini', stream: true })
    const reader = stalled.body?.getReader()
    await reader?.read()

    const { body, text } = await ask('/api/v1/health/detailed', { key: 'prober-key-planted' })
    expect(body).toMatchObject({
      status: 'degraded',
      components: { upstreams: 'degraded' },
      stores: [
        { component: 'keys', name: 'memory', status: 'ok', latencyMs: expect.any(Number) },
        { component: 'limits', name: 'memory', status: 'ok' },
        { component: 'requestLog', name: 'memory', status: 'ok' },
      ],
      context: [{ component: 'context', name: 'demo-catalogue', status: 'ok' }],
      latencies: [{ operation: 'chat', latencyMs: { count: expect.any(Number) } }],
      targets: expect.arrayContaining([
        expect.objectContaining({
          target: 'openai/gpt-4o',
          breaker: 'open',
          openUntil: expect.any(String),
          inFlight: 0,
        }),
        expect.objectContaining({ target: 'openai/gpt-4o-mini', breaker: 'closed', inFlight: 1, coolDownWhy: null }),
        expect.objectContaining({ target: 'bedrock/amazon.nova-lite-v1:0', calls: 0 }),
      ]),
    })
    expect(text).not.toMatch(secrets)
    expect(text).not.toContain('127.0.0.1')
    await reader?.cancel()
    await setFaults(app.simulator, [])

    const reset = await ask('/api/v1/admin/targets/openai%2Fgpt-4o/reset', { method: 'POST' })
    expect(reset.body.data).toMatchObject([{ target: 'openai/gpt-4o', breaker: 'closed', failures: 0 }])
    expect((await call('mended', { model: 'openai/gpt-4o' })).status).toBe(200)
    const unknown = await ask('/api/v1/admin/targets/openai/gpt-9/reset', { method: 'POST' })
    expect(unknown.status).toBe(404)
    expect(unknown.body.error?.message).toContain('openai/gpt-4o-mini')
    const all = await ask('/api/v1/admin/targets/reset', { method: 'POST' })
    expect(all.body.data).toEqual(expect.arrayContaining([expect.objectContaining({ target: 'openai/gpt-4o' })]))
    await expect
      .poll(async () => (await ask('/api/v1/health/detailed', { key: 'prober-key-planted' })).text)
      .not.toContain('"inFlight":1')
  })
})

describe('keys', () => {
  it('are made, shown once, let in, listed, and refused once revoked; never is a hash told', async () => {
    told.length = 0
    const body = { userId: 'bob', tier: 'basic', permissions: ['completions'], rateLimit: { requestsPerMinute: 5 } }
    const made = await ask('/api/v1/admin/keys', { method: 'POST', body })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      ...body,
      key: expect.stringMatching(/^mg_live_/),
      state: 'active',
      keptIn: 'memory',
    })
    const { key, apiKeyId } = made.body as { key: string; apiKeyId: string }
    expect(JSON.parse(told[0] ?? '')).toMatchObject({ operation: 'createKey', status: 201, about: apiKeyId })
    expect(told.join()).not.toContain(key)
    expect((await call('by-bob', {}, key)).status).toBe(200)

    const one = await ask(`/api/v1/admin/keys/${apiKeyId}`)
    expect(one.body).toMatchObject({ apiKeyId, userId: 'bob' })
    const list = await ask('/api/v1/admin/keys')
    const users = await ask('/api/v1/admin/keys?user=bob')
    expect((list.body.data as { apiKeyId: string }[]).map(record => record.apiKeyId)).toEqual([
      'caller',
      'prober',
      'hashed',
      'MODELGATE_API_KEY',
      apiKeyId,
    ])
    expect(users.body.data).toMatchObject([{ apiKeyId }])

    const revoked = await ask(`/api/v1/admin/keys/${apiKeyId}`, { method: 'DELETE' })
    expect(revoked.body).toEqual({ apiKeyId, state: 'revoked', keptIn: 'memory', seenWithinSeconds: 0 })
    expect((await call('by-bob', {}, key)).status).toBe(401)
    expect((await ask(`/api/v1/admin/keys/${apiKeyId}`)).body.state).toBe('revoked')
    for (const { text } of [one, list, users, revoked]) {
      expect(text).not.toMatch(/KeyHash|abab/i)
      expect(text).not.toContain(key)
    }
  })

  it('are listed page by page', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Told = await ask(`/api/v1/admin/keys?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
      seen.push(...(page.body.data as { apiKeyId: string }[]).map(({ apiKeyId }) => apiKeyId))
      cursor = page.body.nextCursor as string | null
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(['caller', 'prober', 'MODELGATE_API_KEY']))
  })

  it.each([
    [{}, 'userId', 'userId: is missing'],
    [{ userId: 'x', tier: 'gold' }, 'tier', "'gold' is no tier here; known are free, basic"],
    [
      { userId: 'x', allowedRoutes: ['fast', 'smrat'] },
      'allowedRoutes',
      "'smrat' is not served here; did you mean 'smart'?",
    ],
    [{ userId: 'x', key: 'my-own' }, 'key', 'key: is not a member here'],
    [{ userId: 'x', permissions: ['root'] }, 'permissions[0]', 'permissions[0]: must be'],
    [{ userId: 'x', expiresAt: 'soon' }, 'expiresAt', 'must be a date'],
    [{ userId: 'x', expiresAt: '90' }, 'expiresAt', 'must be a date'],
    [{ userId: 'x', expiresAt: '2026-01-31' }, 'expiresAt', "expiresAt: '2026-01-31' has passed already."],
    [{ userId: 'x', tenant: 'acme'.repeat(65) }, 'tenant', /^tenant: must be at most 256 characters long, got 260\.$/],
    [{ userId: '' }, 'userId', /^userId: must not be empty\.$/],
    [{ userId: 'x', apiKeyId: 'a b' }, 'apiKeyId', 'may hold'],
    [{ userId: 'x', apiKeyId: '..' }, 'apiKeyId', 'not dots alone'],
    [{ userId: 'x', environment: 'PROD' }, 'environment', 'may hold'],
    [[], null, 'The body: must be an object'],
  ])('are not made of %j', async (body, param, message) => {
    const { status, body: told } = await ask('/api/v1/admin/keys', { method: 'POST', body })
    expect(status).toBe(400)
    expect(told.error).toMatchObject({ code: 'invalid_request', param })
    expect(told.error?.message).toMatch(message)
  })

  it('keep their ids to themselves, and what is not there is 404', async () => {
    const taken = await ask('/api/v1/admin/keys', { method: 'POST', body: { userId: 'x', apiKeyId: 'caller' } })
    expect(taken.status).toBe(409)
    expect((await ask('/api/v1/admin/keys/none')).status).toBe(404)
    expect((await ask('/api/v1/admin/keys/__proto__', { method: 'DELETE' })).status).toBe(404)
    for (const query of ['limit=0', 'limit=x', 'cursor=9:', 'cursor=x', 'user=', `user=${'u'.repeat(600)}`]) {
      expect((await ask(`/api/v1/admin/keys?${query}`)).status).toBe(400)
    }
  })

  it.each([
    ['no JSON', '{', 400],
    ['too much', `"${'x'.repeat(70_000)}"`, 413],
  ])('are not made of %s', async (_name, body, status) => {
    const answer = await fetch(`${app.url}/api/v1/admin/keys`, { method: 'POST', headers: { 'X-API-Key': root }, body })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('connection')).toBe(status === 413 ? 'close' : 'keep-alive')
    expect(((await answer.json()) as ErrorAnswer).error.type).toBe('invalid_request_error')
  })
})
