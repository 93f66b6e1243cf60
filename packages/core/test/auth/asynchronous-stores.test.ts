import { describe, expect, it, vi } from 'vitest'
import { type ApiKeysOptions, apiKeys } from '../../src/auth/api-keys.ts'
import { hashKey } from '../../src/auth/hash-key.ts'
import type { KeyRecord } from '../../src/auth/key-store.ts'
import { memoryKeyStore } from '../../src/auth/memory-key-store.ts'
import { rejection } from '../support/calls.ts'

/** A store that has to be waited for, on a clock of the test's. */
function rig(options: ApiKeysOptions = {}) {
  const clock = { now: 1_000_000 }
  const records = new Map<string, KeyRecord>([
    [hashKey('good'), { apiKeyId: 'k', apiKeyHash: hashKey('good'), userId: 'ann' }],
  ])
  const state: { fault: Error | undefined; hold: Promise<void> | undefined } = { fault: undefined, hold: undefined }
  const findByHash = vi.fn(async (hash: string) => {
    const record = records.get(hash)
    await state.hold
    if (state.fault) throw state.fault
    return record
  })
  const onError = vi.fn()
  const authenticate = apiKeys({ findByHash }, { now: () => clock.now, onError, ...options })
  const send = async (key: string) =>
    authenticate({ method: 'POST', path: '/v1/chat/completions', headers: { authorization: `Bearer ${key}` } })
  const revoke = (): void => void records.set(hashKey('good'), { ...records.get(hashKey('good'))!, active: false })
  return { clock, records, state, findByHash, onError, authenticate, send, revoke }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

describe('a store that has to be waited for', () => {
  it('is asked once a minute for a key in use', async () => {
    const { clock, findByHash, send } = rig()
    await send('good')
    clock.now += 44_999
    await send('good')
    expect(findByHash).toHaveBeenCalledTimes(1)
  })

  it('is waited for once: from then on a known key is answered at once', async () => {
    const { authenticate, send } = rig()
    await send('good')
    const again = authenticate({ method: 'GET', path: '/', headers: { 'x-api-key': 'good' } })
    expect(again).toMatchObject({ keyId: 'k' })
  })

  it('is asked once for many callers at once', async () => {
    const { findByHash, send } = rig()
    const principals = await Promise.all(Array.from({ length: 50 }, () => send('good')))
    expect(new Set(principals.map(principal => principal?.keyId))).toEqual(new Set(['k']))
    expect(findByHash).toHaveBeenCalledTimes(1)
  })

  it('is asked anew ahead of time, while the callers go on with what is known', async () => {
    const { clock, findByHash, state, send } = rig()
    await send('good')
    clock.now += 50_000
    const held = Promise.withResolvers<void>()
    state.hold = held.promise
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    expect(findByHash).toHaveBeenCalledTimes(2)
    held.resolve()
    await turn()
    clock.now += 40_000
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    expect(findByHash).toHaveBeenCalledTimes(2)
  })

  it('waits for no answer from before the process was frozen, as Lambda does between two calls', async () => {
    const { clock, findByHash, records, state, onError, send } = rig()
    await send('good')
    clock.now += 50_000
    const before = Promise.withResolvers<void>()
    state.hold = before.promise
    await send('good')
    expect(findByHash).toHaveBeenCalledTimes(2)
    clock.now += 600_000
    state.hold = undefined
    records.set(hashKey('new'), { apiKeyId: 'n', apiKeyHash: hashKey('new'), userId: 'bob' })
    const thawed = send('good')
    before.reject(new Error('the connection was closed meanwhile'))
    expect(await thawed).toMatchObject({ keyId: 'k' })
    await turn()
    expect(await send('new')).toMatchObject({ keyId: 'n' })
    expect(onError).not.toHaveBeenCalled()
    await send('good')
    expect(findByHash).toHaveBeenCalledTimes(4)
  })

  it('never puts what it said earlier in the place of what it said later', async () => {
    const { clock, revoke, state, send } = rig()
    await send('good')
    clock.now += 50_000
    const before = Promise.withResolvers<void>()
    state.hold = before.promise
    await send('good')
    clock.now += 600_000
    state.hold = undefined
    revoke()
    expect(await rejection(send('good'))).toMatchObject({ status: 401 })
    before.resolve()
    await turn()
    expect(await rejection(send('good'))).toMatchObject({ status: 401 })
  })

  it('shows a revocation within cacheMs, however long the key was not used', async () => {
    const { clock, revoke, send } = rig()
    await send('good')
    revoke()
    clock.now += 59_999
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    await turn()
    expect(await rejection(send('good'))).toMatchObject({ status: 401 })
  })

  it('shows a revocation at the first call after cacheMs', async () => {
    const { clock, revoke, send } = rig()
    await send('good')
    revoke()
    clock.now += 60_000
    expect(await rejection(send('good'))).toMatchObject({ status: 401 })
  })

  it('counts a record as old as its look-up was when it began, for what was revoked meanwhile is not in it', async () => {
    const { clock, revoke, state, send } = rig()
    const held = Promise.withResolvers<void>()
    state.hold = held.promise
    const slow = send('good')
    await turn()
    revoke()
    clock.now += 1_500
    held.resolve()
    await slow
    clock.now += 58_500
    expect(await rejection(send('good'))).toMatchObject({ status: 401 })
  })

  it('shows an expiry at its moment, however fresh the record is', async () => {
    const { clock, records, send } = rig()
    const record = records.get(hashKey('good'))!
    records.set(hashKey('good'), { ...record, expiresAt: new Date(clock.now + 1_000).toISOString() })
    await send('good')
    clock.now += 1_000
    expect(await rejection(send('good'))).toMatchObject({ status: 401 })
  })

  it('is asked for an unknown key every 10 s, so that a new one is known soon', async () => {
    const { clock, findByHash, records, send } = rig()
    for (let times = 0; times < 3; times += 1) await rejection(send('new'))
    expect(findByHash).toHaveBeenCalledTimes(1)
    records.set(hashKey('new'), { apiKeyId: 'n', apiKeyHash: hashKey('new'), userId: 'bob' })
    clock.now += 10_000
    expect(await send('new')).toMatchObject({ keyId: 'n' })
  })

  it('is asked at every call where cacheMs is 0', async () => {
    const { findByHash, send } = rig({ cacheMs: 0 })
    await send('good')
    await send('good')
    expect(findByHash).toHaveBeenCalledTimes(2)
  })

  it('is asked anew once the clock has been set back: nobody knows how old its records are', async () => {
    const { clock, findByHash, send } = rig()
    await send('good')
    clock.now -= 3_600_000
    await send('good')
    expect(findByHash).toHaveBeenCalledTimes(2)
  })

  it('is never shown a key of ours that is mistyped', async () => {
    const { findByHash, send } = rig()
    expect(await rejection(send('mg_live_nonsense'))).toMatchObject({ status: 401 })
    expect(findByHash).not.toHaveBeenCalled()
  })
})

describe('a store that is down', () => {
  it('lets nobody in, and never says that a key is invalid', async () => {
    const { state, send } = rig()
    state.fault = new Error('ECONNREFUSED 10.0.0.7')
    expect(await rejection(send('good'))).toMatchObject({
      code: 'keys_unavailable',
      status: 503,
      retryable: true,
      retryAfterMs: 1_000,
      message: 'The store of API keys does not answer, so that no key can be checked now; try again soon.',
    })
  })

  it('keeps no known key out for five minutes, and from then on says 503', async () => {
    const { clock, state, send } = rig()
    await send('good')
    state.fault = new Error('down')
    clock.now += 299_999
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    clock.now += 1
    expect(await rejection(send('good'))).toMatchObject({ code: 'keys_unavailable' })
  })

  it('keeps out a key that it was known to have revoked', async () => {
    const { clock, revoke, state, send } = rig()
    revoke()
    await rejection(send('good'))
    state.fault = new Error('down')
    clock.now += 120_000
    expect(await rejection(send('good'))).toMatchObject({ status: 401 })
  })

  it('is asked once a second, and is back with the first answer', async () => {
    const { clock, findByHash, state, send } = rig()
    state.fault = new Error('down')
    for (let times = 0; times < 10; times += 1) await rejection(send(`key-${times}`))
    expect(findByHash).toHaveBeenCalledTimes(1)
    clock.now += 1_000
    await rejection(send('good'))
    expect(findByHash).toHaveBeenCalledTimes(2)
    state.fault = undefined
    clock.now += 1_000
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    expect(await rejection(send('unknown'))).toMatchObject({ status: 401 })
  })

  it('is told of once a minute, and by a listener that may throw', async () => {
    const { clock, onError, state, send } = rig()
    state.fault = new Error('down')
    onError.mockImplementation(() => {
      throw new Error('the listener')
    })
    for (let second = 0; second < 60; second += 1) {
      expect(await rejection(send('good'))).toMatchObject({ code: 'keys_unavailable' })
      clock.now += 1_000
    }
    expect(onError.mock.calls).toEqual([[state.fault]])
    await rejection(send('good'))
    expect(onError).toHaveBeenCalledTimes(2)
  })

  it('is not waited for longer than two seconds', async () => {
    vi.useFakeTimers()
    try {
      const { send, state } = rig()
      state.hold = new Promise(() => {})
      const refused = rejection(send('good'))
      await vi.advanceTimersByTimeAsync(2_000)
      expect(await refused).toMatchObject({ code: 'keys_unavailable' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('is down as well where it throws instead of rejecting', async () => {
    const broken = apiKeys(
      {
        findByHash() {
          throw new TypeError('not connected')
        },
      },
      { onError: () => {} },
    )
    const sent = async () => broken({ method: 'GET', path: '/', headers: { 'x-api-key': 'good' } })
    expect(await rejection(sent())).toMatchObject({ code: 'keys_unavailable' })
  })

  it('takes nothing from a record that is still young, whichever way it fails and however short it may stand in', async () => {
    const { clock, findByHash, send } = rig({ staleMs: 0 })
    await send('good')
    clock.now += 50_000
    findByHash.mockImplementationOnce(() => {
      throw new TypeError('not connected')
    })
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    clock.now += 1_000
    findByHash.mockImplementationOnce(() => Promise.reject(new Error('down')))
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    await turn()
    expect(findByHash).toHaveBeenCalledTimes(3)
  })

  it("hides none of another store's keys; where none has it, it may have been there", async () => {
    const down = { findByHash: () => Promise.reject<undefined>(new Error('down')) }
    const both = apiKeys([down, memoryKeyStore([{ key: 'here' }])], { onError: () => {} })
    const send = async (key: string) => both({ method: 'GET', path: '/', headers: { 'x-api-key': key } })
    for (let times = 0; times < 2; times += 1) {
      expect(await send('here')).toMatchObject({ keyId: 'key-1' })
      expect(await rejection(send('there'))).toMatchObject({ code: 'keys_unavailable' })
    }
  })
})
