import { eventHeaders, eventValues, type Multiple, type Single } from './event-values.ts'
import { decodeBody, type EventBody, type HttpMessage } from './http-message.ts'

/**
 * The proxy event of an API Gateway REST API: payload format 1.0. Its path holds no stage; that of an HTTP API that was told to send
 * this format begins with it, where it is a named one.
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
        readonly apiId?: string | undefined
        readonly stage?: string | undefined
        readonly identity?: { readonly sourceIp?: string | undefined } | undefined
        readonly authorizer?: unknown
      }
    | undefined
}

/** Whether an event came from a REST API, or in its format. */
export function isRestApiEvent(event: object): event is RestApiEvent {
  const { httpMethod, path, requestContext } = event as Partial<RestApiEvent>
  // A load balancer's event looks alike, but its query is not decoded and its answer may need another shape.
  if (requestContext && 'elb' in requestContext) return false
  return typeof httpMethod === 'string' && typeof path === 'string'
}

/** A REST API's event as a request. */
export function readRestApiEvent(event: RestApiEvent): HttpMessage {
  const stage = event.requestContext?.stage
  return {
    method: event.httpMethod,
    path: event.path + query(event),
    ...eventHeaders(event.multiValueHeaders, event.headers),
    address: event.requestContext?.identity?.sourceIp,
    stage: stage === '$default' ? undefined : stage,
    readBody: () => decodeBody(event),
  }
}

function query(event: RestApiEvent): string {
  const parameters = new URLSearchParams()
  for (const [name, values] of eventValues(event.multiValueQueryStringParameters, event.queryStringParameters)) {
    for (const value of values) parameters.append(name, value)
  }
  return parameters.size > 0 ? `?${parameters.toString()}` : ''
}
