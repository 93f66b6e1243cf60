import { readErrorBody, type Transport, type UpstreamBody, type UpstreamResponse } from '@modelgate/core'
import type { Authorizer } from './credentials.ts'
import type { Endpoints, Plane } from './endpoints.ts'
import { failureOfResponse, toBedrockError } from './errors.ts'
import { remembered } from './remembered.ts'
import type { Signer } from './sign.ts'
import { unlessAborted } from './unless-aborted.ts'

/** One request to either plane. */
export interface ApiRequest {
  readonly plane: Plane
  readonly method: 'GET' | 'POST'
  /** Starts with `/`; its segments are percent-encoded already. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>> | undefined
  /** Sent with our own and instead of them; lower-case names. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON, unless it is bytes already. */
  readonly body?: object | undefined
  readonly signal: AbortSignal
  /** As the transport takes it. */
  readonly connectMs?: number | undefined
  /** How an answer whose status is no success is read. Default: as Bedrock's own. */
  readonly readFailure?: typeof failureOfResponse | undefined
  /** The IAM action it needs, such as `bedrock:InvokeModel`: an access error names it. */
  readonly action: string
}

/** Bedrock's two planes over the transport port: authorised, errors translated, nothing retried. */
export interface BedrockApi {
  /**
   * Resolves with the head of a successful answer.
   * @throws {GatewayError} what the answer's exception means; whatever the transport throws.
   */
  send(request: ApiRequest): Promise<UpstreamResponse>
}

/** What a {@link BedrockApi} is put together from. */
export interface ApiParts {
  readonly endpoints: Endpoints
  readonly transport: Transport
  readonly authorizer: Authorizer
  readonly sign: Signer
}

/** Puts the parts together; does no I/O. */
export function createBedrockApi({ endpoints, transport, authorizer, sign }: ApiParts): BedrockApi {
  async function headersFor(
    url: URL,
    request: ApiRequest,
    body: Uint8Array | undefined,
  ): Promise<Record<string, string>> {
    const headers = {
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
      ...request.headers,
    }
    const found = authorizer.authorize()
    const authorization = found instanceof Promise ? await unlessAborted(found, request.signal) : found
    if (authorization.kind === 'bearer') return { ...headers, authorization: `Bearer ${authorization.token}` }
    return sign({ method: request.method, url, headers, body }, authorization.credentials)
  }

  const plainUrl = remembered(href => new URL(href))

  function urlFor({ plane, path, query }: ApiRequest): URL {
    const href = `${endpoints.url(plane)}${path}`
    if (!query) return plainUrl(href)
    const url = new URL(href)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }

  return {
    async send(request) {
      const { method, signal, connectMs } = request
      const url = urlFor(request)
      const body = request.body && bytesOf(request.body)
      const headers = await headersFor(url, request, body)
      const response = await transport.send({ method, url, headers, body, signal, connectMs })
      if (response.status >= 200 && response.status < 300) return response
      const readFailure = request.readFailure ?? failureOfResponse
      const failure = readFailure({ ...response, body: await errorText(response.body) })
      if (/^expiredtoken/i.test(failure.name)) authorizer.forget()
      throw toBedrockError({ ...failure, action: request.action })
    },
  }
}

function bytesOf(body: object): Uint8Array {
  return body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
}

async function errorText(body: UpstreamBody): Promise<string> {
  const bytes = await readErrorBody(body)
  return bytes ? Buffer.from(bytes).toString('utf8') : ''
}
