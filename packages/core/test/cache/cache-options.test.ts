import { describe, expect, it } from 'vitest'
import { createGateway } from '../../src/create-gateway.ts'
import { scriptedProvider } from '../../src/testing/index.ts'

describe('a cache that is none', () => {
  it.each([
    [{ cache: { ttlMs: 0 } }, /cache\.ttlMs/],
    [{ cache: { store: {} } }, /must be a store of answers/],
    [{ cache: { storeTimeoutMs: 'soon' } }, /cache\.storeTimeoutMs/],
    [{ cache: { storeTimeoutMs: 2 ** 31 } }, /cache\.storeTimeoutMs/],
    [{ cache: { forever: true } }, /forever/],
    [
      { routes: { fast: { targets: ['us/us-1'], cache: 'yes' } } },
      /routes\.fast: `cache` must be true or false or an object/,
    ],
    [{ routes: { fast: { targets: ['us/us-1'], cache: { ttlMs: -1 } } } }, /routes\.fast/],
    [{ routes: { fast: { targets: ['us/us-1'], cache: { ttl: 1 } } } }, /routes\.fast/],
  ])('%j is refused', (options, message) => {
    const make = () => Reflect.apply(createGateway, undefined, [{ providers: [scriptedProvider('us')], ...options }])
    expect(make).toThrow(
      expect.objectContaining({ code: 'invalid_configuration', message: expect.stringMatching(message) }),
    )
  })
})
