import {
  type Authenticate,
  checkMembers,
  GatewayError,
  isGatewayError,
  type MembersOf,
  type Principal,
} from '@modelgate/core'
import { type LambdaHttpEvent, readEvent } from '../events/http-event.ts'
import { keyDigestOf, type SaidOfCaller, saidOfCaller } from './authorizer-context.ts'
import { checkAuth } from './check-auth.ts'
import { keyRequest } from './key-request.ts'

/** Whose authorizer is believed, and how far. */
export interface AuthorizedCallerOptions {
  /** The id of the API whose authorizer is {@link toAuthorizerHandler}, such as `a1b2c3d4e5`; or several. Needed. */
  readonly apiId: string | readonly string[] | undefined
  /** What checks the key again: the gateway's own. */
  readonly auth: Authenticate
  /**
   * How old what the authorizer said may be when it stands in for a key store that is down, in milliseconds from the key's own check.
   * Default 300,000; 0 for never.
   */
  readonly staleMs?: number | undefined
  /** Proxies before API Gateway, whose word on the caller's address is taken. Default 0. */
  readonly trustProxy?: number | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

const members = {
  apiId: true,
  auth: true,
  staleMs: true,
  trustProxy: true,
  now: true,
} as const satisfies MembersOf<AuthorizedCallerOptions>

/**
 * Who calls, of a request that an authorizer has let in: the option `principal` of the handler behind it.
 *
 * The key is checked again at every call, since API Gateway keeps an authorizer's answer and lets a revoked key in until it forgets it;
 * tenant, tier and scopes are those that the key has now. Only while its store is down does what the authorizer said stand in, if it
 * said it of the same key, and less than `staleMs` ago.
 *
 * It is believed only in an event whose `requestContext.apiId` is `apiId`. AWS writes `requestContext`; nothing of a client's path,
 * headers or body gets into it, and an event of a function URL, a load balancer or another API has another id or none. Of those nothing
 * is believed: the gateway's `auth` is asked. Who may invoke the function by IAM writes the event, too: grant that to the API alone.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, for an `auth` that is no function, and without an API's id: every API's context would be believed.
 */
export function authorizedCaller(
  options: AuthorizedCallerOptions,
): (event: LambdaHttpEvent) => Promise<Principal | undefined> {
  checkMembers(options ?? [], members, 'authorizedCaller()')
  checkAuth(options.auth, 'authorizedCaller()')
  const { auth, staleMs = 300_000, trustProxy = 0, now = Date.now } = options
  const apiIds = [options.apiId ?? []].flat()
  if (apiIds.length === 0 || apiIds.includes('')) {
    throw new GatewayError(
      'invalid_configuration',
      'apiId: give the id of the API whose authorizer is to be believed, such as a1b2c3d4e5; without it nobody could say whose words these are.',
    )
  }
  const standsIn = (said: SaidOfCaller, keyDigest: string | undefined): boolean => {
    const ageMs = now() - said.checkedAt
    return keyDigest !== undefined && keyDigest === said.keyDigest && ageMs >= 0 && ageMs < staleMs
  }
  return async event => {
    const said = apiIds.includes(apiIdOf(event) ?? '') ? saidOfCaller(event) : undefined
    const read = said && readEvent(event)
    if (!read) return undefined
    const request = keyRequest(read.message, trustProxy)
    try {
      const principal = await auth(request)
      if (principal) return principal
    } catch (error) {
      const isDown = isGatewayError(error) && error.code === 'keys_unavailable'
      if (isDown && standsIn(said, keyDigestOf(request))) return said.principal
      throw error
    }
    throw new GatewayError(
      'unauthenticated',
      'Nobody is known here by what this request carries; send a valid API key.',
    )
  }
}

function apiIdOf({ requestContext }: LambdaHttpEvent): string | undefined {
  return requestContext && 'apiId' in requestContext ? requestContext.apiId : undefined
}
