import { isAlbEvent } from './events/alb-event.ts'
import { eventHeaders } from './events/event-values.ts'

/**
 * Whether an event is a load balancer's health check, which sends no key. The user agent can be anybody's: the answer says nothing but
 * that the function runs, and costs nothing.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#enable-health-checks-lambda
 */
export function isHealthCheck(event: unknown): boolean {
  if (!isAlbEvent(event) || event.httpMethod !== 'GET') return false
  const { headers } = eventHeaders(event.multiValueHeaders, event.headers)
  return headers['user-agent']?.startsWith('ELB-HealthChecker/') ?? false
}
