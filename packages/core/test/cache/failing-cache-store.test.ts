import { describe, expect, it } from 'vitest'
import type { CacheStore } from '../../src/cache/cache-store.ts'
import { memoryCacheStore } from '../../src/cache/memory-cache-store.ts'
import { unpackValue } from '../../src/cache/packed-value.ts'
import { cachedGateway } from './cached-gateway.ts'

describe('a store that fails', () => {
  const broken = (act: () => Promise<never>): CacheStore => ({
    maxValueBytes: 1_000_000,
    get: act,
    put: act,
    delete: act,
    claim: act,
    replace: act,
    release: act,
  })

  it('costs no call, is told of, and left alone', async () => {
    let times = 0
    const store = broken(() => {
      times += 1
      return Promise.reject(new Error('connection refused'))
    })
    const { post, errors } = cachedGateway({ cache: { store } })
    for (let call = 0; call < 5; call += 1) expect((await post()).status).toBe(200)
    expect(times).toBeLessThan(5)
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('cache store fails') })])
  })

  it('is waited for no longer than it may take', async () => {
    const { post, errors } = cachedGateway({ cache: { store: broken(() => new Promise(() => {})), storeTimeoutMs: 5 } })
    expect((await post()).says()).toBe('one')
    expect(errors).toHaveLength(1)
    expect((await post()).says()).toBe('two')
  })

  it('is not one that holds something unreadable under one key: others are answered, and that one is written anew', async () => {
    const memory = memoryCacheStore()
    let spoilt: string | undefined
    const store: CacheStore = {
      ...broken(() => Promise.reject()),
      get: async key => (key === spoilt ? { value: await unpackValue(Uint8Array.of(9), 1_000) } : memory.get(key)),
      put: async (key, value, ttlMs) => {
        spoilt ??= key
        memory.put(key, value, ttlMs)
      },
    }
    const { post, errors } = cachedGateway({ cache: { store } }, [['one'], ['two'], ['three']])
    const other = { messages: [{ role: 'user', content: 'Another' }] }
    await post()
    await post({ body: other })
    expect((await post()).cache).toBe('miss')
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('cache store fails') })])
    expect((await post({ body: other })).cache).toBe('hit')
    spoilt = ''
    expect((await post()).says()).toBe('three')
  })

  it('is not one that cannot put under one key', async () => {
    const memory = memoryCacheStore()
    let puts = 0
    const store: CacheStore = {
      ...broken(() => Promise.reject()),
      get: key => memory.get(key),
      async put(key, value, ttlMs) {
        puts += 1
        if (puts === 1) await unpackValue(Uint8Array.of(9), 1_000)
        memory.put(key, value, ttlMs)
      },
    }
    const { post, errors } = cachedGateway({ cache: { store } })
    await post()
    expect((await post()).says()).toBe('two')
    expect((await post()).cache).toBe('hit')
    expect(errors).toHaveLength(1)
  })

  it('that throws, or holds what is no answer, is no better', async () => {
    const throwing = cachedGateway({
      cache: {
        store: broken(() => {
          throw new Error('broken')
        }),
      },
    })
    expect((await throwing.post()).status).toBe(200)
    const memory = memoryCacheStore()
    const odd: CacheStore = {
      ...broken(() => Promise.reject()),
      get: () => ({ value: new Uint8Array(9) }),
      put: () => {},
    }
    const head = '{"kind":"poem","lengths":[2],"head":{}}'
    const likeOne = Buffer.from(`\0\0\0${String.fromCharCode(head.length)}${head}{}`)
    const claim = { value: new Uint8Array(9), owner: 'somebody' }
    for (const store of [odd, { ...odd, get: () => claim }, { ...odd, get: () => ({ value: likeOne }) }]) {
      const { post } = cachedGateway({ cache: { store } })
      expect((await post()).says()).toBe('one')
    }
    expect(memory.bytes).toBe(0)
  })
})
