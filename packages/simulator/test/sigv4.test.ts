import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BedrockGate, refuseBedrockCaller, type SimulatorCredential } from '../src/auth/bedrock-auth.ts'
import type { SignedRequest } from '../src/auth/sigv4.ts'
import { startSimulator } from '../src/index.ts'
import { signedFetch, signedHeaders } from './signed-fetch.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.~ :/+=&%ü漢'.split('')), minLength: 1, maxLength: 12 })
const arn = fc.constantFrom(
  'anthropic.claude-v2:1',
  'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6',
)
const scenario = fc.record({
  model: fc.oneof(
    arn,
    word.filter(text => !/^\.{1,2}$/.test(text)),
  ),
  query: fc.uniqueArray(fc.tuple(word, word), { maxLength: 3, selector: ([key]) => key }),
  body: fc.string({ unit: 'grapheme', minLength: 1 }),
  sessionToken: fc.option(fc.string({ unit: fc.constantFrom(...'abc/+='.split('')), minLength: 8, maxLength: 20 }), {
    nil: undefined,
  }),
  host: fc.constantFrom('127.0.0.1:40123', 'localhost:4010', 'bedrock-runtime.us-east-1.amazonaws.com'),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'ap-northeast-1', 'us-gov-west-1'),
  header: fc.string({ unit: fc.constantFrom(...'ab c'.split('')), maxLength: 9 }),
})
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

async function signed(of: Scenario, service = 'bedrock'): Promise<{ request: SignedRequest; gate: BedrockGate }> {
  const credential: SimulatorCredential = {
    accessKeyId: 'AKIATEST',
    secretAccessKey: 'top/secret+',
    sessionToken: of.sessionToken,
  }
  const query = of.query.map(pair => pair.map(encode).join('=')).join('&')
  const path = `/model/${encode(of.model)}/converse${query === '' ? '' : `?${query}`}`
  const url = new URL(`http://${of.host}${path}`)
  const headers = await signedHeaders(url, of.body, {
    credential,
    service,
    region: of.region,
    date: NOW,
    headers: { 'content-type': 'application/json', 'x-custom': of.header },
  })
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const request = { method: 'POST', path, headers: lower, body: Buffer.from(of.body) }
  return { request, gate: { credentials: [credential], bearerTokens: ['key'], now: () => NOW } }
}

