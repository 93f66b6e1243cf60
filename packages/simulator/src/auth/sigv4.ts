import { createHash, createHmac } from 'node:crypto'

/** The parts of an `Authorization: AWS4-HMAC-SHA256 …` header. */
export interface SignatureParts {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/** What a signature covers. */
export interface SignedRequest {
  readonly method: string
  /** Path and query as received. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/

/** Takes the header apart; undefined when it is not one of Signature Version 4. */
export function parseAuthorization(header: string): SignatureParts | undefined {
  const match = AUTHORIZATION.exec(header.trim())
  if (!match) return undefined
  const [, accessKeyId = '', date = '', region = '', service = '', names = '', signature = ''] = match
  return { accessKeyId, date, region, service, signedHeaders: names.split(';'), signature }
}

/** Percent-encodes all but RFC 3986's unreserved characters. */
function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Each segment as received is encoded once more: `%3A` becomes `%253A`. Every service but S3 signs so. */
function canonicalPath(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(encodeRfc3986(segment))
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter(pair => pair !== '')
    .map(pair => {
      const [key = '', ...value] = pair.split('=')
      return [key, value.join('=')].map(part => encodeRfc3986(decodeOrKeep(part))) as [string, string]
    })
  return pairs
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join('&')
}

function decodeOrKeep(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Over HTTP/2 the AWS SDK signs `:authority`, which is the host by another name. */
function signedValue({ headers }: SignedRequest, name: string): string {
  return headers[name === ':authority' ? 'host' : name] ?? ''
}

const hmac = (key: string | Uint8Array, data: string): Buffer => createHmac('sha256', key).update(data, 'utf8').digest()

/** SHA-256 in lower-case hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/**
 * The signature the request should bear, by AWS's own recipe
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). Written apart from any signer, so that
 * a mistake in one does not hide in the other.
 */
export function expectedSignature(request: SignedRequest, parts: SignatureParts, secretAccessKey: string): string {
  const at = request.path.indexOf('?')
  const [path, query] = at < 0 ? [request.path, ''] : [request.path.slice(0, at), request.path.slice(at + 1)]
  const headers = parts.signedHeaders.map(name => `${name}:${signedValue(request, name).trim().replace(/ +/g, ' ')}\n`)
  const isS3 = parts.service === 's3'
  const canonical = [
    request.method,
    // S3 signs a path as it was sent, dots and doubled slashes included: they are part of a key.
    isS3 ? path : canonicalPath(path),
    canonicalQuery(query),
    headers.join(''),
    parts.signedHeaders.join(';'),
    // S3's may be `UNSIGNED-PAYLOAD`: what is signed is the header, which says what the body is.
    (isS3 ? request.headers['x-amz-content-sha256'] : undefined) ?? sha256Hex(request.body),
  ].join('\n')
  const scope = `${parts.date}/${parts.region}/${parts.service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'] ?? '', scope, sha256Hex(canonical)].join('\n')
  const key = [parts.region, parts.service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    hmac(`AWS4${secretAccessKey}`, parts.date),
  )
  return hmac(key, toSign).toString('hex')
}
