import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { AwsCredentials } from './credentials.ts'
import { encodeSegment } from './model-path.ts'
import { remembered } from './remembered.ts'

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
 * tests hold the two equal.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner(region: string, now: () => number = Date.now): Signer {
  const dates = clock(now)
  const keys = keyring(region)
  const pathOf = remembered(canonicalPath)
  return ({ method, url, headers, body }, credentials) => {
    const { day, time } = dates()
    const payloadHash = hash('sha256', body ?? '', 'hex')
    const signed: Record<string, string> = {
      ...headers,
      // With the port where it is not the default one, as HTTP clients send it.
      host: url.host,
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': time,
    }
    if (credentials.sessionToken) signed['x-amz-security-token'] = credentials.sessionToken
    const names = Object.keys(signed).sort()
    const signedNames = names.join(';')
    let canonical = `${method}\n${pathOf(url.pathname)}\n${canonicalQuery(url)}\n`
    for (const name of names) canonical += `${name}:${signed[name]!.trim().replace(/\s+/g, ' ')}\n`
    canonical += `\n${signedNames}\n${payloadHash}`
    const scope = `${day}/${region}/${service}/aws4_request`
    const toSign = `${algorithm}\n${time}\n${scope}\n${hash('sha256', canonical, 'hex')}`
    const signature = createHmac('sha256', keys(credentials, day)).update(toSign).digest('hex')
    signed.authorization = `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`
    return signed
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

/**
 * The signing keys, each derived once a day. Kept as key objects: to turn bytes into one at every call was 14 % of a call's CPU.
 */
function keyring(region: string): (credentials: AwsCredentials, day: string) => KeyObject {
  const keys = new Map<string, { readonly day: string; readonly key: KeyObject }>()
  return ({ secretAccessKey }, day) => {
    const kept = keys.get(secretAccessKey)
    if (kept?.day === day) return kept.key
    let key: string | Buffer = `AWS4${secretAccessKey}`
    for (const part of [day, region, service, 'aws4_request']) key = createHmac('sha256', key).update(part).digest()
    const derived = createSecretKey(key as Buffer)
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
