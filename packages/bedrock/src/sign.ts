import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsCredentials } from './credentials.ts'

/** A request before its signature. `headers` must not hold `host`: the signature covers the URL's own. */
export interface UnsignedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
}

/** Gives the headers to send, `authorization`, `host` and `x-amz-*` among them. */
export type Signer = (request: UnsignedRequest, credentials: AwsCredentials) => Promise<Record<string, string>>

/**
 * Signature Version 4 for the service `bedrock`, the signing name of both planes.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner(region: string, now: () => number = Date.now): Signer {
  const sha256 = nodeSha256()
  return async ({ method, url, headers, body }, credentials) => {
    const signature = new SignatureV4({ service: 'bedrock', region, sha256, credentials: identity(credentials) })
    const signed = await signature.sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        // `url.host` has the port where it is not the default one, as node:http sends it.
        headers: { ...headers, host: url.host },
        body,
      },
      { signingDate: new Date(now()) },
    )
    return signed.headers
  }
}

function identity({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
} {
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

type HashInput = string | ArrayBuffer | ArrayBufferView
interface Sha256 {
  update(data: HashInput): void
  digest(): Promise<Uint8Array>
  reset(): void
}

/**
 * `node:crypto` as Smithy's hash. HMAC keys are kept as key objects: turning bytes into one on every call was 14 % of a call's CPU.
 * Smithy caches the derived signing key and hands in the same array each time, so its identity is the key of the cache.
 */
function nodeSha256(): new (secret?: HashInput) => Sha256 {
  const derived = new WeakMap<object, KeyObject>()
  let secret: { readonly text: string; readonly key: KeyObject } | undefined

  function keyOf(input: HashInput): KeyObject {
    if (typeof input === 'string') {
      if (secret?.text !== input) secret = { text: input, key: createSecretKey(input, 'utf8') }
      return secret.key
    }
    const key = derived.get(input) ?? createSecretKey(bytesOf(input))
    derived.set(input, key)
    return key
  }
  return class implements Sha256 {
    private hash: Hash | Hmac
    private readonly start: () => Hash | Hmac
    constructor(input?: HashInput) {
      const key = input === undefined ? undefined : keyOf(input)
      this.start = () => (key ? createHmac('sha256', key) : createHash('sha256'))
      this.hash = this.start()
    }
    update(data: HashInput): void {
      this.hash.update(typeof data === 'string' ? data : bytesOf(data))
    }
    digest(): Promise<Uint8Array> {
      return Promise.resolve(this.hash.digest())
    }
    reset(): void {
      this.hash = this.start()
    }
  }
}

function bytesOf(input: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(input)
    ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
    : new Uint8Array(input)
}
