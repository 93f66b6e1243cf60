import { describe, expect, it } from 'vitest'
import { apiKeys } from '../../src/auth/api-keys.ts'
import { apiKeyOf } from '../../src/auth/authenticate.ts'
import { createApiKey } from '../../src/auth/create-api-key.ts'
import { hashKey } from '../../src/auth/hash-key.ts'
import type { KeyRecord } from '../../src/auth/key-store.ts'
import { memoryKeyStore } from '../../src/auth/memory-key-store.ts'
import { checkPermissions, requireScope } from '../../src/auth/permissions.ts'
import { compose } from '../../src/compose.ts'
import type { Principal } from '../../src/contract.ts'
import { createGateway } from '../../src/create-gateway.ts'
import { scriptedProvider } from '../../src/testing/scripted-provider.ts'
import { chatCall, rejection } from '../support/calls.ts'

const request = (headers: Record<string, string>) => ({ method: 'POST', path: '/v1/chat/completions', headers })

describe('apiKeyOf', () => {
  it.each([
    [{ authorization: 'Bearer mg_live_1' }, 'mg_live_1'],
    [{ authorization: 'bearer mg_live_1' }, 'mg_live_1'],
    [{ authorization: 'ApiKey mg_live_1' }, 'mg_live_1'],
    [{ authorization: 'APIKEY   mg_live_1  ' }, 'mg_live_1'],
    [{ 'x-api-key': 'mg_live_1' }, 'mg_live_1'],
    [{ 'x-api-key': '  mg_live_1 ' }, 'mg_live_1'],
    [{ authorization: 'Bearer mg_live_1', 'x-api-key': 'mg_live_1' }, 'mg_live_1'],
    [{ authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': 'mg_live_1' }, 'mg_live_1'],
  ])('finds the key in %j', (headers, key) => {
    expect(apiKeyOf(headers)).toBe(key)
  })

  it.each([
    [{}],
    [{ authorization: '' }],
    [{ authorization: 'Bearer' }],
    [{ authorization: 'Bearer ' }],
    [{ authorization: 'mg_live_1' }],
    [{ authorization: 'Basic dXNlcjpwYXNz' }],
    [{ authorization: 'Bearer a, Bearer b' }],
    [{ authorization: 'Bearer a b' }],
    [{ 'x-api-key': '  ' }],
  ])('finds none in %j', headers => {
    expect(apiKeyOf(headers)).toBeUndefined()
  })

  it('refuses two different keys: which one pays would be a guess', () => {
    expect(() => apiKeyOf({ authorization: 'Bearer a', 'x-api-key': 'b' })).toThrow(
      expect.objectContaining({
        code: 'unauthenticated',
        message: 'Two different API keys were sent, in Authorization and in X-API-Key; send one.',
      }),
    )
  })

  it('reads a long header in no time: nothing in it backtracks', () => {
    expect(apiKeyOf({ authorization: `Bearer ${' '.repeat(50_000)}` })).toBeUndefined()
    expect(apiKeyOf({ authorization: `Bearer ${'a'.repeat(50_000)} x` })).toBeUndefined()
  })
})

describe('apiKeys', () => {
  const store = memoryKeyStore([
    { key: 'good', apiKeyId: 'k1', userId: 'ann', tenant: 'acme', tier: 'basic', allowedRoutes: ['fast'] },
    { key: 'plain' },
    { key: 'revoked', active: false },
    { key: 'expired', expiresAt: '2020-01-01T00:00:00Z' },
    { key: 'limited', rateLimit: { requestsPerMinute: 5 }, maxTokens: 100, expiresAt: '2999-01-01' },
  ])
  const authenticate = apiKeys(store)

  it('makes a principal of the record', async () => {
    expect(await authenticate(request({ authorization: 'Bearer good' }))).toEqual({
      tenant: 'acme',
      userId: 'ann',
      keyId: 'k1',
      tier: 'basic',
      permissions: ['completions'],
      allowedRoutes: ['fast'],
    })
  })

  it('lets a key that says nothing more pay for itself, with the one default scope', async () => {
    expect(await authenticate(request({ 'x-api-key': 'plain' }))).toMatchObject({
      tenant: 'key-2',
      userId: 'key-2',
      keyId: 'key-2',
      permissions: ['completions'],
      allowedRoutes: undefined,
    })
  })

  it.each([
    ['unknown', { authorization: 'Bearer wrong' }],
    ['revoked', { authorization: 'Bearer revoked' }],
    ['expired', { authorization: 'Bearer expired' }],
    ['one of ours, mistyped', { authorization: `Bearer ${createApiKey('live')}x` }],
    ['one of ours, unknown', { authorization: `Bearer ${createApiKey('live')}` }],
    ['the hash of a good one', { authorization: `Bearer ${hashKey('good')}` }],
    ['a member of every object', { authorization: 'Bearer __proto__' }],
  ])('gives a key that is %s the same answer as any other', async (_, headers) => {
    const error = await rejection((async () => authenticate(request(headers)))())
    expect(error).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      message:
        'The API key that came is not known here, or is valid no more: send a valid one as `Authorization: Bearer <key>` or `X-API-Key: <key>`.',
    })
  })

  it.each([
    ['nothing', {}],
    ['a malformed header', { authorization: 'Bearer' }],
    ['another scheme', { authorization: 'Basic Z29vZA==' }],
  ])('tells who sends %s that no key came', async (_, headers) => {
    const error = await rejection((async () => authenticate(request(headers)))())
    const message = expect.stringMatching(/^No API key came .*`Authorization: Bearer <key>`/)
    expect(error).toMatchObject({ code: 'unauthenticated', status: 401, message })
  })

  it('asks the store by hash and never shows it the key', async () => {
    const asked: string[] = []
    const slow = apiKeys({
      findByHash(hash) {
        asked.push(hash)
        return Promise.resolve<KeyRecord>({ apiKeyId: 'k', apiKeyHash: hash, userId: 'u' })
      },
    })
    expect(await slow(request({ authorization: 'Bearer good' }))).toMatchObject({ tenant: 'u' })
    expect(asked).toEqual([hashKey('good')])
    expect(asked[0]).toMatch(/^[0-9a-f]{64}$/)
  })

  it('hands on what the record limits', () => {
    expect(authenticate(request({ 'x-api-key': 'limited' }))).toMatchObject({
      rateLimit: { requestsPerMinute: 5 },
      maxTokens: 100,
    })
  })

  it('refuses a record whose expiry is no date: somebody meant there to be one', async () => {
    const record: KeyRecord = { apiKeyId: 'k', apiKeyHash: hashKey('good'), userId: 'u', expiresAt: 'next year' }
    const asked = apiKeys({ findByHash: () => record })
    expect(await rejection((async () => asked(request({ 'x-api-key': 'good' })))())).toMatchObject({ status: 401 })
  })

  it('takes what a table of SQL has no value for as left out', async () => {
    const rest = ['tenant', 'tier', 'permissions', 'allowedRoutes', 'active', 'createdAt', 'expiresAt', 'rateLimit']
    const nulls = Object.fromEntries([...rest, 'budget', 'maxTokens'].map(name => [name, null]))
    const row = { ...nulls, apiKeyId: 'k', apiKeyHash: hashKey('good'), userId: 'u' }
    const provider = scriptedProvider('us', ['Hello'])
    const auth = apiKeys({ findByHash: async () => row })
    const gateway = createGateway({ providers: [provider], routes: { fast: ['us/x'] }, auth })
    const answer = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: 'Bearer good' },
      body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Hi' }] }),
    })
    expect(answer.status).toBe(200)
    expect(provider.calls[0]?.context.principal).toEqual({
      tenant: 'u',
      userId: 'u',
      keyId: 'k',
      permissions: ['completions'],
    })
  })

  it('is up to the moment of its expiry a good key, and no later', async () => {
    const expiresAt = '2026-06-01T00:00:00Z'
    const clock = { now: Date.parse(expiresAt) - 1 }
    const until = apiKeys(memoryKeyStore([{ key: 'good', expiresAt }]), { now: () => clock.now })
    expect(until(request({ 'x-api-key': 'good' }))).toMatchObject({ keyId: 'key-1' })
    clock.now += 1
    expect(await rejection((async () => until(request({ 'x-api-key': 'good' })))())).toMatchObject({ status: 401 })
  })

  it('looks keys up by their HMAC where there is a pepper', () => {
    const pepper = 'kept elsewhere'
    const peppered = apiKeys(memoryKeyStore([{ key: 'good' }], { pepper }), { pepper })
    expect(peppered(request({ 'x-api-key': 'good' }))).toMatchObject({ keyId: 'key-1' })
    expect(() => apiKeys(memoryKeyStore([{ key: 'good' }]), { pepper })(request({ 'x-api-key': 'good' }))).toThrow(
      'not known here',
    )
    expect(hashKey('good', pepper)).toMatch(/^[0-9a-f]{64}$/)
    expect(hashKey('good', pepper)).not.toBe(hashKey('good'))
  })

  it('asks several stores in order, and takes the first that has the key', async () => {
    const late = { findByHash: async (hash: string) => memoryKeyStore([{ key: 'b' }]).findByHash(hash) }
    const several = apiKeys([memoryKeyStore([{ key: 'a' }]), late, memoryKeyStore([{ key: 'c', apiKeyId: 'third' }])])
    expect(several(request({ 'x-api-key': 'a' }))).toMatchObject({ keyId: 'key-1' })
    expect(await several(request({ 'x-api-key': 'b' }))).toMatchObject({ keyId: 'key-1' })
    expect(await several(request({ 'x-api-key': 'c' }))).toMatchObject({ keyId: 'third' })
    expect(await rejection(Promise.resolve(several(request({ 'x-api-key': 'd' }))))).toMatchObject({ status: 401 })
  })

  it.each([
    [[], {}, 'takes a key store'],
    [[{}], {}, 'takes a key store'],
    [[memoryKeyStore([])], { pepper: '' }, '`pepper` must be a text that is not empty'],
    [[memoryKeyStore([])], { pepper: 4_711 }, /^((?!4711).)*$/],
    [[memoryKeyStore([])], { cacheMs: -1 }, '`cacheMs` must be at least 0'],
    [[memoryKeyStore([])], { cacheMs: Number.POSITIVE_INFINITY }, '`cacheMs` must be a number'],
    [[memoryKeyStore([])], { cacheMs: '60000' }, '`cacheMs` must be a number'],
    [[memoryKeyStore([])], { staleMs: Number.NaN }, '`staleMs` must be a number'],
    [[memoryKeyStore([])], { failedAttempts: { perMinute: 0 } }, '`failedAttempts.perMinute` must be at least 1'],
    [[memoryKeyStore([])], { failedAttempts: { perMinute: 9, perHour: 9 } }, 'perHour'],
    [[memoryKeyStore([])], { failedAttempts: true }, '`failedAttempts` must be false or an object'],
    [[memoryKeyStore([])], { now: 5 }, '`now` must be a function'],
    [[memoryKeyStore([])], { onError: 'log' }, '`onError` must be a function'],
  ])('refuses %j with %j', (stores, options, fault) => {
    expect(() => apiKeys(stores as never, options as never)).toThrow(fault)
  })
})

