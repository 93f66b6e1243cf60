import { describe, expect, it } from 'vitest'
import { apiKeys } from '../../src/auth/api-keys.ts'
import { memoryKeyStore } from '../../src/auth/memory-key-store.ts'

/** What a store of these keys is refused for; a configuration that was parsed passes by the types. */
function faultsOf(keys: unknown): string[] {
  try {
    Reflect.apply(memoryKeyStore, undefined, [keys])
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_configuration' })
    return error instanceof Error ? error.message.split('\n') : []
  }
  return []
}

const key = 'a-key-of-somebody'

describe('memoryKeyStore', () => {
  it.each([
    [{ budgt: { usdPerDay: 5 } }, 'keys[0] has no member `budgt`; did you mean `budget`?'],
    [{ budget: { usd: 5 } }, '`keys[0].budget` has no member `usd`; there is `usdPerDay`, `usdPerMonth`.'],
    [{ budget: { usdPerDay: '5' } }, '`keys[0].budget.usdPerDay` must be a number, got the string "5".'],
    [{ budget: { usdPerDay: -1 } }, '`keys[0].budget.usdPerDay` must be at least 0, got -1.'],
    [{ rateLimit: 10 }, '`keys[0].rateLimit` must be an object, got 10.'],
    [
      { rateLimit: { requestPerMinute: 10 } },
      '`keys[0].rateLimit` has no member `requestPerMinute`; did you mean `requestsPerMinute`?',
    ],
    [{ allowedRoutes: 'fast' }, '`keys[0].allowedRoutes` must be an array, got the string "fast".'],
    [{ permissions: 'admin' }, '`keys[0].permissions` must be an array, got the string "admin".'],
    [{ active: 'false' }, '`keys[0].active` must be true or false, got the string "false".'],
    [{ maxTokens: 0 }, '`keys[0].maxTokens` must be at least 1, got 0.'],
  ])('refuses a key with %j, which would else hold it to nothing', (members, fault) => {
    expect(faultsOf([{ key, ...members }])).toEqual([fault])
  })

  it.each([[{ key: 'x' }], ['x'], [undefined], [null]])('takes no %j for a list of keys', keys => {
    expect(faultsOf(keys)).toEqual(["memoryKeyStore() takes a list of keys, as [{ key, userId: 'ann' }]."])
  })

  it('repeats no key that stands in the wrong place', () => {
    const faults = faultsOf([{ [key]: true }, key, { key: [key] }])
    expect(faults).toHaveLength(3)
    expect(faults.join()).not.toContain(key)
  })

  it('tells of an environment variable that is not set', () => {
    expect(faultsOf([{ key: undefined }])[0]).toMatch(/^keys\[0\]: give a key.*environment variable/)
  })
})

describe('apiKeys', () => {
  it('refuses options that there are not', () => {
    expect(() => apiKeys(memoryKeyStore([]), { cacheSeconds: 4 } as never)).toThrow('apiKeys() has no option')
    expect(() => apiKeys(memoryKeyStore([]), { cache: 4 } as never)).toThrow(
      'apiKeys() has no option `cache`; did you mean `cacheMs`?',
    )
  })
})
