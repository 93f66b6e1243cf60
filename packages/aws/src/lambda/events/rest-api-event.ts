import { decodeBody, type EventBody, type HttpMessage } from './http-message.ts'

type Single = Readonly<Record<string, string | undefined>>
type Multiple = Readonly<Record<string, readonly string[] | undefined>>

/**
 * The proxy event of an API Gateway REST API: payload format 1.0. Its path holds no stage.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export interface RestApiEvent extends EventBody {
  readonly httpMethod: string
  readonly path: string
  /** Names as the client wrote them. */
  readonly headers?: Single | null | undefined
  readonly multiValueHeaders?: Multiple | null | undefined
  /** Values are decoded. */
  readonly queryStringParameters?: Single | null | undefined
  readonly multiValueQueryStringParameters?: Multiple | null | undefined
  readonly requestContext?:
    | {
        readonly stage?: string | undefined
        readonly identity?: { readonly sourceIp?: string | undefined } | undefined
        readonly authorizer?: unknown
      }
    | undefined
}

export function isRestApiEvent(event: object): event is RestApiEvent {
  const { httpMethod, path, requestContext } = event as Partial<RestApiEvent>
  // A load balancer's event looks alike, but its query is not decoded and its answer may need another shape.
  if (requestContext && 'elb' in requestContext) return false
  return typeof httpMethod === 'string' && typeof path === 'string'
}

export function readRestApiEvent(event: RestApiEvent): HttpMessage {
  const headers = entries(event.multiValueHeaders, event.headers)
  const values = new Map<string, readonly string[]>()
  for (const [name, given] of headers) {
    const lower = name.toLowerCase()
    values.set(lower, [...(values.get(lower) ?? []), ...given])
  }
  return {
    method: event.httpMethod,
    path: event.path + query(event),
    headers: Object.fromEntries([...values].map(([name, given]) => [name, given.join(', ')])),
    address: event.requestContext?.identity?.sourceIp,
    doubled: (values.get('authorization')?.length ?? 0) > 1 ? ['authorization'] : undefined,
    readBody: () => decodeBody(event),
  }
}

function query(event: RestApiEvent): string {
  const parameters = new URLSearchParams()
  for (const [name, values] of entries(event.multiValueQueryStringParameters, event.queryStringParameters)) {
    for (const value of values) parameters.append(name, value)
  }
  return parameters.size > 0 ? `?${parameters.toString()}` : ''
}

/** Some senders give both forms and some only one; the multiple one is whole. */
function entries(
  multiple: Multiple | null | undefined,
  single: Single | null | undefined,
): (readonly [name: string, values: readonly string[]])[] {
  if (multiple) return Object.entries(multiple).map(([name, values]) => [name, values ?? []])
  return Object.entries(single ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value]]]))
}
