import { eventHeaders, type Single } from './event-values.ts'
import { decodeBody, type EventBody, type HttpMessage } from './http-message.ts'

/**
 * The event of a function URL and of an API Gateway HTTP API: payload format 2.0.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export interface HttpApiEvent extends EventBody {
  readonly version: '2.0'
  readonly rawPath: string
  readonly rawQueryString?: string | undefined
  /** Lower-case names, or as the client wrote them where `sam local` made the event; repeated headers are joined with commas. */
  readonly headers?: Single | undefined
  /** Taken out of the headers. */
  readonly cookies?: readonly string[] | undefined
  readonly requestContext: {
    readonly apiId?: string | undefined
    readonly http: { readonly method: string; readonly sourceIp?: string | undefined }
    /** `$default` where the path holds no stage. */
    readonly stage?: string | undefined
    readonly authorizer?: unknown
  }
}

/** Whether an event came from an HTTP API or a function URL. */
export function isHttpApiEvent(event: object): event is HttpApiEvent {
  const { version, rawPath, requestContext } = event as Partial<HttpApiEvent>
  return version === '2.0' && typeof rawPath === 'string' && typeof requestContext?.http?.method === 'string'
}

/** An HTTP API's or a function URL's event as a request. */
export function readHttpApiEvent(event: HttpApiEvent): HttpMessage {
  const { rawPath, rawQueryString, cookies, requestContext } = event
  const { stage } = requestContext
  return {
    method: requestContext.http.method,
    path: rawQueryString ? `${rawPath}?${rawQueryString}` : rawPath,
    ...eventHeaders(undefined, cookies?.length ? { ...event.headers, cookie: cookies.join('; ') } : event.headers),
    address: requestContext.http.sourceIp,
    stage: stage === '$default' ? undefined : stage,
    readBody: () => decodeBody(event),
  }
}
