import { inspect } from 'node:util'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type SecretsKeyStoreOptions, secretsKeyStore } from '@modelgate/aws/secrets'
import { apiKeys, createApiKey, hashKey, isGatewayError } from '@modelgate/core'
import { keyStoreCases } from '@modelgate/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { testCredentials } from './support/dynamodb.ts'
import { openTestSecretsManager } from './support/secrets-manager.ts'

const [first, second, third] = [createApiKey('one'), createApiKey('two'), createApiKey('three')]

async function rig(versions: Record<string, string>, options: Partial<SecretsKeyStoreOptions> = {}) {
  const manager = await openTestSecretsManager(versions)
  const client = new SecretsManagerClient({
    endpoint: manager.endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await manager[Symbol.asyncDispose]()
  })
  const clock = { now: 10_000_000 }
  const onError = vi.fn()
  const store = secretsKeyStore({ secretId: 'keys', client, now: () => clock.now, onError, ...options })
  const find = async (key: string) => store.findByHash(hashKey(key))
  return { manager, client, clock, onError, store, find }
}

/** A load is two requests: one for each version. */
const loads = ({ requests }: { readonly requests: readonly unknown[] }): number => requests.length / 2

describe('secretsKeyStore keeps the promises of a key store', () => {
  const cases = keyStoreCases(
    async records => {
      const keys = records.map(({ apiKeyHash, ...record }) => ({ ...record, keyHash: apiKeyHash }))
      return { store: (await rig({ AWSCURRENT: JSON.stringify({ keys }) })).store }
    },
    { administered: false },
  )
  it.each(cases)('$name', ({ run }) => run())
})

