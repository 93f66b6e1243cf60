import { isPrincipal } from './auth/check-principal.ts'
import { GatewayError } from './errors.ts'
import type { CallOptions } from './gateway.ts'
import { checkMembers, type MembersOf } from './wire/check-members.ts'

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
 * @throws {GatewayError} `invalid_configuration` for an option that is none, a `principal` that is none, and a `signal` that is no AbortSignal
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
  // Null is none, as it is to `fetch`; one of another realm, as in tests over jsdom, is one too.
  if ((signal ?? undefined) === undefined || (typeof signal === 'object' && 'aborted' in signal)) return
  throw new GatewayError(
    'invalid_configuration',
    `${subject}: the option signal is no AbortSignal; give the \`signal\` of an AbortController.`,
  )
}
