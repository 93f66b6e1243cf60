import { describe, expect, it } from 'vitest'
import { noMember, spellingOf } from '../../src/wire/spelling-of.ts'

const names = ['timeouts', 'trustProxy', 'ttlMs', 'routes', 'retry', 'auth', 'logger', 'logContent', 'failureThreshold']

describe('spellingOf', () => {
  it.each([
    ['timeout', 'timeouts'],
    ['trust_proxy', 'trustProxy'],
    ['TrustProxy', 'trustProxy'],
    ['ttl', 'ttlMs'],
    ['autth', 'auth'],
    ['rotues', 'routes'],
    ['auht', 'auth'],
    ['threshold', 'failureThreshold'],
  ])('%s was meant for %s', (name, meant) => {
    expect(spellingOf(name, names)).toBe(meant)
  })

  it.each(['', 'log', 'x', '__proto__', 'whatever'])('%s was meant for none in particular', name => {
    expect(spellingOf(name, names)).toBeUndefined()
  })
})

describe('noMember', () => {
  it('takes no part of a long name for it that may be one of anything', () => {
    expect(spellingOf('profile', ['applicationInferenceProfiles', 'region'])).toBeUndefined()
  })

  it('tells what there is, where nothing is near and that is not too much', () => {
    expect(noMember('`a`', 'foo', ['bar', 'baz2'])).toBe('`a` has no member `foo`; there is `bar`, `baz2`.')
    expect(noMember('`a`', 'foo', [...names, ...names])).toBe(
      '`a` has no member `foo`; remove it or correct its spelling.',
    )
  })

  it('cuts a long name', () => {
    expect(noMember('`a`', 'x'.repeat(1000), ['bar']).length).toBeLessThan(120)
  })
})
