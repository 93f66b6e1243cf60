import { describe, expect, it, vi } from 'vitest'
import type { AwsCredentials } from '../src/credentials/aws-credentials.ts'
import { type CredentialOptions, createAuthorizer } from '../src/credentials/credentials.ts'
import { aChat, aRig } from './a-call.ts'

const keys = (accessKeyId: string, expiresAt?: number): AwsCredentials => ({
  accessKeyId,
  secretAccessKey: 'secret',
  ...(expiresAt !== undefined && { expiration: new Date(expiresAt) }),
})
const minutes = (count: number) => count * 60_000
const role = { assume: async () => keys('ROLE'), region: 'us-east-1' }
/** Lets what was fetched in the background come in. */
const turn = () => new Promise(resolve => setImmediate(resolve))
const envKeys = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'secret' }

async function found(options: CredentialOptions, env: Record<string, string>) {
  const authorizer = createAuthorizer(options, { env, now: () => 0, chain: async () => keys('CHAIN'), ...role })
  const authorization = await authorizer.authorize()
  return authorization.kind === 'bearer' ? `bearer ${authorization.token}` : authorization.credentials.accessKeyId
}

describe('the order of credentials', () => {
  const everything = { ...envKeys, AWS_BEARER_TOKEN_BEDROCK: 'env-token' }

  it.each<[string, CredentialOptions, Record<string, string>, string]>([
    ['a token given', { bearerToken: 'token', credentials: keys('GIVEN') }, everything, 'bearer token'],
    ['keys given', { credentials: keys('GIVEN') }, everything, 'GIVEN'],
    ['a role given', { assumeRole: { roleArn: 'arn' }, credentials: keys('GIVEN') }, everything, 'ROLE'],
    ['a function given', { credentials: async () => keys('FETCHED') }, everything, 'FETCHED'],
    ['the token of the environment', {}, everything, 'bearer env-token'],
    ['the keys of the environment', {}, envKeys, 'ENV'],
    ['a profile of the environment, before its keys', {}, { ...envKeys, AWS_PROFILE: 'work' }, 'CHAIN'],
    [
      'a token that a file ended with a line break',
      {},
      { AWS_BEARER_TOKEN_BEDROCK: 'env-token\n' },
      'bearer env-token',
    ],
    ['the chain', {}, {}, 'CHAIN'],
    ['the chain when one key is missing', {}, { AWS_ACCESS_KEY_ID: 'ENV' }, 'CHAIN'],
    ['the chain when the variables are empty', {}, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'CHAIN'],
  ])('%s', async (_name, options, env, expected) => {
    expect(await found(options, env)).toBe(expected)
  })

  it('takes the session token of the environment with its keys, and with no others', async () => {
    const env = { ...envKeys, AWS_SESSION_TOKEN: 'session' }
    const ports = { env, now: () => 0, chain: async () => keys('CHAIN'), ...role }
    expect(await createAuthorizer({}, ports).authorize()).toMatchObject({ credentials: { sessionToken: 'session' } })
    expect(await createAuthorizer({ credentials: keys('GIVEN') }, ports).authorize()).toEqual({
      kind: 'sigv4',
      credentials: keys('GIVEN'),
    })
  })

  it('is read at the first call, not before', async () => {
    const env: Record<string, string> = {}
    const authorizer = createAuthorizer({}, { env, now: () => 0, chain: async () => keys('CHAIN'), ...role })
    Object.assign(env, envKeys)
    expect(await authorizer.authorize()).toMatchObject({ credentials: { accessKeyId: 'ENV' } })
  })
})

