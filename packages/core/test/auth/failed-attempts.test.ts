import { describe, expect, it, vi } from 'vitest'
import { type ApiKeysOptions, apiKeys } from '../../src/auth/api-keys.ts'
import { createApiKey } from '../../src/auth/create-api-key.ts'
import { hashKey } from '../../src/auth/hash-key.ts'
import { memoryKeyStore } from '../../src/auth/memory-key-store.ts'

function rig(options: ApiKeysOptions = {}, asynchronous = true) {
  const clock = { now: 5_000_000 }
  const memory = memoryKeyStore([{ key: 'good' }, { key: 'also good' }])
  const findByHash = vi.fn((hash: string) => {
    const record = memory.findByHash(hash)
    return asynchronous ? Promise.resolve(record) : record
  })
  const authenticate = apiKeys({ findByHash }, { failedAttempts: { perMinute: 3 }, now: () => clock.now, ...options })
  /** The status a key is answered with. */
  async function send(key: string | undefined, address: string | undefined = '192.0.2.7'): Promise<number> {
    try {
      await authenticate({ method: 'GET', path: '/', headers: { 'x-api-key': key }, address })
      return 200
    } catch (error) {
      return (error as { status: number }).status
    }
  }
  return { clock, findByHash, authenticate, send }
}

describe('failed attempts', () => {
  it('are answered 429 once an address has failed so often within a minute, without a look-up', async () => {
    const { findByHash, send } = rig()
    for (let index = 0; index < 3; index += 1) expect(await send(`guess ${index}`)).toBe(401)
    for (let index = 3; index < 20; index += 1) expect(await send(`guess ${index}`)).toBe(429)
    expect(findByHash).toHaveBeenCalledTimes(3)
  })

  it('are 30 a minute by default, and as many as one likes where that is off', async () => {
    const usual = rig({ failedAttempts: undefined })
    for (let index = 0; index < 30; index += 1) expect(await usual.send(`guess ${index}`)).toBe(401)
    expect(await usual.send('guess')).toBe(429)
    const off = rig({ failedAttempts: false })
    for (let index = 0; index < 100; index += 1) expect(await off.send(`guess ${index}`)).toBe(401)
  })

  it('say how long to wait, and waiting that long is enough', async () => {
    const { authenticate, clock, send } = rig()
    for (let index = 0; index < 3; index += 1) {
      await send(`guess ${index}`)
      clock.now += 7_000
    }
    const asked = () => authenticate({ method: 'GET', path: '/', headers: { 'x-api-key': 'x' }, address: '192.0.2.7' })
    expect(asked).toThrow(
      expect.objectContaining({
        code: 'rate_limited',
        retryAfterMs: 39_000,
        message: 'Too many requests without a valid API key came from this address; wait 39 s, then send a valid key.',
      }),
    )
    clock.now += 38_999
    expect(await send('x')).toBe(429)
    clock.now += 1
    expect(await send('x')).toBe(401)
    expect(await send('y')).toBe(429)
  })

  it('hold in every minute, not only in those of the clock', async () => {
    const { clock, send } = rig()
    const refusedAt: number[] = []
    for (let second = 0; second < 300; second += 1) {
      if ((await send(`guess ${second}`)) === 401) refusedAt.push(second)
      clock.now += 1_000
    }
    for (const at of refusedAt) expect(refusedAt.filter(other => other >= at && other < at + 60).length).toBeLessThan(4)
    expect(refusedAt).toHaveLength(15)
  })

  it('do not lock out a neighbour whose key is known', async () => {
    const { clock, send } = rig()
    expect(await send('good')).toBe(200)
    for (let index = 0; index < 10; index += 1) await send(`guess ${index}`)
    expect(await send('good')).toBe(200)
    // Its record is due for a look-up, which a key that was good gets.
    clock.now += 59_999
    expect(await send('good')).toBe(200)
    clock.now += 30_000
    expect(await send('good')).toBe(200)
  })

  it('do not lock out any good key of a store in memory', async () => {
    const { send } = rig({}, false)
    for (let index = 0; index < 10; index += 1) await send(`guess ${index}`)
    expect(await send('guess')).toBe(429)
    expect(await send('good')).toBe(200)
    expect(await send('also good')).toBe(200)
  })

  it('do not lock out a key of a store in memory that is asked before one that is waited for', async () => {
    const clock = { now: 0 }
    const waited = { findByHash: vi.fn(() => Promise.resolve(undefined)) }
    const both = apiKeys([memoryKeyStore([{ key: 'good' }]), waited], {
      failedAttempts: { perMinute: 3 },
      now: () => clock.now,
    })
    const send = async (key: string) =>
      both({ method: 'GET', path: '/', headers: { 'x-api-key': key }, address: '192.0.2.7' })
    const results = await Promise.allSettled(['a', 'b', 'c'].map(send))
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
    await expect(send('d')).rejects.toMatchObject({ status: 429 })
    expect(waited.findByHash).toHaveBeenCalledTimes(3)
    expect(await send('good')).toMatchObject({ keyId: 'key-1' })
  })

  it('count malformed, revoked and expired keys like unknown ones, and none that is missing', async () => {
    const store = memoryKeyStore([
      { key: 'revoked', active: false },
      { key: 'expired', expiresAt: '2020-01-01' },
    ])
    const authenticate = apiKeys(store, { failedAttempts: { perMinute: 3 } })
    const send = async (key?: string) =>
      authenticate({ method: 'GET', path: '/', headers: { 'x-api-key': key }, address: '192.0.2.7' })
    for (let times = 0; times < 10; times += 1) await expect(send()).rejects.toMatchObject({ status: 401 })
    for (const key of ['mg_live_x', 'revoked', 'expired'])
      await expect(send(key)).rejects.toMatchObject({ status: 401 })
    for (const key of ['mg_live_x', 'revoked', 'expired', createApiKey('live')]) {
      await expect(send(key)).rejects.toMatchObject({ status: 429 })
    }
    await expect(send()).rejects.toMatchObject({ status: 401 })
  })

  it.each([
    ['another address', '192.0.2.8', 401],
    ['the same, as IPv6 writes it', '::ffff:192.0.2.7', 429],
    ['no address', undefined, 401],
    ['what is no address', 'unknown', 401],
  ])('from %s are another matter', async (_, address, status) => {
    const { authenticate, send } = rig()
    for (let index = 0; index < 4; index += 1) await send(`guess ${index}`)
    const asked = async () => authenticate({ method: 'GET', path: '/', headers: { 'x-api-key': 'x' }, address })
    await expect(asked()).rejects.toMatchObject({ status })
  })

  it('of one IPv6 /64 are counted together, for whoever has one address of it has all', async () => {
    const { send } = rig()
    for (let index = 0; index < 3; index += 1) expect(await send(`guess ${index}`, `2001:db8:1:2::${index}`)).toBe(401)
    expect(await send('guess', '2001:db8:1:2:ffff::1')).toBe(429)
    expect(await send('guess', '2001:db8:1:3::1')).toBe(401)
  })

  it('are forgotten where they are too many addresses: memory is bounded', async () => {
    const { send } = rig({ failedAttempts: { perMinute: 1 } }, false)
    expect(await send('x', '192.0.2.7')).toBe(401)
    expect(await send('x', '192.0.2.7')).toBe(429)
    for (let index = 0; index < 5_000; index += 1) await send('x', `10.0.${index >> 8}.${index & 255}`)
    expect(await send('x', '192.0.2.7')).toBe(401)
  })

  it('lock nobody out for longer when the clock is set back', async () => {
    const { clock, send } = rig()
    for (let index = 0; index < 4; index += 1) await send(`guess ${index}`)
    clock.now -= 3_600_000
    expect(await send('x')).toBe(401)
  })

  it('turn no good key away that a later store has at hand', async () => {
    const remote = { findByHash: async () => undefined }
    const authenticate = apiKeys([remote, memoryKeyStore([{ key: 'good' }])], { failedAttempts: { perMinute: 1 } })
    const send = async (key: string) =>
      authenticate({ method: 'GET', path: '/', headers: { 'x-api-key': key }, address: '192.0.2.7' })
    await expect(send('guess 1')).rejects.toMatchObject({ status: 401 })
    await expect(send('guess 2')).rejects.toMatchObject({ status: 429 })
    expect(await send('good')).toMatchObject({ keyId: 'key-1' })
  })

  it('cost good keys nothing: the address is not even looked for', async () => {
    const authenticate = apiKeys(memoryKeyStore([{ key: 'good' }]))
    const request = {
      method: 'GET',
      path: '/',
      headers: { 'x-api-key': 'good' },
      get address(): string {
        throw new Error('the address was computed')
      },
    }
    expect(authenticate(request)).toMatchObject({ keyId: 'key-1' })
    expect(hashKey('good')).toHaveLength(64)
  })
})
