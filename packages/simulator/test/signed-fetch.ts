import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Simulator, SimulatorCredential } from '../src/index.ts'

/** node:crypto in the shape the signer asks for. */
export class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret === undefined || typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array)
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
  reset(): void {
    throw new Error('not needed')
  }
}

export interface Signing {
  readonly method?: string
  readonly credential?: SimulatorCredential
  readonly service?: string
  readonly region?: string
  readonly date?: Date
  readonly headers?: Readonly<Record<string, string>>
  /** Whether x-amz-content-sha256 is sent; default true. */
  readonly applyChecksum?: boolean
}

/** Headers of a request signed by AWS's own signer. */
export async function signedHeaders(
  url: URL,
  body: string,
  signing: Signing & { credential: SimulatorCredential },
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = signing.credential
  const signer = new SignatureV4({
    service: signing.service ?? 'bedrock',
    region: signing.region ?? 'us-east-1',
    sha256: Sha256,
    applyChecksum: signing.applyChecksum ?? true,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  })
  const query: Record<string, string | string[]> = {}
  for (const key of new Set(url.searchParams.keys())) query[key] = url.searchParams.getAll(key)
  const request = {
    method: signing.method ?? 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { host: url.host, ...signing.headers },
    body,
  }
  const signed = await signer.sign(request, signing.date ? { signingDate: signing.date } : {})
  return signed.headers
}

/** A signed call without any SDK in between: the answer's bytes as they came. */
export async function signedFetch(simulator: Simulator, path: string, body?: unknown, signing: Signing = {}) {
  const url = new URL(path, simulator.url)
  const method = signing.method ?? (body === undefined ? 'GET' : 'POST')
  const text = body === undefined ? '' : JSON.stringify(body)
  const credential = signing.credential ?? simulator.credentials[0]!
  const { host: _host, ...headers } = await signedHeaders(url, text, { ...signing, method, credential })
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body: text }) })
}
