import {
  type Authenticate,
  checkMembers,
  errorText,
  isGatewayError,
  type MembersOf,
  type Principal,
} from '@modelgate/core'
import { type ReadEvent, readEvent } from '../events/http-event.ts'
import { type AuthorizerContext, authorizerContext, keyDigestOf } from './authorizer-context.ts'
import { checkAuth } from './check-auth.ts'
import { keyRequest } from './key-request.ts'

/** Whose word an authorizer takes, and whom it tells. */
export interface AuthorizerOptions {
  /** Proxies before API Gateway, such as CloudFront, whose word on the caller's address is taken. Default 0. */
  readonly trustProxy?: number | undefined
  /** Told of each caller that is turned away with 401, as `authorizerMetrics()` of `@modelgate/aws/cloudwatch` is to count them. */
  readonly onRefused?: (() => void) | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

const members = { trustProxy: true, onRefused: true, now: true } as const satisfies MembersOf<AuthorizerOptions>

/** What API Gateway is told: a policy, and what it gives on to the function behind. */
export interface AuthorizerResult {
  readonly principalId: string
  readonly policyDocument: {
    readonly Version: '2012-10-17'
    readonly Statement: readonly {
      readonly Action: 'execute-api:Invoke'
      readonly Effect: 'Allow'
      readonly Resource: string
    }[]
  }
  readonly context: AuthorizerContext
}

/** An authorizer's handler, as Lambda calls it. */
export type AuthorizerHandler = (event: unknown) => Promise<AuthorizerResult>

/**
 * A Lambda authorizer for API Gateway: of type REQUEST for a REST API, of payload 2.0 or 1.0 for an HTTP API, which must not ask for
 * simple responses. It knows callers as the gateway does: `Authorization: Bearer`, `Authorization: ApiKey`, `X-API-Key`.
 *
 * The policy covers every method and path of the stage, since API Gateway keeps it for the key and would refuse the key's other calls
 * by a narrower one; scopes are checked by the gateway. A caller who is refused gets 401, a key that cannot be checked now 500: both are
 * errors of the function to Lambda, and neither is kept, so that a new key is let in at once.
 * @param auth the gateway's own, such as `apiKeys(…)`
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and for an `auth` that is no function.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export function toAuthorizerHandler(auth: Authenticate, options: AuthorizerOptions = {}): AuthorizerHandler {
  checkMembers(options, members, 'toAuthorizerHandler()')
  checkAuth(auth, 'toAuthorizerHandler()')
  const { trustProxy = 0, now = Date.now, onRefused } = options
  return async event => {
    const read = readEvent(event)
    const resource = stageOf(event)
    if (!read || !resource) {
      throw new Error('This is no event of a REQUEST authorizer: set the authorizer’s type to REQUEST, not TOKEN.')
    }
    const checkedAt = now()
    const { principal, keyDigest } = await callerOf(read, auth, trustProxy)
    if (!principal) throw unauthorized(onRefused)
    return {
      principalId: principal.keyId ?? principal.userId ?? principal.tenant,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: resource }],
      },
      context: authorizerContext({ principal, checkedAt, keyDigest }),
    }
  }
}

interface Caller {
  /** Absent: turned away. */
  readonly principal: Principal | undefined
  readonly keyDigest: string | undefined
}

async function callerOf({ message }: ReadEvent, auth: Authenticate, trustProxy: number): Promise<Caller> {
  let principal: Principal | undefined
  let keyDigest: string | undefined
  try {
    const request = keyRequest(message, trustProxy)
    principal = await auth(request)
    keyDigest = keyDigestOf(request)
  } catch (error) {
    const isRefusal = isGatewayError(error) && (error.code === 'unauthenticated' || error.code === 'rate_limited')
    if (!isRefusal) throw cannotCheck(error)
  }
  return { principal, keyDigest }
}

/** API Gateway answers 401 to an error of this very message, and 500 to every other. */
function unauthorized(onRefused: AuthorizerOptions['onRefused']): Error {
  try {
    onRefused?.()
  } catch (error) {
    console.error('modelgate authorizer', errorText(error))
  }
  return new Error('Unauthorized')
}

function cannotCheck(error: unknown): Error {
  console.error('modelgate authorizer', errorText(error))
  return new Error('The key cannot be checked now.')
}

/** `arn:aws:execute-api:<region>:<account>:<API>/<stage>/*` of the method that is asked for. */
function stageOf(event: unknown): string | undefined {
  const { methodArn, routeArn } = event as { readonly methodArn?: unknown; readonly routeArn?: unknown }
  const arn = methodArn ?? routeArn
  const [api, stage] = typeof arn === 'string' ? arn.split('/') : []
  return api && stage ? `${api}/${stage}/*` : undefined
}
