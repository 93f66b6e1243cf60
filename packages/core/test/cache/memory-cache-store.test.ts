import { describe, expect, it } from 'vitest'
import { memoryCacheStore } from '../../src/cache/memory-cache-store.ts'
import { cacheStoreCases, manualClock } from '../../src/testing/index.ts'

function memoryRig() {
  const clock = manualClock()
  return { store: memoryCacheStore({ now: clock.now }), clock, async [Symbol.asyncDispose]() {} }
}

describe('the memory cache store keeps what every store keeps', () => {
  for (const { name, run } of cacheStoreCases(memoryRig)) it(name, run)
})

describe('the memory cache store', () => {
  const value = new Uint8Array(1_000)

  it('answers at once', () => {
    const store = memoryCacheStore()
    expect(store.claim('key', { owner: 'one', value, ttlMs: 1_000 })).toBeUndefined()
    expect(store.replace('key', 'one', { value, ttlMs: 1_000, final: true })).toBe(true)
    expect(store.get('key')?.value).toBe(value)
  })

  it('never keeps more than its bytes: what was not asked for the longest makes room', () => {
    const store = memoryCacheStore({ maxBytes: 10_000 })
    store.put('asked for', value, 60_000)
    for (let index = 0; index < 100; index += 1) {
      expect(store.get('asked for')).toBeDefined()
      store.put(`key-${index}`, value, 60_000)
      expect(store.bytes).toBeLessThanOrEqual(10_300)
    }
    expect(store.get('key-0')).toBeUndefined()
    expect(store.get('key-99')).toBeDefined()
  })

  it('counts keys and entries, too: a million empty values do not fill the memory', () => {
    const store = memoryCacheStore({ maxBytes: 100_000 })
    for (let index = 0; index < 5_000; index += 1) store.put(`key-${index}`, new Uint8Array(0), 60_000)
    expect(store.get('key-0')).toBeUndefined()
    expect(store.bytes).toBeLessThanOrEqual(100_300)
  })

  it('keeps the bytes of a value and nothing of what they were cut from, such as a pool of buffers', () => {
    const store = memoryCacheStore()
    store.put('key', new Uint8Array(65_536).fill(7).subarray(10, 20), 60_000)
    expect(store.get('key')?.value).toEqual(new Uint8Array(10).fill(7))
    expect(store.get('key')?.value.buffer.byteLength).toBe(10)
  })

  it('frees what has expired when it is asked for', () => {
    const clock = manualClock()
    const store = memoryCacheStore({ now: clock.now })
    store.put('key', value, 60_000)
    clock.advance(60_000)
    store.get('key')
    expect(store.bytes).toBe(0)
  })

  it.each([
    [{ maxBytes: 0 }, '`maxBytes` must be at least 1, got 0.'],
    [{ maxBytes: 1.5 }, '`maxBytes` must be a whole number, got 1.5.'],
    [{ maxValueBytes: Number.NaN }, '`maxValueBytes` must be a number, got NaN.'],
  ])('refuses sizes that are none: %o', (options, words) => {
    expect(() => memoryCacheStore(options)).toThrow(`memoryCacheStore(): ${words}`)
  })
})
