import { type AuthRequest, apiKeyOf, hashKey, type Principal } from '@modelgate/core'
import type { LambdaHttpEvent } from '../events/http-event.ts'

/** Strings and numbers only: API Gateway refuses what holds anything else. */
export type AuthorizerContext = Readonly<Record<string, string | number>>

/** What an authorizer said of a caller. */
export interface SaidOfCaller {
  readonly principal: Principal
  /** When the key was checked, in milliseconds since 1970: a cached answer is as old as this says. */
  readonly checkedAt: number
  /** Of the key that was checked; absent where the caller was known without one. */
  readonly keyDigest: string | undefined
}

/**
 * What goes into an event's `requestContext.authorizer`. Tenant, user, key id, tier and scopes stand by themselves, for access logs and
 * mapping templates; `modelgate` holds what {@link saidOfCaller} reads.
 */
export function authorizerContext(said: SaidOfCaller): AuthorizerContext {
  const { tenant, userId, keyId, tier, permissions } = said.principal
  const members = { tenant, userId, keyId, tier, scopes: permissions?.join(' '), modelgate: JSON.stringify(said) }
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, string] => member[1] !== undefined),
  )
}

/** What an event's authorizer said, if it was ours; an event's other authorizers keep their words elsewhere, or have none of this name. */
export function saidOfCaller(event: LambdaHttpEvent): SaidOfCaller | undefined {
  const authorizer = event.requestContext?.authorizer
  // An HTTP API sets a Lambda authorizer's words apart from those of JWT and IAM; a REST API has one authorizer.
  const words = 'rawPath' in event ? memberOf(authorizer, 'lambda') : authorizer
  const text = memberOf(words, 'modelgate')
  return typeof text === 'string' ? parse(text) : undefined
}

/** Enough of a key's hash to know it again, and too little to look it up with. */
export function keyDigestOf({ headers }: Pick<AuthRequest, 'headers'>): string | undefined {
  const key = apiKeyOf(headers)
  return key === undefined ? undefined : hashKey(`authorizer:${key}`).slice(0, 32)
}

function parse(text: string): SaidOfCaller | undefined {
  try {
    const said = JSON.parse(text) as SaidOfCaller
    return typeof said.principal.tenant === 'string' && typeof said.checkedAt === 'number' ? said : undefined
  } catch {
    return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}
