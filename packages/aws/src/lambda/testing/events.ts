import { Buffer } from 'node:buffer'
import type { AlbEvent } from '../events/alb-event.ts'
import type { HttpApiEvent } from '../events/http-api-event.ts'
import type { RestApiEvent } from '../events/rest-api-event.ts'

/** A request as a client sends it, to be wrapped in an event. */
export interface SentRequest {
  /** Default `POST` with a body, else `GET`. */
  readonly method?: string | undefined
  /** Path and query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Bytes are sent as base64, anything else but a string as JSON. */
  readonly body?: unknown
  /** Sends the body as base64, as Lambda does with what it takes for binary. */
  readonly base64?: boolean | undefined
  /** Where it comes from. Default `192.0.2.1`. */
  readonly address?: string | undefined
  /** The API's stage; payload format 2.0 has it in the path as well. Default `$default`, of a REST API `prod`. */
  readonly stage?: string | undefined
  /** The API's id, as AWS puts it in the event. Default `a1b2c3d4e5`. */
  readonly apiId?: string | undefined
  /** What the API's authorizer found, as AWS puts it in the event. */
  readonly authorizer?: object | undefined
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
    requestContext: { ...apiOf(sent), stage, http: { method: methodOf(sent), sourceIp: addressOf(sent) } },
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
    requestContext: { ...apiOf(sent), stage, identity: { sourceIp: addressOf(sent) } },
    ...eventBody(sent),
  }
}

/** The event of an Application Load Balancer, which appends the address to `x-forwarded-for`. It has no stage. */
export function albEvent(
  sent: SentRequest,
  { multiValue = false }: { readonly multiValue?: boolean | undefined } = {},
): AlbEvent {
  const { path, query } = split(sent.path)
  const headers = new Map(Object.entries(sent.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  const forwardedFor = headers.get('x-forwarded-for')
  headers.set('x-forwarded-for', forwardedFor ? `${forwardedFor}, ${addressOf(sent)}` : addressOf(sent))
  const parameters: [name: string, value: string][] = query
    ? query.split('&').map(pair => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)])
    : []
  const form = multiValue
    ? { multiValueHeaders: inLists(headers), multiValueQueryStringParameters: inLists(parameters) }
    : { headers: Object.fromEntries(headers), queryStringParameters: Object.fromEntries(parameters) }
  const targetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/gateway/6d0ecf831eec9f09'
  const { body, isBase64Encoded } = eventBody(sent)
  return {
    httpMethod: methodOf(sent),
    path,
    ...form,
    requestContext: { elb: { targetGroupArn } },
    body: body ?? '',
    isBase64Encoded,
  }
}

function inLists(pairs: Iterable<readonly [name: string, value: string]>): Record<string, string[]> {
  const lists = new Map<string, string[]>()
  for (const [name, value] of pairs) lists.set(name, [...(lists.get(name) ?? []), value])
  return Object.fromEntries(lists)
}

function apiOf({ apiId = 'a1b2c3d4e5', authorizer }: SentRequest): { apiId: string; authorizer?: object } {
  return authorizer ? { apiId, authorizer } : { apiId }
}

function addressOf({ address = '192.0.2.1' }: SentRequest): string {
  return address
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
  if (body instanceof Uint8Array) return { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { body: base64 ? Buffer.from(text).toString('base64') : text, isBase64Encoded: base64 }
}