describe('fetched credentials', () => {
  function renewing(lifeMs: number | undefined) {
    let now = 0
    let count = 0
    const chain = vi.fn(async () => keys(`KEY${++count}`, lifeMs === undefined ? undefined : now + lifeMs))
    const authorizer = createAuthorizer({}, { env: {}, now: () => now, chain, ...role })
    const id = async () => {
      const authorization = await authorizer.authorize()
      return authorization.kind === 'sigv4' ? authorization.credentials.accessKeyId : ''
    }
    return { authorizer, chain, id, at: (ms: number) => (now = ms) }
  }

  it('are fetched once for calls that come at the same time', async () => {
    const { chain, id } = renewing(minutes(60))
    expect(await Promise.all([id(), id(), id()])).toEqual(['KEY1', 'KEY1', 'KEY1'])
    expect(chain).toHaveBeenCalledTimes(1)
  })

  it('are kept until five minutes before they expire', async () => {
    const { id, at } = renewing(minutes(60))
    await id()
    at(minutes(54.9))
    expect(await id()).toBe('KEY1')
    at(minutes(55))
    // Nobody waits for the new ones while the old ones work.
    expect(await id()).toBe('KEY1')
    await turn()
    expect(await id()).toBe('KEY2')
  })

  it('serve on while their renewal hangs', async () => {
    const { chain, id, at } = renewing(minutes(60))
    await id()
    chain.mockReturnValue(new Promise(() => {}))
    at(minutes(57))
    expect(await id()).toBe('KEY1')
    expect(await id()).toBe('KEY1')
    expect(chain).toHaveBeenCalledTimes(2)
  })

  it('without an expiry are kept for good', async () => {
    const { id, at } = renewing(undefined)
    await id()
    at(minutes(100_000))
    expect(await id()).toBe('KEY1')
  })

  it('serve on when their renewal fails, until they expire', async () => {
    const { chain, id, at } = renewing(minutes(60))
    await id()
    chain.mockRejectedValue(new Error('IMDS is gone'))
    at(minutes(57))
    expect(await id()).toBe('KEY1')
    at(minutes(60))
    await expect(id()).rejects.toMatchObject({ code: 'upstream_auth_failed' })
  })

  it('that cannot be had are an error that says what to do, and are asked for again after a second, then two', async () => {
    const { chain, id, at } = renewing(minutes(60))
    const cause = new Error('Could not load credentials from any providers')
    chain.mockRejectedValueOnce(cause).mockRejectedValueOnce(cause)
    const refused = { code: 'upstream_auth_failed', status: 502, cause }
    for (const ms of [0, 500, 1_000, 2_900]) {
      at(ms)
      await expect(id()).rejects.toMatchObject(refused)
    }
    expect(chain).toHaveBeenCalledTimes(2)
    at(3_000)
    expect(await id()).toBe('KEY1')
  })

  it('whose renewal fails time after time are asked for every ten seconds, not at every call', async () => {
    const { chain, id, at } = renewing(minutes(60))
    await id()
    chain.mockRejectedValue(new Error('IMDS is gone'))
    for (let ms = minutes(55); ms < minutes(60); ms += 100) {
      at(ms)
      expect(await id()).toBe('KEY1')
      await turn()
    }
    // After 1, 2, 4 and 8 s, then every 10 s.
    expect(chain.mock.calls.length - 1).toBe(5 + Math.floor((300 - 15) / 10))
  })

  it('that are good for less than five minutes are not asked for at every call', async () => {
    const { chain, id, at } = renewing(minutes(4))
    for (const ms of [0, 1, 9_999]) {
      at(ms)
      expect(await id()).toBe('KEY1')
    }
    at(10_000)
    expect(await id()).toBe('KEY1')
    await turn()
    expect(await id()).toBe('KEY2')
    expect(chain).toHaveBeenCalledTimes(2)
  })

  it('that this clock calls expired although they are new are left to AWS', async () => {
    const { chain, id } = renewing(-1)
    expect([await id(), await id()]).toEqual(['KEY1', 'KEY1'])
    expect(chain).toHaveBeenCalledTimes(1)
  })

  it('of a source that hangs are given up after ten seconds, and taken when they come late', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { chain, id, at } = renewing(minutes(60))
      const { promise, resolve } = Promise.withResolvers<AwsCredentials>()
      chain.mockReturnValueOnce(promise)
      const waiting = expect(Promise.all([id(), id()])).rejects.toMatchObject({ code: 'upstream_auth_failed' })
      at(10_000)
      await vi.advanceTimersByTimeAsync(10_000)
      await waiting
      await expect(id()).rejects.toMatchObject({ code: 'upstream_auth_failed' })
      expect(chain).toHaveBeenCalledTimes(1)
      resolve(keys('LATE', minutes(60)))
      await turn()
      expect(await id()).toBe('LATE')
    } finally {
      vi.useRealTimers()
    }
  })

  it('are renewed again after a renewal that hung', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { chain, id, at } = renewing(minutes(60))
      await id()
      at(minutes(56))
      chain.mockReturnValueOnce(new Promise(() => {}))
      expect(await id()).toBe('KEY1')
      at(minutes(56) + 10_000)
      await vi.advanceTimersByTimeAsync(10_000)
      at(minutes(56) + 11_000)
      expect(await id()).toBe('KEY1')
      await turn()
      expect(await id()).toBe('KEY2')
      expect(chain).toHaveBeenCalledTimes(3)
    } finally {
      vi.useRealTimers()
    }
  })

  describe('that AWS calls expired', () => {
    const old = { accessKeyId: 'ASIAOLD0000000000000', secretAccessKey: 's', expired: true }
    const fresh = { accessKeyId: 'ASIANEW0000000000000', secretAccessKey: 's' }
    const source = () => {
      const fetching = vi.fn(async (): Promise<AwsCredentials> => fresh)
      return fetching.mockResolvedValueOnce(old)
    }

    it('are renewed once for a hundred calls at once, none of which fails', async () => {
      const credentials = source()
      await using rig = await aRig({ credentials }, { credentials: [old, fresh] })
      const answers = await Promise.all(Array.from({ length: 100 }, () => rig.chat(aChat({}))))
      expect(answers.every(({ kind }) => kind === 'completion')).toBe(true)
      expect(credentials).toHaveBeenCalledTimes(2)
      const statuses = rig.simulator.requests().map(({ status }) => status)
      expect([403, 200].map(status => statuses.filter(seen => seen === status).length)).toEqual([100, 100])
      await rig.chat(aChat({}))
      expect(credentials).toHaveBeenCalledTimes(2)
    })

    it('are forgotten, but not those that have come in their place', async () => {
      const authorizer = createAuthorizer(
        { credentials: source() },
        { env: {}, now: () => 0, chain: async () => old, ...role },
      )
      const refused = await authorizer.authorize()
      authorizer.forget(refused)
      const renewed = await authorizer.authorize()
      authorizer.forget(refused)
      expect(authorizer.authorize()).toBe(renewed)
    })

    it('and come again from their source are an error that says so, and no request more', async () => {
      const credentials = vi.fn(async (): Promise<AwsCredentials> => old)
      await using rig = await aRig({ credentials }, { credentials: [old] })
      await expect(rig.chat(aChat({}))).rejects.toThrow(
        'The function `credentials` gave the credentials again that AWS calls expired',
      )
      await expect(rig.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_auth_failed' })
      expect(rig.simulator.requests()).toHaveLength(1)
      expect(credentials).toHaveBeenCalledTimes(2)
    })

    it('and were given for good are refused, and sent once', async () => {
      await using rig = await aRig({ credentials: old }, { credentials: [old] })
      await expect(rig.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_auth_failed' })
      expect(rig.simulator.requests()).toHaveLength(1)
    })
  })

  it('do not hold a caller that leaves, and still serve the others', async () => {
    const { promise, resolve } = Promise.withResolvers<AwsCredentials>()
    await using rig = await aRig({ credentials: () => promise })
    const controller = new AbortController()
    const leaving = rig.chat(aChat({}, controller.signal))
    const staying = rig.chat(aChat({}))
    controller.abort()
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' })
    resolve(rig.simulator.credential)
    expect((await staying).kind).toBe('completion')
  })

  it('of a caller that has left already are not asked for', async () => {
    const credentials = vi.fn(async () => keys('NONE'))
    await using rig = await aRig({ credentials })
    await expect(rig.chat(aChat({}, AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' })
    expect(rig.simulator.requests()).toHaveLength(0)
  })
})
