import { createHmac, hash } from 'node:crypto'
import type { AwsCredentials } from '../credentials/aws-credentials.ts'
import { encodeSegment } from '../models/model-path.ts'
import { HmacKey } from './hmac-key.ts'

/** A request before its signature. `headers` have lower-case names and no `host`: the signature covers the URL's own. */
export interface UnsignedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
}

/** Gives the headers to send, `authorization`, `host` and `x-amz-*` among them. */
export type Signer = (request: UnsignedRequest, credentials: AwsCredentials) => Record<string, string>

const algorithm = 'AWS4-HMAC-SHA256'
const service = 'bedrock'

/**
 * Signature Version 4 for the service `bedrock`, the signing name of both planes. Our own, for the SDK's costs ten times the CPU;
 * tests hold the two equal. What calls of one URL object with the same headers have in common is kept with it: neither may be changed.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner(region: string, now: () => number = Date.now): Signer {
  const dates = clock(now)
  const keyOf = keyring(region)
  const outlines = new WeakMap<URL, Outline>()

  function outlineFor(request: UnsignedRequest, credentials: AwsCredentials, day: string): Outline {
    const before = outlines.get(request.url)
    if (before?.day === day && isFor(before, request, credentials)) return before
    const scope = `${day}/${region}/${service}/aws4_request`
    const outline = { ...outlineOf(request, credentials, scope), day, key: keyOf(credentials, day) }
    outlines.set(request.url, outline)
    return outline
  }
  return (request, credentials) => {
    const { day, time } = dates()
    const { host, key, untilHash, untilTime, untilEnd, scope, authorization } = outlineFor(request, credentials, day)
    const payloadHash = hash('sha256', request.body ?? '', 'hex')
    const canonical = untilHash + payloadHash + untilTime + time + untilEnd + payloadHash
    const toSign = `${algorithm}\n${time}\n${scope}\n${hash('sha256', canonical, 'hex')}`
    const signed: Record<string, string> = {
      ...request.headers,
      host,
      [hashHeader]: payloadHash,
      [timeHeader]: time,
      authorization: authorization + key.hexOf(toSign),
    }
    if (credentials.sessionToken) signed[tokenHeader] = credentials.sessionToken
    return signed
  }
}

const hashHeader = 'x-amz-content-sha256'
const timeHeader = 'x-amz-date'
const tokenHeader = 'x-amz-security-token'

/** What of a signature is the same for all calls of one day: its texts but for hashes and time. */
interface Outline extends OutlinedTexts {
  readonly day: string
  readonly key: HmacKey
}

interface OutlinedTexts {
  readonly method: string
  readonly headers: UnsignedRequest['headers']
  readonly credentials: AwsCredentials
  /** With the port where it is not the default one, as HTTP clients send it. */
  readonly host: string
  /** The canonical request up to the first hash of the payload, from there to the time, and from there to the other one at its end. */
  readonly untilHash: string
  readonly untilTime: string
  readonly untilEnd: string
  readonly scope: string
  /** The header but for the signature at its end. */
  readonly authorization: string
}

function isFor(outline: Outline, { method, headers }: UnsignedRequest, credentials: AwsCredentials): boolean {
  return outline.method === method && outline.headers === headers && isSame(outline.credentials, credentials)
}

function isSame(one: AwsCredentials, other: AwsCredentials): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  )
}

function outlineOf(
  { method, url, headers }: UnsignedRequest,
  credentials: AwsCredentials,
  scope: string,
): OutlinedTexts {
  const { host } = url
  const signed: Record<string, string> = { ...headers, host, [hashHeader]: '', [timeHeader]: '' }
  if (credentials.sessionToken) signed[tokenHeader] = credentials.sessionToken
  const names = Object.keys(signed).sort()
  const lines = (from: number, to: number): string =>
    names
      .slice(from, to)
      .map(name => `${name}:${signed[name]!.trim().replace(/\s+/g, ' ')}\n`)
      .join('')
  const hashAt = names.indexOf(hashHeader)
  const timeAt = names.indexOf(timeHeader)
  const signedNames = names.join(';')
  const { accessKeyId } = credentials
  return {
    method,
    headers,
    credentials: { ...credentials },
    host,
    untilHash: `${method}\n${canonicalPath(url.pathname)}\n${canonicalQuery(url)}\n${lines(0, hashAt)}${hashHeader}:`,
    untilTime: `\n${lines(hashAt + 1, timeAt)}${timeHeader}:`,
    untilEnd: `\n${lines(timeAt + 1, names.length)}\n${signedNames}\n`,
    scope,
    authorization: `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=`,
  }
}

interface Dates {
  /** `20261120` */
  readonly day: string
  /** `20261120T123456Z` */
  readonly time: string
}

/** Written once a second: formatting a date costs as much as a signature's hash. */
function clock(now: () => number): () => Dates {
  let second = Number.NaN
  let dates: Dates = { day: '', time: '' }
  return () => {
    const current = Math.floor(now() / 1_000)
    if (current !== second) {
      second = current
      const time = new Date(second * 1_000).toISOString().replace(/[-:]|\.\d{3}/g, '')
      dates = { day: time.slice(0, 8), time }
    }
    return dates
  }
}

/** Keys of callers' own credentials must not pile up. */
const maxKeys = 100

/** The signing keys, each derived once a day. */
function keyring(region: string): (credentials: AwsCredentials, day: string) => HmacKey {
  const keys = new Map<string, { readonly day: string; readonly key: HmacKey }>()
  return ({ secretAccessKey }, day) => {
    const kept = keys.get(secretAccessKey)
    if (kept?.day === day) return kept.key
    let key: string | Buffer = `AWS4${secretAccessKey}`
    for (const part of [day, region, service, 'aws4_request']) key = createHmac('sha256', key).update(part).digest()
    const derived = new HmacKey(key as Buffer)
    if (keys.size >= maxKeys) keys.clear()
    keys.set(secretAccessKey, { day, key: derived })
    return derived
  }
}

/** Every segment encoded once more than it stands in the URL. */
function canonicalPath(pathname: string): string {
  return pathname.split('/').map(encodeSegment).join('/')
}

function canonicalQuery(url: URL): string {
  if (url.search === '') return ''
  return [...url.searchParams]
    .map(([name, value]) => [encodeSegment(name), encodeSegment(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(pair => pair.join('='))
    .join('&')
}

/** By code unit, as AWS sorts: `a-b` comes after `a`, although `-` comes before `=`. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
