import { type ErrorCode, GatewayError } from '@modelgate/core'
import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'

const badKey = 'A valid API key is needed: send it as `X-API-Key`, to OpenAI’s own paths as `Authorization: Bearer`.'
const nothing = 'There is nothing here by this method.'
const floods = 'All callers together send too many requests; try again in a second.'

/** What API Gateway and the firewall say by themselves, before the gateway is asked. */
const errors: readonly (readonly [ResponseType, ErrorCode, string])[] = [
  [ResponseType.UNAUTHORIZED, 'unauthenticated', badKey],
  [ResponseType.ACCESS_DENIED, 'permission_denied', 'This is not allowed here.'],
  [ResponseType.WAF_FILTERED, 'permission_denied', 'The firewall before the gateway refused this request.'],
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, 'not_found', nothing],
  // No method asks for a signature: one that is not there does, and takes a key for a bad one.
  [ResponseType.INVALID_SIGNATURE, 'not_found', nothing],
  [ResponseType.THROTTLED, 'rate_limited', floods],
  [
    ResponseType.REQUEST_TOO_LARGE,
    'request_too_large',
    'The gateway takes requests of up to 6 MB here, as Lambda does.',
  ],
  [ResponseType.AUTHORIZER_FAILURE, 'keys_unavailable', 'Keys cannot be checked now; try again.'],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 'internal', 'The gateway cannot say who calls; its operator can.'],
  [ResponseType.INTEGRATION_TIMEOUT, 'timeout_total', 'The answer took longer than the API waits.'],
  [ResponseType.INTEGRATION_FAILURE, 'upstream_unavailable', 'The gateway cannot answer now; try again.'],
]

/** And whatever else it says, by the status of what it was: whether to try again clients know by that. */
const otherErrors: readonly (readonly [ResponseType, ErrorCode, string])[] = [
  [ResponseType.DEFAULT_4XX, 'invalid_request', 'API Gateway refused this request before the gateway saw it.'],
  [ResponseType.DEFAULT_5XX, 'internal', 'API Gateway could not get an answer of the gateway.'],
]

/**
 * Gives the API's own errors the form and the headers of the gateway's, which OpenAI's clients read, and pages in browsers where these may
 * call: without the header they would be told of no error but CORS's. It names no origin, since nothing that is said here is anybody's.
 */
export function addErrorResponses(api: RestApi, hasCors: boolean): void {
  const cors = {
    'access-control-allow-origin': "'*'",
    'access-control-expose-headers': "'x-request-id, retry-after, x-should-retry'",
  }
  for (const [type, code, message] of errors) {
    const error = new GatewayError(code, message)
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(error.status),
      responseHeaders: {
        'x-request-id': 'context.requestId',
        'x-should-retry': `'${error.retryable}'`,
        ...(error.status === 429 ? { 'retry-after': "'1'" } : {}),
        ...(error.status === 401 ? { 'www-authenticate': "'Bearer'" } : {}),
        ...(hasCors ? cors : {}),
      },
      templates: { 'application/json': JSON.stringify(error.toBody()) },
    })
  }
  for (const [type, code, message] of otherErrors) {
    api.addGatewayResponse(type.responseType, {
      type,
      responseHeaders: { 'x-request-id': 'context.requestId', ...(hasCors ? cors : {}) },
      templates: { 'application/json': JSON.stringify(new GatewayError(code, message).toBody()) },
    })
  }
}
