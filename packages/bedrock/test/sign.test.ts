import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AwsCredentials } from '../src/credentials/aws-credentials.ts'
import { encodeSegment } from '../src/models/model-path.ts'
import { createSigner, type UnsignedRequest } from '../src/upstream/sign.ts'
import { aChat, aRig } from './a-call.ts'

type Secret = string | ArrayBuffer | ArrayBufferView

function asKey(secret: Secret): string | Uint8Array {
  if (typeof secret === 'string') return secret
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret)
}

/** `node:crypto` as Smithy's hash. */
class NodeSha256 {
  private readonly secret: Secret | undefined
  private hash: Hash | Hmac
  constructor(secret?: Secret) {
    this.secret = secret
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', asKey(secret))
  }
  update(data: Uint8Array): void {
    this.hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest())
  }
  reset(): void {
    this.hash = new NodeSha256(this.secret).hash
  }
}

const at = Date.parse('2026-11-20T12:34:56Z')
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** Signature Version 4 as AWS describes it, step by step and without a library. */
function reference({ method, url, body }: UnsignedRequest, headers: Record<string, string>, secret: string): string {
  const names = Object.keys(headers)
    .filter(name => name !== 'authorization')
    .sort()
  const path = url.pathname.split('/').map(encode).join('/')
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const canonical = [
    method,
    path,
    query,
    ...names.map(name => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    sha256(body ?? ''),
  ].join('\n')
  const scope = '20261120/eu-west-1/bedrock/aws4_request'
  const toSign = ['AWS4-HMAC-SHA256', '20261120T123456Z', scope, sha256(canonical)].join('\n')
  const key = ['20261120', 'eu-west-1', 'bedrock', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return hmac(key as Buffer, toSign).toString('hex')
}

const request = (path: string, body?: string): UnsignedRequest => ({
  method: body === undefined ? 'GET' : 'POST',
  url: new URL(`https://bedrock-runtime.eu-west-1.amazonaws.com${path}`),
  headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
  body: body === undefined ? undefined : Buffer.from(body),
})
const signatureOf = (headers: Record<string, string>) =>
  /Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '')?.[1]

describe('a signature', () => {
  const sign = createSigner('eu-west-1', () => at)

  it.each([
    ['a call', request('/model/amazon.nova-lite-v1%3A0/converse', '{"messages":[]}')],
    ['an ARN', request('/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.x/converse-stream', '{}')],
    ['a list', request('/inference-profiles?maxResults=1000&nextToken=a%2Fb%3D%3D')],
    ['a long body', request('/model/x/invoke', 'x'.repeat(100_000))],
  ])('of %s is what AWS describes', (_name, unsigned) => {
    const headers = sign(unsigned, keys)
    expect(signatureOf(headers)).toBe(reference(unsigned, headers, keys.secretAccessKey))
  })

  it('is right for any model id and body', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), fc.string(), (model, body) => {
        fc.pre(model.isWellFormed() && !/^\.{1,2}$/.test(model))
        const unsigned = request(`/model/${encodeSegment(model)}/converse`, body)
        const headers = sign(unsigned, keys)
        expect(signatureOf(headers)).toBe(reference(unsigned, headers, keys.secretAccessKey))
      }),
    )
  })

  it("is what Smithy's signer gives, header for header", async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter(value => value.isWellFormed())
    // Smithy keeps names in a plain object.
    const queryName = fc.oneof(text, fc.constantFrom('a', 'a-b', 'a.b')).filter(name => name !== '__proto__')
    const headerText = fc.string({ maxLength: 30 }).map(value => `x ${value.replaceAll(/[^\x20-\x7e]/g, '\t')} y`)
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          model: text,
          body: fc.option(fc.string(), { nil: undefined }),
          header: headerText,
          sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
          query: fc.uniqueArray(fc.tuple(queryName, text), { selector: ([name]) => name, maxLength: 4 }),
        }),
        async ({ model, body, header, sessionToken, query }) => {
          const { url, ...rest } = request(`/model/${encodeSegment(model)}/converse`, body)
          for (const [name, value] of query) url.searchParams.set(name, value)
          const headers = { ...rest.headers, 'x-extra': header }
          const credentials = sessionToken === undefined ? keys : { ...keys, sessionToken }
          const smithy = new SignatureV4({ service: 'bedrock', region: 'eu-west-1', credentials, sha256: NodeSha256 })
          const theirs = await smithy.sign(
            {
              method: rest.method,
              protocol: url.protocol,
              hostname: url.hostname,
              path: url.pathname,
              query: Object.fromEntries(url.searchParams),
              headers: { ...headers, host: url.host },
              body: rest.body,
            },
            { signingDate: new Date(at) },
          )
          expect(sign({ ...rest, url, headers }, credentials)).toEqual(theirs.headers)
        },
      ),
    )
  })

  it.each<[string, Partial<UnsignedRequest>, AwsCredentials]>([
    ['keys', {}, { ...keys, accessKeyId: 'AKIDOTHER' }],
    ['secret', {}, { ...keys, secretAccessKey: 'another' }],
    ['session', {}, { ...keys, sessionToken: 'a-token' }],
    ['headers', { headers: { accept: '*/*' } }, keys],
    ['method', { method: 'DELETE' }, keys],
  ])('of an address that was signed for before is one of its own %s', (_name, other, credentials) => {
    const unsigned = request('/model/x/converse', '{}')
    const first = sign(unsigned, keys)
    const own = sign({ ...unsigned, ...other }, credentials)
    expect(own).toEqual(createSigner('eu-west-1', () => at)({ ...unsigned, ...other }, credentials))
    expect(own.authorization).not.toBe(first.authorization)
    expect(sign(unsigned, keys)).toEqual(first)
  })

  it("is of the next day from midnight on, with the next day's key", () => {
    let now = Date.parse('2026-11-20T23:59:59.999Z')
    const tonight = createSigner('eu-west-1', () => now)
    const unsigned = request('/model/x/converse', '{}')
    const before = tonight(unsigned, keys)
    now += 1
    const after = tonight(unsigned, keys)
    expect([before['x-amz-date'], after['x-amz-date']]).toEqual(['20261120T235959Z', '20261121T000000Z'])
    expect(after.authorization).toContain('/20261121/')
    expect(after).toEqual(createSigner('eu-west-1', () => now)(unsigned, keys))
  })

  it('changes with the secret although the signer keeps keys', () => {
    const other = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'another' }
    const unsigned = request('/model/x/converse', '{}')
    for (const credentials of [keys, other, keys, other]) {
      const headers = sign(unsigned, credentials)
      expect(signatureOf(headers)).toBe(reference(unsigned, headers, credentials.secretAccessKey))
    }
  })

  it('covers the token, and the host with its port', () => {
    const url = new URL('http://127.0.0.1:4010/model/x/converse')
    const headers = sign({ ...request('/', '{}'), url }, { ...keys, sessionToken: 'tok' })
    expect(headers).toMatchObject({ host: '127.0.0.1:4010', 'x-amz-security-token': 'tok' })
    expect(headers.authorization).toContain(
      'SignedHeaders=accept;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token',
    )
  })

  it('names key, day, region and the service bedrock', () => {
    const headers = sign(request('/model/x/converse', '{}'), keys)
    expect(headers.authorization).toContain('Credential=AKIDEXAMPLE/20261120/eu-west-1/bedrock/aws4_request')
  })

  it('leaves the headers given to it alone', () => {
    const unsigned = request('/model/x/converse', '{}')
    sign(unsigned, keys)
    expect(Object.keys(unsigned.headers)).toEqual(['accept', 'content-type'])
  })
})

it('a model id with characters that URLs treat apart is signed and routed as one segment', async () => {
  await using rig = await aRig()
  for (const model of ['a/b', 'a b', 'a?b#c', 'a%2Fb', "a!'()*b", '世界']) {
    // The simulator checks the signature first: an unknown model shows that it was right.
    await expect(rig.chat(aChat({ model }))).rejects.toMatchObject({ code: 'model_not_found' })
  }
  expect(rig.simulator.requests().map(request => request.model)).toEqual([
    'a/b',
    'a b',
    'a?b#c',
    'a%2Fb',
    "a!'()*b",
    '世界',
  ])
})