describe('secretsKeyStore', () => {
  it.each([
    ['a key by itself', first],
    ['a key by itself, with a line end', `${first}\n`],
    ['an api_key', JSON.stringify({ api_key: first, other: 'member' })],
    ['keys', JSON.stringify({ keys: [{ key: second }, { key: first, apiKeyId: 'mine', userId: 'ann' }] })],
    ['a key that is let nothing', JSON.stringify({ keys: [{ key: first, rateLimit: { requestsPerMinute: 0 } }] })],
  ])('reads %s', async (_, text) => {
    const { find } = await rig({ AWSCURRENT: text })
    expect(await find(first)).toMatchObject({ apiKeyHash: hashKey(first) })
    expect(await find(third)).toBeUndefined()
  })

  it('says of a key by itself whom it lets in, as it is told', async () => {
    const record = { apiKeyId: 'team', userId: 'ann', tier: 'premium', permissions: ['completions', 'admin'] }
    const { find } = await rig({ AWSCURRENT: first }, { record })
    expect(await find(first)).toMatchObject(record)
  })

  it('reads the secret once for all first callers, and then answers at once', async () => {
    const { find, manager, store } = await rig({ AWSCURRENT: first })
    const found = await Promise.all(Array.from({ length: 20 }, () => find(first)))
    expect(found.every(record => record?.apiKeyId === 'secret')).toBe(true)
    expect(loads(manager)).toBe(1)
    expect(manager.requests).toContainEqual({ SecretId: 'keys', VersionStage: 'AWSPREVIOUS' })
    expect(store.findByHash(hashKey(first))).toMatchObject({ apiKeyId: 'secret' })
  })

  it('takes the key of before a rotation and the one of after it', async () => {
    const { clock, find, manager } = await rig({ AWSCURRENT: first })
    await find(first)
    manager.versions = { AWSCURRENT: second, AWSPREVIOUS: first }
    clock.now += 10_000
    expect(await find(second)).toBeDefined()
    expect(await find(first)).toBeDefined()
    manager.versions = { AWSCURRENT: third, AWSPREVIOUS: second }
    clock.now += 300_000
    expect(await find(first)).toBeDefined()
    await vi.waitFor(async () => expect(await find(first)).toBeUndefined())
  })

  it('revokes at once what the current version calls inactive', async () => {
    const { find } = await rig({
      AWSCURRENT: JSON.stringify({ keys: [{ key: first, active: false }] }),
      AWSPREVIOUS: JSON.stringify({ keys: [{ key: first }, { key: second }] }),
    })
    expect(await find(first)).toMatchObject({ active: false })
    expect(await find(second)).toBeDefined()
  })

  it('reads the secret anew in the background, and for unknown keys once in 10 s', async () => {
    const { clock, find, manager, store } = await rig({ AWSCURRENT: first })
    await find(first)
    for (let times = 0; times < 5; times += 1) await find('guess')
    expect(loads(manager)).toBe(1)
    clock.now += 10_000
    for (let times = 0; times < 5; times += 1) await find('guess')
    expect(loads(manager)).toBe(2)
    clock.now += 300_000
    expect(store.findByHash(hashKey(first))).toMatchObject({ apiKeyId: 'secret' })
    await vi.waitFor(() => expect(loads(manager)).toBe(3))
  })

  it('does not read it anew before its time for keys that it knows', async () => {
    const { client, clock, find, manager } = await rig({ AWSCURRENT: first })
    await find(first)
    clock.now += 299_999
    await find(first)
    // Behind what a refresh would have sent by now.
    await client.send(new GetSecretValueCommand({ SecretId: 'other', VersionStage: 'AWSCURRENT' }))
    expect(manager.requests.filter(request => (request as { SecretId: string }).SecretId === 'keys')).toHaveLength(2)
  })

  it.each(['InternalServiceError', 'AccessDeniedException'] as const)('goes on with what it has at %s', async fault => {
    const { clock, find, manager, onError } = await rig({ AWSCURRENT: first })
    await find(first)
    onError.mockImplementation(() => {
      throw new Error('the listener')
    })
    manager.fault = fault
    clock.now += 300_000
    expect(await find(first)).toBeDefined()
    await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(expect.objectContaining({ name: fault })))
    expect(await find(first)).toBeDefined()
    // Nobody can say of an unknown key that it is none.
    await expect(find(second)).rejects.toThrow()
    clock.now += 86_400_000
    await expect(find(first)).rejects.toThrow()
    await expect(find(first)).rejects.toThrow()
    manager.fault = undefined
    clock.now += 10_000
    expect(await find(first)).toBeDefined()
  })

  it('has nobody in before it has been read, tries again after a second, and recovers', async () => {
    const { clock, find, manager } = await rig({ AWSCURRENT: first })
    manager.fault = 'InternalServiceError'
    for (let times = 0; times < 5; times += 1) await expect(find(first)).rejects.toThrow()
    await vi.waitFor(() => expect(loads(manager)).toBe(1))
    manager.fault = undefined
    clock.now += 1_000
    expect(await find(first)).toBeDefined()
  })

  it('keeps the keys it has when the secret becomes garbage, and is mended by the next version', async () => {
    const { clock, find, manager, onError } = await rig({ AWSCURRENT: first })
    await find(first)
    manager.versions = { AWSCURRENT: `{ "kyes": "${second}" }`, AWSPREVIOUS: first }
    clock.now += 300_000
    expect(await find(first)).toBeDefined()
    await vi.waitFor(() => expect(onError).toHaveBeenCalled())
    manager.versions = { AWSCURRENT: third, AWSPREVIOUS: manager.versions.AWSCURRENT! }
    clock.now += 10_000
    expect(await find(third)).toBeDefined()
  })

  it.each([
    ['nothing', ''],
    ['words', 'not a key at all'],
    ['half an object', `{ "api_key": "${second}"`],
    ['another object', `{ "password": "${second}" }`],
    ['a list', `["${second}"]`],
    ['a text in quotes', `"${second}"`],
    ['keys of no form', `{ "keys": "${second}" }`],
    ['a key that is a text', `{ "keys": ["${second}"] }`],
    ['a key that is misspelt', `{ "keys": [{ "kee": "${second}" }] }`],
    ['a key with a limit that is misspelt', `{ "keys": [{ "key": "${second}", "rateLimit": { "perMinute": 1 } }] }`],
    [
      'a key with a limit that is none',
      `{ "keys": [{ "key": "${second}", "rateLimit": { "requestsPerMinute": "1" } }] }`,
    ],
    ['a key in the place of a limit', `{ "keys": [{ "key": "a", "rateLimit": { "${second}": 1 } }] }`],
    [
      'a key in the place of a number',
      `{ "keys": [{ "key": "a", "rateLimit": { "requestsPerMinute": "${second}" } }] }`,
    ],
    ['a key in the place of a budget', `{ "keys": [{ "key": "a", "budget": { "${second}": 1 } }] }`],
    ['a key in the place of its amount', `{ "keys": [{ "key": "a", "budget": { "usdPerDay": "${second}" } }] }`],
    ['a key with an expiry that is none', `{ "keys": [{ "key": "${second}", "expiresAt": "soon" }] }`],
    ['a key in the place of a name', `{ "keys": [{ "key": "a", "${second}": "live" }] }`],
    ['a key in the place of an expiry', `{ "keys": [{ "key": "a", "expiresAt": "${second}" }] }`],
    ['a key in the place of its hash', `{ "keys": [{ "keyHash": "${second}" }] }`],
    ['a key twice', `{ "keys": [{ "key": "${second}" }, { "key": "${second}" }] }`],
    ['a key of ours mistyped', `{ "api_key": "${second}x" }`],
  ])('is not read from %s, and nothing of it is in the error', async (_, text) => {
    const { find } = await rig({ AWSCURRENT: text })
    const error: unknown = await find(first).catch((reason: unknown) => reason)
    expect(isGatewayError(error) && error.code).toBe('invalid_configuration')
    const all = inspect(error, { depth: 20, showHidden: true })
    expect(all).not.toContain(second)
    expect(all).not.toContain(second.slice(8, 40))
  })

  it('opens a door: down it is 503, and known keys pass', async () => {
    const { clock, manager, store } = await rig({ AWSCURRENT: first })
    const authenticate = apiKeys(store, { now: () => clock.now, onError: () => {}, failedAttempts: { perMinute: 2 } })
    const send = async (key: string) =>
      authenticate({ method: 'GET', path: '/', headers: { 'x-api-key': key }, address: '192.0.2.7' })
    expect(await send(first)).toMatchObject({ keyId: 'secret', permissions: ['completions'] })
    await expect(send(second)).rejects.toMatchObject({ status: 401 })
    manager.fault = 'InternalServiceError'
    clock.now += 400_000
    expect(await send(first)).toMatchObject({ keyId: 'secret' })
    await expect(send(second)).rejects.toMatchObject({ code: 'keys_unavailable', status: 503 })
    expect(await send(first)).toMatchObject({ keyId: 'secret' })
    manager.fault = undefined
    clock.now += 10_000
    for (const status of [401, 401, 429, 429]) await expect(send(`guess-${status}`)).rejects.toMatchObject({ status })
    expect(await send(first)).toMatchObject({ keyId: 'secret' })
  })

  it('asks nothing of AWS before it is asked itself, and with a client of its own gives up what hangs', async () => {
    const manager = await openTestSecretsManager({ AWSCURRENT: first })
    for (const [name, value] of Object.entries({ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })) {
      vi.stubEnv(name, value)
    }
    onTestFinished(() => void vi.unstubAllEnvs())
    const store = secretsKeyStore({ secretId: 'keys', region: 'us-east-1', endpoint: manager.endpoint })
    expect(manager.requests).toHaveLength(0)
    expect(await store.findByHash(hashKey(first))).toBeDefined()
    manager.fault = 'hang'
    store.close()
    const other = secretsKeyStore({ secretId: 'keys', region: 'us-east-1', endpoint: manager.endpoint })
    await expect(other.findByHash(hashKey(first))).rejects.toThrow()
    other.close()
    await manager[Symbol.asyncDispose]()
    expect(() => secretsKeyStore({ secretId: '' })).toThrow('`secretId` is empty')
  })
})
