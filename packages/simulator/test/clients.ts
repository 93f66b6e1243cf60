import { createHash, createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime'
import { SignatureV4 } from '@smithy/signature-v4'
import OpenAI from 'openai'
import type { Simulator, SimulatorCredential } from '../src/index.ts'

/** The AWS SDK's HTTP/1.1 handler, which this package does not depend on itself. */
function http1Handler(): NonNullable<BedrockRuntimeClientConfig['requestHandler']> {
  const fromSdk = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-bedrock-runtime'))
  const { NodeHttpHandler } = fromSdk('@smithy/node-http-handler') as {
    NodeHttpHandler: new () => NonNullable<BedrockRuntimeClientConfig['requestHandler']>
  }
  return new NodeHttpHandler()
}

export type HttpVersion = 'http1' | 'http2'

export function bedrockClient(simulator: Simulator, version: HttpVersion = 'http1'): BedrockRuntimeClient {
  const { accessKeyId, secretAccessKey } = simulator.credentials[0]!
  const settings = {
    region: 'eu-central-1',
    endpoint: simulator.url,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  }
  return new BedrockRuntimeClient(version === 'http1' ? { ...settings, requestHandler: http1Handler() } : settings)
}

export function openaiClient(simulator: Simulator, apiKey = simulator.openaiKey): OpenAI {
  return new OpenAI({ baseURL: simulator.openaiBaseUrl, apiKey, maxRetries: 0 })
}

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

export const SONNET_45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

export const userText = (text: string) => ({ role: 'user' as const, content: [{ text }] })

export const weatherTool = {
  toolSpec: {
    name: 'get_weather',
    description: 'Weather of a city',
    inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  },
}
