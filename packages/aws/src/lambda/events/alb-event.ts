import { clientAddress } from '@modelgate/core'
import { eventHeaders, eventValues, type Multiple, type Single } from './event-values.ts'
import { decodeBody, type EventBody, type HttpMessage } from './http-message.ts'

/**
 * The event of an Application Load Balancer. With multi-value headers switched on at its target group, `multiValueHeaders` and
 * `multiValueQueryStringParameters` stand in place of the single ones.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export interface AlbEvent extends EventBody {
  readonly httpMethod: string
  readonly path: string
  /** Lower-case names. */
  readonly headers?: Single | null | undefined
  readonly multiValueHeaders?: Multiple | null | undefined
  /** Names and values as they stood in the URL: encoded. */
  readonly queryStringParameters?: Single | null | undefined
  readonly multiValueQueryStringParameters?: Multiple | null | undefined
  readonly requestContext: {
    readonly elb: { readonly targetGroupArn?: string | undefined }
    readonly authorizer?: undefined
  }
}

/** Whether an event came from a load balancer. */
export function isAlbEvent(event: unknown): event is AlbEvent {
  if (typeof event !== 'object' || event === null) return false
  const { httpMethod, path, requestContext } = event as Partial<AlbEvent>
  const isFromBalancer = typeof requestContext === 'object' && requestContext !== null && 'elb' in requestContext
  return isFromBalancer && typeof httpMethod === 'string' && typeof path === 'string'
}

/** A load balancer's event as a request. */
export function readAlbEvent(event: AlbEvent): HttpMessage {
  const { headers, doubled } = eventHeaders(event.multiValueHeaders, event.headers)
  return {
    method: event.httpMethod,
    path: event.path + query(event),
    headers,
    doubled,
    // The load balancer appends who called it; an event has no peer beside that.
    address: clientAddress(undefined, headers['x-forwarded-for'], 1),
    readBody: () => decodeBody(event),
  }
}

/** Put together as it came: encoding it again would turn `%26` into `%2526`. */
function query(event: AlbEvent): string {
  const pairs = eventValues(event.multiValueQueryStringParameters, event.queryStringParameters).flatMap(
    ([name, values]) => values.map(value => `${name}=${value}`),
  )
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}
