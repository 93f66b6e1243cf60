import { isPrincipal } from './auth/check-principal.ts'
import { GatewayError } from './errors.ts'
import type { CallOptions } from './gateway.ts'
import { checkMembers, type MembersOf } from './wire/check-members.ts'
import { shown } from './wire/shown-value.ts'

const members = {
  signal: true,
  principal: true,
  deadlineMs: true,
  cache: true,
  idempotencyKey: true,
  context: true,
  tags: true,
  onReport: true,
} as const satisfies MembersOf<CallOptions>

/**
 * Refuses what a call in process cannot be made with: a deadline misspelt would be none.
 * @param subject the method that got it, such as `gateway.chat()`
 * @throws {GatewayError} `invalid_configuration` for an option that is none, a `principal` that is none, a `signal` that is no AbortSignal,
 * and what is of another kind: a deadline of `NaN` would be none
 */
export function checkCallOptions(options: CallOptions, subject: string): void {
  checkMembers(options, members, subject)
  const { signal, principal } = options
  if ((principal ?? undefined) !== undefined && !isPrincipal(principal)) {
    throw new GatewayError(
      'invalid_configuration',
      `${subject}: the option principal must say who calls, as { tenant: 'team-search' }.`,
    )
  }
  const fault = valueFault(options)
  if (fault !== undefined) throw new GatewayError('invalid_configuration', `${subject}: the option ${fault}`)
  // Null is none, as it is to `fetch`; one of another realm, as in tests over jsdom, is one too.
  if ((signal ?? undefined) === undefined || (typeof signal === 'object' && 'aborted' in signal)) return
  throw new GatewayError(
    'invalid_configuration',
    `${subject}: the option signal is no AbortSignal; give the \`signal\` of an AbortController.`,
  )
}

/** By hand: it is looked at with every call. */
function valueFault({ deadlineMs, cache, idempotencyKey, onReport }: CallOptions): string | undefined {
  if ((deadlineMs ?? undefined) !== undefined && (typeof deadlineMs !== 'number' || Number.isNaN(deadlineMs)))
    return `deadlineMs must be a number, got ${shown(deadlineMs, false)}.`
  if (cache !== undefined && typeof cache !== 'string')
    return `cache must be 'on', 'off' or 'refresh', got ${shown(cache, false)}.`
  if (idempotencyKey !== undefined && typeof idempotencyKey !== 'string')
    return `idempotencyKey must be a string, got ${shown(idempotencyKey, true)}.`
  if ((onReport ?? undefined) !== undefined && typeof onReport !== 'function')
    return `onReport must be a function, got ${shown(onReport, false)}.`
  return undefined
}
