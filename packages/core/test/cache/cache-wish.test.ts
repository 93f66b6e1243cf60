import { describe, expect, it } from 'vitest'
import { cacheWishOf } from '../../src/cache/cache-wish.ts'

const fresh = { isOn: false, reads: false, stores: true, maxAgeMs: undefined }

describe('what headers say of the cache', () => {
  it.each([
    [{}, undefined],
    [{ 'cache-control': 'no-cache' }, fresh],
    [{ 'cache-control': 'No-Cache, no-transform' }, fresh],
    [{ 'cache-control': 'no-store' }, { ...fresh, stores: false }],
    [{ 'cache-control': 'max-age=60' }, { ...fresh, reads: true, maxAgeMs: 60_000 }],
    [{ 'cache-control': 'max-age="60"' }, { ...fresh, reads: true, maxAgeMs: 60_000 }],
    [{ 'cache-control': 'max-age=soon' }, { ...fresh, reads: true, maxAgeMs: 0 }],
    [{ 'cache-control': 'max-age' }, { ...fresh, reads: true, maxAgeMs: 0 }],
    [{ 'cache-control': 'private, x="no-store' }, { ...fresh, reads: true }],
    [{ 'x-modelgate-cache': 'on' }, { ...fresh, isOn: true, reads: true }],
    [{ 'x-modelgate-cache': ' ON ' }, { ...fresh, isOn: true, reads: true }],
    [{ 'x-modelgate-cache': 'refresh' }, { ...fresh, isOn: true }],
    [{ 'x-modelgate-cache': 'off' }, { ...fresh, stores: false }],
    [
      { 'x-modelgate-cache': 'on', 'cache-control': 'no-store' },
      { ...fresh, isOn: true, stores: false },
    ],
    [
      { 'x-modelgate-cache': 'off', 'cache-control': 'max-age=9' },
      { ...fresh, stores: false, maxAgeMs: 9_000 },
    ],
  ])('%o', (headers, wish) => {
    expect(cacheWishOf(headers)).toEqual(wish)
  })

  it('is refused where it is no mode of ours', () => {
    expect(() => cacheWishOf({ 'x-modelgate-cache': 'always' })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: expect.stringContaining("'on', 'off' or 'refresh', got \"always\""),
      }),
    )
  })
})
