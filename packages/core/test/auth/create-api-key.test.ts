import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createApiKey, isMalformedKey } from '../../src/auth/create-api-key.ts'

describe('createApiKey', () => {
  it('makes keys of the documented form, each another', () => {
    const keys = Array.from({ length: 200 }, () => createApiKey('live'))
    for (const key of keys) expect(key).toMatch(/^mg_live_[0-9A-Za-z]{49}$/)
    expect(new Set(keys).size).toBe(200)
    expect(keys.filter(isMalformedKey)).toEqual([])
  })

  it.each(['', 'Live', 'a_b', 'a b', 'x'.repeat(33), 'ä'])('refuses the environment %j', environment => {
    expect(() => createApiKey(environment)).toThrow(expect.objectContaining({ code: 'invalid_configuration' }))
  })
})

describe('isMalformedKey', () => {
  it('finds any one character of ours mistyped, wherever it is', () => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    const key = createApiKey('live')
    fc.assert(
      fc.property(fc.nat(48), fc.nat(61), (at, digit) => {
        const place = 'mg_live_'.length + at
        const typed = key.slice(0, place) + alphabet[digit] + key.slice(place + 1)
        expect(isMalformedKey(typed)).toBe(typed !== key)
      }),
    )
  })

  it('finds two neighbours swapped, a key cut short, one too long, and one of another environment', () => {
    const key = createApiKey('live')
    const swapped = key.replace(/(\w)(\w)$/, '$2$1')
    if (swapped !== key) expect(isMalformedKey(swapped)).toBe(true)
    for (const wrong of [key.slice(0, -1), `${key}0`, key.replace('live', 'test'), 'mg_', 'mg_live_1', `${key} `]) {
      expect(isMalformedKey(wrong)).toBe(true)
    }
  })

  it('says nothing of strings that are not ours: they are looked up as they stand', () => {
    fc.assert(fc.property(fc.string(), text => text.startsWith('mg_') || !isMalformedKey(text)))
    expect(isMalformedKey('sk-test123456789abcdef')).toBe(false)
  })
})
