import { type AuthRequest, apiKeyOf, invalidKey, missingKey } from '../auth/authenticate.ts'
import { checkPrincipal } from '../auth/check-principal.ts'
import { GatewayError } from '../errors.ts'
import { isPromise } from '../is-promise.ts'
import type { Principal } from '../principal.ts'
import type { Claim } from './callers.ts'
import type { DoorOptions } from './exchange.ts'
import type { DoorRequest } from './front.ts'
import { ProxiedRequest } from './proxied-request.ts'

/** As much of a request as authentication looks at. */
export type Asking = Pick<DoorRequest, keyof AuthRequest | 'doubled' | 'principal'>

/** At once where it is known at once; nobody where `auth` is `'none'`. */
type MaybePrincipal = Principal | undefined | PromiseLike<Principal | undefined>

const host = "the host's `principal`"

/**
 * Who sends a request: the host's login knows, or a key of the gateway's, or the caller's own credentials for an upstream, where these
 * are enough. At once where the host's login and the key store answer at once.
 * @param claim what the request's headers say of such credentials
 * @throws {GatewayError} `unauthenticated`, `rate_limited`, `keys_unavailable`; a promise rejects with them.
 */
export function authenticateCaller(request: Asking, options: DoorOptions, claim?: Claim): MaybePrincipal {
  const given = request.principal?.()
  if (isPromise(given)) return given.then(said => checkPrincipal(said, host) ?? byKeyOrAlone(request, options, claim))
  return checkPrincipal(given, host) ?? byKeyOrAlone(request, options, claim)
}

/** A request with its caller's address as far as proxies are trusted. */
export function asSeen(request: Asking, { trustProxy }: DoorOptions): AuthRequest {
  return trustProxy === 0 ? request : new ProxiedRequest(request, trustProxy)
}

function byKeyOrAlone(request: Asking, options: DoorOptions, claim: Claim | undefined): MaybePrincipal {
  const { callers } = options
  if (!claim || !callers) return byKey(request, options)
  const seen = asSeen(request, options)
  const orAlone = (refusal: unknown): Principal => {
    const principal = callers.alone(claim, seen, refusal)
    if (principal) return principal
    throw callers.withRemedy(refusal)
  }
  let known: MaybePrincipal
  try {
    known = byKey(request, options)
  } catch (refusal) {
    return orAlone(refusal)
  }
  return isPromise(known) ? known.then(undefined, orAlone) : (known ?? callers.alone(claim, seen))
}

function byKey(request: Asking, options: DoorOptions): MaybePrincipal {
  const { auth } = options
  if (auth === 'none') return undefined
  if (!auth) {
    throw new GatewayError(
      'unauthenticated',
      "This gateway has no authentication configured, so its door is shut. Give createGateway() an `auth`: apiKeys(…), a function, or 'none'.",
    )
  }
  if (request.doubled?.includes('authorization')) {
    throw new GatewayError('unauthenticated', 'The header authorization came more than once; send it once.')
  }
  const principal = auth(asSeen(request, options))
  if (isPromise(principal)) return principal.then(said => checkPrincipal(said, '`auth`') ?? nobody(request))
  return checkPrincipal(principal, '`auth`') ?? nobody(request)
}

function nobody({ headers }: Asking): never {
  throw apiKeyOf(headers) ? invalidKey() : missingKey()
}