describe('memoryKeyStore', () => {
  it('takes keys by their hash, in either case', () => {
    const store = memoryKeyStore([{ keyHash: hashKey('a').toUpperCase(), apiKeyId: 'k1' }])
    expect(store.findByHash(hashKey('a'))).toMatchObject({ apiKeyId: 'k1', userId: 'k1', apiKeyHash: hashKey('a') })
  })

  it('holds no key', () => {
    const store = memoryKeyStore([{ key: 'very-secret' }])
    expect(JSON.stringify(store.findByHash(hashKey('very-secret')))).not.toContain('very-secret')
  })

  it('takes no key twice: one of the two records would never be used', () => {
    expect(() => memoryKeyStore([{ key: 'a', apiKeyId: 'first' }, { keyHash: hashKey('a') }])).toThrow(
      "keys[1]: this key is the same as that of 'first'",
    )
  })

  it('takes no apiKeyId twice: one key would be revoked and the other stay', () => {
    const keys = [{ key: 'one', apiKeyId: 'key-2' }, { key: 'two' }]
    expect(() => memoryKeyStore(keys)).toThrow("keys[1].apiKeyId: 'key-2' is that of another key, too")
  })

  it('takes no key that is empty or absent, as an unset variable is', () => {
    const unset = { key: undefined } as unknown as Parameters<typeof memoryKeyStore>[0][number]
    for (const key of [{ key: '' }, unset]) expect(() => memoryKeyStore([key])).toThrow('keys[0]: give a key')
  })

  it('takes no mistyped key of ours, which the door would refuse, and no expiry that is no date', () => {
    expect(() => memoryKeyStore([{ key: `${createApiKey('live')}x` }])).toThrow('keys[0].key: it begins with mg_')
    expect(() => memoryKeyStore([{ key: 'a', expiresAt: 'soon' }])).toThrow("keys[0].expiresAt: 'soon' is no date")
  })

  it.each(['a\n', ' a', 'a\t', 'a\r\n', 'a\nb', 'a\u0000b'])('takes no key that no header can bring: %j', key => {
    const said = 'keys[0].key: it begins or ends with white space or holds a line break'
    expect(() => memoryKeyStore([{ key }])).toThrow(said)
    expect(() => memoryKeyStore([{ key: 'a b' }, { key: 'a' }])).not.toThrow()
  })

  it('refuses options that are null by their name', () => {
    expect(() => apiKeys(memoryKeyStore([{ key: 'a' }]), null as never)).toThrow(
      'apiKeys() takes an object of options.',
    )
  })

  it('takes no hash that no key has, and no key beside a hash', () => {
    const malformed =
      /^keys\[0\]\.keyHash: must be 64 hexadecimal digits, as hashKey\(key\) gives them; no key has another hash\.$/
    expect(() => memoryKeyStore([{ keyHash: `${hashKey('a')}  -` }])).toThrow(malformed)
    expect(() => memoryKeyStore([{ keyHash: 'the-key-itself' }])).toThrow(malformed)
    expect(() => memoryKeyStore([{ key: 'a', keyHash: hashKey('b') }])).toThrow('keys[0]: give one of key and keyHash.')
  })

  it('knows nothing but its keys', () => {
    expect(memoryKeyStore([]).findByHash(hashKey('a'))).toBeUndefined()
  })
})

