import { abortError, readBody, type Transport, type UpstreamBody, type UpstreamResponse } from '@modelgate/core'
import type { Authorizer } from './credentials.ts'
import type { Endpoints, Plane } from './endpoints.ts'
import { failureOfResponse, toBedrockError } from './errors.ts'
import type { Signer } from './sign.ts'
import { unlessAborted } from './unless-aborted.ts'

/** One request to either plane. */
export interface ApiRequest {
  readonly plane: Plane
  readonly method: 'GET' | 'POST'
  /** Starts with `/`; its segments are percent-encoded already. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly body?: object | undefined
  readonly signal: AbortSignal
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

/** Error bodies are a line or an HTML page. */
const maxErrorBytes = 256 * 1024

/** Puts the parts together; does no I/O. */
export function createBedrockApi({ endpoints, transport, authorizer, sign }: ApiParts): BedrockApi {
  async function headersFor(
    url: URL,
    request: ApiRequest,
    body: Uint8Array | undefined,
  ): Promise<Record<string, string>> {
    const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) }
    const authorization = await unlessAborted(authorizer.authorize(), request.signal)
    if (authorization.kind === 'bearer') return { ...headers, authorization: `Bearer ${authorization.token}` }
    return sign({ method: request.method, url, headers, body }, authorization.credentials)
  }

  return {
    async send(request) {
      const { method, signal } = request
      const url = new URL(`${endpoints.url(request.plane)}${request.path}`)
      for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value)
      const body = request.body && Buffer.from(JSON.stringify(request.body))
      const headers = await headersFor(url, request, body)
      const response = await transport.send({ method, url, headers, body, signal })
      if (response.status >= 200 && response.status < 300) return response
      const failure = failureOfResponse({ ...response, body: await errorText(response.body, signal) })
      if (/^expiredtoken/i.test(failure.name)) authorizer.forget()
      throw toBedrockError({ ...failure, action: request.action })
    },
  }
}

/** An error's body. One that breaks off or is too long must not hide the status that came before it. */
async function errorText(body: UpstreamBody, signal: AbortSignal): Promise<string> {
  try {
    return Buffer.from(await readBody(body, maxErrorBytes)).toString('utf8')
  } catch {
    if (signal.aborted) throw abortError(signal)
    return ''
  }
}
