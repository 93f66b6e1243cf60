import { expect, it } from 'vitest'
import { identityOf } from '../../src/idempotency/asked-twice.ts'
import { testCall } from '../../src/testing/index.ts'
import { parseBody } from '../../src/wire/source-body.ts'

const request = { model: 'fast', messages: [] }
const principal = { tenant: 'acme' }
const credentials = (identity: string) => ({ provider: 'us', owner: 'aws:AKIA', identity })

it('one key is another for another tenant, for none, and for other credentials of a caller', () => {
  const contexts = [
    { principal },
    { principal: { tenant: 'other' } },
    { principal: { tenant: '' } },
    { origin: 'door' as const },
    { origin: 'process' as const },
    { principal, callerCredentials: credentials('one') },
    { principal, callerCredentials: credentials('two') },
  ]
  const keys = contexts.map(context => identityOf(testCall('chat', request, context), 'k').key)
  expect(new Set(keys).size).toBe(contexts.length)
  const colleague = testCall('chat', request, { principal: { ...principal, userId: 'u', keyId: 'k' } })
  expect(identityOf(colleague, 'k').key).toBe(keys[0])
})

it('a request is another by its body, operation, pinned provider and form; not by the order of its members', () => {
  const asked = [
    testCall('chat', request),
    testCall('chat', { ...request, stream: true }),
    testCall('chat', { ...request, n: 1 }),
    testCall('chat', request, { pinnedProvider: 'us' }),
    testCall('embeddings', { ...request, input: 'hi' }),
    testCall('chat', { ...request, input: 'hi' } as typeof request),
    testCall('chat', request, { askedAs: request }),
    testCall('chat', request, { askedAs: { ...request, metadata: {} } }),
  ]
  const fingerprints = asked.map(call => identityOf(call, 'k').fingerprint)
  expect(new Set(fingerprints).size).toBe(asked.length)
  const turned = testCall('chat', { messages: [], model: 'fast' })
  expect(identityOf(turned, 'k').fingerprint).toBe(fingerprints[0])
})

it('a request is another by a number that JavaScript cannot hold', () => {
  const seeded = (seed: string) => {
    const source = parseBody(new TextEncoder().encode(`{"model":"fast","messages":[],"seed":${seed}}`))
    return identityOf(testCall('chat', source.value as typeof request, { source }), 'k').fingerprint
  }
  const seeds = ['9007199254740992', '9007199254740993', '1e400', '2e400', '1', '0.5']
  expect(new Set(seeds.map(seeded)).size).toBe(seeds.length)
  expect(seeded('9007199254740993')).toBe(seeded('9007199254740993'))
  expect(seeded('1.0')).toBe(seeded('1'))
})