describe('checkPermissions', () => {
  const handle = compose([checkPermissions({ fast: [] })], () => Promise.resolve('passed' as never))
  const as = (principal: Principal | undefined, model = 'fast') => handle(chatCall({ model }, { principal }))

  it.each<[string, Principal | undefined]>([
    ['nobody in particular', undefined],
    ['a principal without limits', { tenant: 't' }],
    ['one with the scope', { tenant: 't', permissions: ['completions'] }],
    ['one who may name the route', { tenant: 't', allowedRoutes: ['smart', 'fast'] }],
  ])('lets %s on', async (_, principal) => {
    expect(await as(principal)).toBe('passed')
  })

  it('stops one without the scope', async () => {
    expect(await rejection(as({ tenant: 't', permissions: ['health'] }))).toMatchObject({
      code: 'permission_denied',
      status: 403,
      message: "This key lacks the permission 'completions'.",
    })
    expect(await rejection(as({ tenant: 't', permissions: [] }))).toMatchObject({ code: 'permission_denied' })
  })

  it.each(['us/nova', 'FAST', 'fast ', '__proto__'])('stops one who names %j without being allowed to', async model => {
    expect(await rejection(as({ tenant: 't', allowedRoutes: ['fast', 'smart'] }, model))).toMatchObject({
      code: 'permission_denied',
      param: 'model',
      message: `This key may not use the model '${model}'; it may use: fast, smart.`,
    })
  })

  it.each<[string, string, boolean]>([
    ['us', 'fast', true],
    ['us', 'gpt-4', false],
    ['us', 'nova', true],
    ['us', 'us/nova', true],
    ['eu', 'nova', false],
    ['eu', 'us/nova', false],
  ])('takes a pin to %j as part of the name %j (allowed: %s)', async (pinnedProvider, model, allowed) => {
    const principal = { tenant: 't', allowedRoutes: ['fast', 'gpt-4', 'us/nova'] }
    const call = handle(chatCall({ model }, { principal, pinnedProvider }))
    if (allowed) expect(await call).toBe('passed')
    else expect(await rejection(call)).toMatchObject({ code: 'permission_denied' })
  })

  it('asks for any other scope by name', () => {
    expect(() => requireScope({ tenant: 't', permissions: ['completions'] }, 'admin')).toThrow(
      "lacks the permission 'admin'",
    )
    expect(() => requireScope({ tenant: 't' }, 'admin')).not.toThrow()
  })
})
