import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cacheKey } from '../../src/cache/cache-key.ts'
import type { Principal } from '../../src/principal.ts'
import { testCall } from '../../src/testing/index.ts'
import type { ChatCompletionRequest } from '../../src/wire/chat-request.ts'

type Members = Readonly<Record<string, unknown>>

interface Asked {
  readonly principal?: Principal | undefined
  readonly pinnedProvider?: string | undefined
  readonly facts?: readonly unknown[]
}

function keyOf(request: Members, { facts = ['route', 'made'], ...context }: Asked = {}): string | undefined {
  return cacheKey(testCall('chat', request as Members & ChatCompletionRequest, context), facts)
}

/** Every field of the wire type, by name: a field that is added there is an error here. */
const wireFields: { readonly [Field in Exclude<keyof ChatCompletionRequest, 'stream' | 'stream_options'>]-?: true } = {
  model: true,
  messages: true,
  tools: true,
  tool_choice: true,
  parallel_tool_calls: true,
  response_format: true,
  max_completion_tokens: true,
  max_tokens: true,
  n: true,
  stop: true,
  temperature: true,
  top_p: true,
  frequency_penalty: true,
  presence_penalty: true,
  logit_bias: true,
  logprobs: true,
  top_logprobs: true,
  seed: true,
  reasoning_effort: true,
  verbosity: true,
  modalities: true,
  audio: true,
  prediction: true,
  web_search_options: true,
  moderation: true,
  metadata: true,
  store: true,
  service_tier: true,
  safety_identifier: true,
  user: true,
  prompt_cache_key: true,
  prompt_cache_options: true,
  prompt_cache_retention: true,
  function_call: true,
  functions: true,
}

const exempt = new Set(['stream', 'stream_options'])
const names = fc.oneof(
  fc.constantFrom(...Object.keys(wireFields)),
  fc.constantFrom('unknown_field', '__proto__', 'constructor', 'toJSON', '', '0', 'Model', 'model '),
  fc.string().filter(name => !exempt.has(name)),
)
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Number.isInteger(value)),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('', '1', 1, 'null', 'true', '[]', '{}', [], {}, '0', 0, false),
)
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), names), tie('value'), { maxKeys: 4 }),
  ),
}))
const request = fc.dictionary(names, value, { maxKeys: 8 }).map(fields => withOwn(fields))

/** As a parsed body has them: `__proto__` is a member like any other. */
function withOwn(fields: Members): Members {
  return JSON.parse(JSON.stringify(fields)) as Members
}

/** The same values, whatever the order of members. */
function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other) || (one === 0 && other === 0)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const members = Object.keys(one)
  if (members.length !== Object.keys(other).length) return false
  return members.every(
    name => Object.hasOwn(other, name) && sameValue(Reflect.get(one, name), Reflect.get(other, name)),
  )
}

/** Another order of all members, at any depth. */
function turnedRound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedRound)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turnedRound(member)]),
  )
}

describe('the key of an answer', () => {
  it('is another once any field of the request is, known or not, and at whatever depth', () => {
    fc.assert(
      fc.property(request, names, value, (fields, name, changed) => {
        const plain = withOwn({ ...fields, ...Object.fromEntries([[name, changed]]) })
        fc.pre(!sameValue(fields, plain))
        expect(keyOf(plain)).not.toBe(keyOf(fields))
      }),
      { numRuns: 1_000 },
    )
  })

  it('is another without a field', () => {
    fc.assert(
      fc.property(request, fields => {
        for (const name of Object.keys(fields)) {
          const { [name]: _left, ...rest } = fields
          expect(keyOf(rest)).not.toBe(keyOf(fields))
        }
      }),
    )
  })

  it('is the same for two requests exactly where their values are', () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(sameValue(one, other))
      }),
      { numRuns: 1_000 },
    )
  })

  it('does not mind the order of members, nor how the answer is to be sent', () => {
    fc.assert(
      fc.property(request, value, value, (fields, stream, options) => {
        const turned = turnedRound(fields) as Members
        expect(keyOf({ stream, ...turned, stream_options: options })).toBe(keyOf(fields))
      }),
    )
  })

  it('is another for every field of the wire type', () => {
    const base = { model: 'fast', messages: [] }
    const keys = Object.keys(wireFields).map(name => keyOf({ ...base, [name]: 'changed' }))
    expect(new Set([...keys, keyOf(base)]).size).toBe(keys.length + 1)
  })

  it('minds the order of lists, and text that looks like something else', () => {
    const different = [
      { stop: ['a', 'b'] },
      { stop: ['b', 'a'] },
      { stop: ['a,b'] },
      { stop: 'a' },
      { stop: ['a'] },
      { n: 1 },
      { n: '1' },
      { n: null },
      {},
      { n: { stream: true } },
      { n: { stream: false } },
      { messages: [{ stream: true }] },
      { messages: [{ stream_options: 1 }] },
      { a: { b: 1 }, c: 2 },
      { a: { b: 1, c: 2 } },
    ]
    expect(new Set(different.map(fields => keyOf(fields))).size).toBe(different.length)
  })

  it('is never the same for two tenants, whatever they are called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), request, (one, other, fields) => {
        fc.pre(one !== other && one.isWellFormed() && other.isWellFormed())
        expect(keyOf(fields, { principal: { tenant: one } })).not.toBe(keyOf(fields, { principal: { tenant: other } }))
      }),
    )
    const tenants = ['null', '', 'a', 'A', 'a ', '__proto__', '"a"', 'a","b'].map(tenant => ({ principal: { tenant } }))
    expect(new Set([{}, ...tenants].map(asked => keyOf({}, asked))).size).toBe(tenants.length + 1)
  })

  it('is the same for all callers of a tenant', () => {
    const callers = [{ userId: 'one' }, { userId: 'two', keyId: 'key' }, { tier: 'free' }]
    const keys = callers.map(caller => keyOf({ model: 'fast' }, { principal: { tenant: 'acme', ...caller } }))
    expect(new Set(keys).size).toBe(1)
  })

  it('is another for another operation, pinned provider or route', () => {
    const plain = { model: 'fast', input: 'text' }
    const keys = [
      keyOf(plain),
      cacheKey(testCall('embeddings', plain), ['route', 'made']),
      keyOf(plain, { pinnedProvider: 'us' }),
      keyOf(plain, { pinnedProvider: 'eu' }),
      keyOf(plain, { facts: ['route', 'otherwise'] }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('is none where a number stands for others, too, or a request leads back to itself', () => {
    expect(keyOf(JSON.parse('{"seed":12345678901234567890}') as Members)).toBeUndefined()
    expect(keyOf(JSON.parse('{"seed":1e400}') as Members)).toBeUndefined()
    expect(keyOf({ seed: Number.MAX_SAFE_INTEGER })).toBeDefined()
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(keyOf(circle)).toBeUndefined()
  })
})