describe('signatures', () => {
  it("of AWS's own signer are accepted, whatever is signed", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async of => {
        const { request, gate } = await signed(of)
        expect(refuseBedrockCaller(request, gate)).toBeUndefined()
      }),
      { numRuns: 150 },
    )
  })

  type Mutation = (request: SignedRequest) => SignedRequest
  const header =
    (name: string, change: (value: string) => string): Mutation =>
    request => ({
      ...request,
      headers: { ...request.headers, [name]: change(request.headers[name] ?? '') },
    })
  const mutations: readonly (readonly [string, Mutation])[] = [
    ['a byte of the body', request => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) })],
    ['the path', request => ({ ...request, path: request.path.replace('/converse', '/invoke') })],
    ['the query', request => ({ ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}zz=1` })],
    ['the method', request => ({ ...request, method: 'PUT' })],
    ['a signed header', header('x-custom', value => `${value}x`)],
    ['the host', header('host', value => `${value}0`)],
    ['the date', header('x-amz-date', () => '20261120T120001Z')],
    ['the scope date', header('authorization', value => value.replace('/20261120/', '/20261119/'))],
    ['the region', header('authorization', value => value.replace(/\/(\d{8})\/[^/]+\//, '/$1/sa-east-1/'))],
    ['the service', header('authorization', value => value.replace('/bedrock/', '/s3/'))],
    [
      'the list of signed headers',
      header('authorization', value => value.replace('SignedHeaders=', 'SignedHeaders=accept;')),
    ],
    ['an unsigned host', header('authorization', value => value.replace(';host', ''))],
    ['an unsigned date', header('authorization', value => value.replace(';x-amz-date', ''))],
    ['the signature', header('authorization', value => value.replace(/.$/, last => (last === '0' ? '1' : '0')))],
    ['an unsigned payload', header('x-amz-content-sha256', () => 'UNSIGNED-PAYLOAD')],
    ['a scheme', header('authorization', value => value.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA'))],
  ]

  it.each(mutations)('are refused when %s was changed', async (_what, mutate) => {
    await fc.assert(
      fc.asyncProperty(scenario, async of => {
        const { request, gate } = await signed(of)
        expect(refuseBedrockCaller(mutate(request), gate)).toMatchObject({
          status: 403,
          type: 'InvalidSignatureException',
        })
      }),
      { numRuns: 15 },
    )
  })

  const plain: Scenario = {
    model: 'm',
    query: [],
    body: '{}',
    sessionToken: 'token',
    host: 'localhost:4010',
    region: 'us-east-1',
    header: '',
  }
  const withCredential = (gate: BedrockGate, change: Partial<SimulatorCredential>): BedrockGate => ({
    ...gate,
    credentials: gate.credentials.map(credential => ({ ...credential, ...change })),
  })

  it.each<[string, (gate: BedrockGate) => BedrockGate, string]>([
    ['another secret', gate => withCredential(gate, { secretAccessKey: 'x' }), 'InvalidSignatureException'],
    ['another key id', gate => withCredential(gate, { accessKeyId: 'x' }), 'UnrecognizedClientException'],
    ['another session token', gate => withCredential(gate, { sessionToken: 'x' }), 'ExpiredTokenException'],
    ['expired credentials', gate => withCredential(gate, { expired: true }), 'ExpiredTokenException'],
    [
      'a clock 6 minutes ahead',
      gate => ({ ...gate, now: () => new Date(NOW.getTime() + 360_000) }),
      'InvalidSignatureException',
    ],
    [
      'a clock 6 minutes behind',
      gate => ({ ...gate, now: () => new Date(NOW.getTime() - 360_000) }),
      'InvalidSignatureException',
    ],
  ])('are refused by a server with %s', async (_what, change, type) => {
    const { request, gate } = await signed(plain)
    expect(refuseBedrockCaller(request, gate)).toBeUndefined()
    expect(refuseBedrockCaller(request, change(gate))).toMatchObject({ status: 403, type })
  })

  it('may be 4 minutes off, and an unsigned security token is refused', async () => {
    const { request, gate } = await signed(plain)
    expect(refuseBedrockCaller(request, { ...gate, now: () => new Date(NOW.getTime() + 240_000) })).toBeUndefined()
    const naked = header('authorization', value => value.replace(';x-amz-security-token', ''))(request)
    expect(refuseBedrockCaller(naked, gate)?.message).toContain("'x-amz-security-token' must be a 'SignedHeader'")
  })

  it('for another service are refused even when they are right', async () => {
    const { request, gate } = await signed(plain, 'bedrock-mantle')
    expect(refuseBedrockCaller(request, gate)?.message).toContain("scoped to correct service: 'bedrock'")
  })
})

describe('the payload hash', () => {
  it('is refused when it is wrong, even where the signature does not cover it', async () => {
    const credential = { accessKeyId: 'AKIATEST', secretAccessKey: 's' }
    const url = new URL('http://localhost/model/m/converse')
    const headers = await signedHeaders(url, '{}', { credential, date: NOW, applyChecksum: false })
    const request = { method: 'POST', path: url.pathname, headers, body: Buffer.from('{}') }
    const gate = { credentials: [credential], bearerTokens: [], now: () => NOW }
    expect(refuseBedrockCaller(request, gate)).toBeUndefined()
    const unsigned = { ...request, headers: { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }
    expect(refuseBedrockCaller(unsigned, gate)?.message).toContain("'x-amz-content-sha256' header does not match")
  })
})

describe('callers of Bedrock', () => {
  it('without credentials, with a wrong bearer, or with an unknown key get 403 in the words of AWS', async () => {
    await using simulator = await startSimulator({
      credentials: [{ accessKeyId: 'AKIAOLD', secretAccessKey: 's', expired: true }],
    })
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${simulator.url}/foundation-models`, { headers })
      const type = answer.headers.get('x-amzn-errortype')?.split(':')[0]
      return [answer.status, type, ((await answer.json()) as { message: string }).message]
    }
    expect(await ask({})).toEqual([403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'])
    expect((await ask({ authorization: 'Bearer nope' }))[1]).toBe('AccessDeniedException')
    expect((await ask({ authorization: 'Basic abc' }))[1]).toBe('InvalidSignatureException')
    const unknown = await signedFetch(simulator, '/foundation-models', undefined, {
      credential: { accessKeyId: 'AKIANEW', secretAccessKey: 's' },
    })
    expect(unknown.headers.get('x-amzn-errortype')).toContain('UnrecognizedClientException')
    const expired = await signedFetch(simulator, '/foundation-models')
    expect(await expired.json()).toEqual({ message: 'The security token included in the request is expired' })
    const bearer = await fetch(`${simulator.url}/foundation-models`, {
      headers: { authorization: `Bearer ${simulator.bearerToken}` },
    })
    expect(bearer.status).toBe(200)
  })
})
