import { describe, expect, it } from 'vitest'
import type { Principal } from '../../src/principal.ts'
import { CallFacts } from '../../src/router/call-facts.ts'
import { holds } from '../../src/router/conditions.ts'
import type { Condition } from '../../src/router/route-rule.ts'
import { testCall } from '../../src/testing/index.ts'
import type { ContentPart } from '../../src/wire/content-part.ts'
import { chatCall } from '../support/calls.ts'

const image: ContentPart = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }
const tools = [{ type: 'function', function: { name: 'f' } }] as const
const ann: Principal = { tenant: 'acme', userId: 'ann', tier: 'free' }

/** 3,600 bytes: about a thousand tokens. */
const long = 'x'.repeat(3_600)
const call = (request: object = {}, tags: Readonly<Record<string, string>> = {}, principal: Principal | null = ann) =>
  new CallFacts(chatCall(request, { principal: principal ?? undefined, tags }))

describe('holds', () => {
  it.each<[string, Condition, CallFacts, boolean]>([
    ['a tier', { tier: 'free' }, call(), true],
    ['another tier', { tier: 'premium' }, call(), false],
    ['one of several tiers', { tier: ['premium', 'free'] }, call(), true],
    ['a tier where nobody is known', { tier: 'free' }, call({}, {}, null), false],
    ['a tenant', { tenant: 'acme' }, call(), true],
    ['one of other tenants', { tenant: ['beta', 'gamma'] }, call(), false],
    ['a user', { userId: 'ann' }, call(), true],
    ['a tag', { tags: { job: 'night' } }, call({}, { job: 'night' }), true],
    ['a tag of another value', { tags: { job: ['day', 'noon'] } }, call({}, { job: 'night' }), false],
    ['a tag that is not there', { tags: { job: 'night' } }, call(), false],
    ['a tag called like a part of every object', { tags: { constructor: 'x' } }, call(), false],
    ['two tags of which one fits', { tags: { job: 'night', team: 'b' } }, call({}, { job: 'night', team: 'a' }), false],
    ['tools', { tools: true }, call({ tools }), true],
    ['the deprecated functions', { tools: true }, call({ functions: [{ name: 'f' }] }), true],
    ['tools, none of which are offered', { tools: true }, call({ tools: [] }), false],
    ['no tools', { tools: false }, call(), true],
    ['images', { images: true }, call({ messages: [{ role: 'user', content: [image] }] }), true],
    ['images in a text', { images: true }, call(), false],
    ['no images', { images: false }, call({ messages: [{ role: 'user', content: [image] }] }), false],
    ['a stream', { stream: true }, call({ stream: true }), true],
    ['no stream', { stream: false }, call({ stream: null }), true],
    ['a long prompt', { promptTokens: { gt: 900 } }, call({ messages: [{ role: 'user', content: long }] }), true],
    [
      'bounds on both sides',
      { promptTokens: { gte: 900, lt: 2_000 } },
      call({ messages: [{ role: 'user', content: long }] }),
      true,
    ],
    [
      'a bound that is passed',
      { promptTokens: { gt: 900, lte: 1_000 } },
      call({ messages: [{ role: 'user', content: long }] }),
      false,
    ],
    ['several, all of which hold', { tier: 'free', stream: true, tools: false }, call({ stream: true }), true],
    ['several, one of which does not', { tier: 'free', stream: true, tools: true }, call({ stream: true }), false],
  ])('%s', (_, condition, facts, expected) => {
    expect(holds(condition, facts)).toBe(expected)
  })

  it('measures the prompt only where all else holds', () => {
    const facts = call({ stream: false })
    Object.defineProperty(facts, 'promptTokens', {
      get() {
        throw new Error('was measured')
      },
    })
    expect(holds({ stream: true, promptTokens: { gt: 1 } }, facts)).toBe(false)
    expect(() => holds({ stream: false, promptTokens: { gt: 1 } }, facts)).toThrow('was measured')
  })

  it('looks at calls of every operation', () => {
    const facts = new CallFacts(testCall('embeddings', { model: 'm', input: long }))
    expect(holds({ images: false, tools: false, stream: false, promptTokens: { gt: 900 } }, facts)).toBe(true)
  })
})
