import { readErrorBody, type Transport, type UpstreamBody, type UpstreamResponse, unlessAborted } from '@modelgate/core'
import type { Authorization, Authorizer } from '../credentials/aws-credentials.ts'
import { failureOfResponse, toBedrockError } from '../errors/errors.ts'
import { remembered } from '../remembered.ts'
import type { Endpoints, Plane } from './endpoints.ts'
import type { Signer } from './sign.ts'

/** One request to either plane. */
export interface ApiRequest {
  readonly plane: Plane
  readonly method: 'GET' | 'POST'
  /** Starts with `/`; its segments are percent-encoded already. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>> | undefined
  /** Sent with our own and instead of them; lower-case names. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent unsigned: whoever instruments HTTP puts its own span in their place, and Bedrock refuses what was changed after it was signed. */
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined
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

/**
 * Bedrock's two planes over the transport port: authorised, errors translated, nothing retried, but for what came with credentials
 * that had expired while others can be had.
 */
export interface BedrockApi {
  /**
   * Resolves with the head of a successful answer.
   * @throws {GatewayError} what the answer's exception means; whatever the transport throws.
   */
  send(request: ApiRequest): Promise<UpstreamResponse>
}

/** What a {@link BedrockApi} is put together from. */
interface ApiParts {
  readonly endpoints: Endpoints
  readonly transport: Transport
  readonly authorizer: Authorizer
  readonly sign: Signer
  /** What an answer's exception means. Default: as for the gateway's own credentials. */
  readonly toError?: typeof toBedrockError | undefined
}

/** Puts the parts together; does no I/O. */
export function createBedrockApi({
  endpoints,
  transport,
  authorizer,
  sign,
  toError = toBedrockError,
}: ApiParts): BedrockApi {
  function authorized(signal: AbortSignal): Authorization | Promise<Authorization> {
    const found = authorizer.authorize()
    return found instanceof Promise ? unlessAborted(found, signal) : found
  }

  function headersFor(authorization: Authorization, { method, url, body }: Outgoing, own: ApiRequest['headers']) {
    const usual = body ? headersOfBody : headersOfNone
    const headers = own ? { ...usual, ...own } : usual
    if (authorization.kind === 'bearer') return { ...headers, authorization: `Bearer ${authorization.token}` }
    return sign({ method, url, headers, body }, authorization.credentials)
  }

  const urlOf = (plane: Plane, path: string): URL => new URL(`${endpoints.url(plane)}${path}`)
  // By path alone: whoever has kept that, as calls of models have, finds its URL without a new text to be hashed.
  const plainUrls: Readonly<Record<Plane, (path: string) => URL>> = {
    runtime: remembered(path => urlOf('runtime', path)),
    control: remembered(path => urlOf('control', path)),
  }

  function urlFor({ plane, path, query }: ApiRequest): URL {
    if (!query) return plainUrls[plane](path)
    const url = urlOf(plane, path)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }

  return {
    async send(request) {
      const { method, signal, connectMs } = request
      const outgoing: Outgoing = { method, url: urlFor(request), body: request.body && bytesOf(request.body) }
      for (let isAgain = false; ; isAgain = true) {
        const found = authorized(signal)
        const authorization = found instanceof Promise ? await found : found
        const headers = headersFor(authorization, outgoing, request.headers)
        if (request.traceHeaders) Object.assign(headers, request.traceHeaders)
        const response = await transport.send({ ...outgoing, headers, signal, connectMs })
        if (response.status >= 200 && response.status < 300) return response
        const readFailure = request.readFailure ?? failureOfResponse
        const failure = readFailure({ ...response, body: await errorText(response.body) })
        const mayRenew = /^expiredtoken/i.test(failure.name) && authorizer.forget(authorization)
        // Nothing was done for a request whose credentials were over: with new ones it is the same call, once.
        if (!mayRenew || isAgain) throw toError({ ...failure, action: request.action })
      }
    },
  }
}

const headersOfNone = { accept: 'application/json' }
const headersOfBody = { ...headersOfNone, 'content-type': 'application/json' }

/** A request but for what it is authorised with. */
interface Outgoing {
  readonly method: ApiRequest['method']
  readonly url: URL
  readonly body: Uint8Array | undefined
}

function bytesOf(body: object): Uint8Array {
  return body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
}

async function errorText(body: UpstreamBody): Promise<string> {
  const bytes = await readErrorBody(body)
  return bytes ? Buffer.from(bytes).toString('utf8') : ''
}
