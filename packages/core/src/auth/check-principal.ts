import type { Principal } from '../principal.ts'

/**
 * What a login of the host's has said, held to its type: anything else would let callers in as somebody without limits, `false` and a
 * function that nobody called among them.
 * @param from who said it, such as `auth`
 * @returns absent for nobody
 * @throws {TypeError} so that the door answers 500, and its log says why
 */
export function checkPrincipal(given: unknown, from: string): Principal | undefined {
  if (given === undefined || given === null) return undefined
  if (isPrincipal(given)) return given
  throw new TypeError(
    `${from} must give a principal, as { tenant: 'team-search' }, or undefined for nobody; it gave ${nameOf(given)}.`,
  )
}

/** Whether a value says who calls. Its other members are left to the types. */
export function isPrincipal(given: unknown): given is Principal {
  return typeof given === 'object' && given !== null && typeof (given as Partial<Principal>).tenant === 'string'
}

/** A text may be a key, and is not repeated. */
function nameOf(given: unknown): string {
  if (typeof given === 'boolean') return String(given)
  return typeof given === 'object' ? 'an object without a `tenant`' : `a ${typeof given}`
}
