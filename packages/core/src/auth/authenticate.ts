import type { Principal } from '../contract.ts'
import { GatewayError } from '../errors.ts'

/** What authentication may look at: never the body, which is not read before the caller is known. */
export interface AuthRequest {
  readonly method: string
  /** Path and query, without a base path. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The caller's IP address as far as proxies are trusted; absent where the front cannot know it. */
  readonly address?: string | undefined
}

/**
 * Says who calls. `undefined` is nobody: the door answers 401. A {@link GatewayError} thrown here is answered as it is;
 * anything else thrown is a 500, so that a broken login never lets a caller in.
 */
export type Authenticate = (request: AuthRequest) => Principal | undefined | PromiseLike<Principal | undefined>

/**
 * The key a caller sent as `Authorization: Bearer`, `Authorization: ApiKey` or `X-API-Key`.
 * @throws {GatewayError} `unauthenticated` when two different keys were sent: which one pays would be a guess.
 */
export function apiKeyOf(headers: AuthRequest['headers']): string | undefined {
  const authorization = headers.authorization
  const fromScheme = authorization && /^(?:bearer|apikey) +(\S+) *$/i.exec(authorization)?.[1]
  const fromHeader = headers['x-api-key']?.trim() || undefined
  if (fromScheme && fromHeader && fromScheme !== fromHeader) {
    throw new GatewayError(
      'unauthenticated',
      'Two different API keys were sent, in Authorization and in X-API-Key; send one.',
    )
  }
  return fromScheme || fromHeader
}

const howToSend = 'as `Authorization: Bearer <key>` or `X-API-Key: <key>`'

/** One answer for a key that is malformed, unknown, revoked or expired: a prober learns nothing from it. */
export function invalidKey(): GatewayError {
  const message = `The API key that came is not known here, or is valid no more: send a valid one ${howToSend}.`
  return new GatewayError('unauthenticated', message)
}

/** For a request without a key. */
export function missingKey(): GatewayError {
  return new GatewayError('unauthenticated', `No API key came with the request: send a valid one ${howToSend}.`)
}
