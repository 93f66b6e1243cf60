import { Buffer } from 'node:buffer'
import type { HttpApiEvent } from '../events/http-api-event.ts'
import type { RestApiEvent } from '../events/rest-api-event.ts'

/** A request as a client sends it, to be wrapped in an event. */
export interface SentRequest {
  /** Default `POST` with a body, else `GET`. */
  readonly method?: string | undefined
  /** Path and query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Anything but a string is sent as JSON. */
  readonly body?: unknown
  /** Sends the body as base64, as Lambda does with what it takes for binary. */
  readonly base64?: boolean | undefined
  /** Where it comes from. Default `192.0.2.1`. */
  readonly address?: string | undefined
  /** The API's stage; payload format 2.0 has it in the path as well. Default `$default`. */
  readonly stage?: string | undefined
}

/** The event of a function URL or an HTTP API: payload format 2.0. */
export function functionUrlEvent(sent: SentRequest): HttpApiEvent {
  const { stage = '$default', headers = {} } = sent
  const { path, query } = split(sent.path)
  return {
    version: '2.0',
    rawPath: stage === '$default' ? path : `/${stage}${path}`,
    rawQueryString: query,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    requestContext: { stage, http: { method: methodOf(sent), sourceIp: sent.address ?? '192.0.2.1' } },
    ...eventBody(sent),
  }
}

/** The event of a REST API: payload format 1.0, with header names as they were sent. */
export function restApiEvent(sent: SentRequest): RestApiEvent {
  const { stage = 'prod', headers = {} } = sent
  const { path, query } = split(sent.path)
  const parameters = new URLSearchParams(query)
  return {
    httpMethod: methodOf(sent),
    path,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: query ? Object.fromEntries(parameters) : null,
    multiValueQueryStringParameters: query
      ? Object.fromEntries([...parameters.keys()].map(name => [name, parameters.getAll(name)]))
      : null,
    requestContext: { stage, identity: { sourceIp: sent.address ?? '192.0.2.1' } },
    ...eventBody(sent),
  }
}

function methodOf({ method, body }: SentRequest): string {
  return method ?? (body === undefined ? 'GET' : 'POST')
}

function split(path: string): { readonly path: string; readonly query: string } {
  const at = path.indexOf('?')
  return at < 0 ? { path, query: '' } : { path: path.slice(0, at), query: path.slice(at + 1) }
}

function eventBody({ body, base64 = false }: SentRequest): { body: string | null; isBase64Encoded: boolean } {
  if (body === undefined) return { body: null, isBase64Encoded: false }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { body: base64 ? Buffer.from(text).toString('base64') : text, isBase64Encoded: base64 }
}
