import type { CheckedOptions } from '../check-options.ts'
import { redactKeys } from '../telemetry/content/redact-secrets.ts'
import { logErrors } from '../telemetry/logs/log-calls.ts'
import { tellSafely } from '../tell-safely.ts'

/** Is told what no caller may see. Throws nothing. */
export type ErrorTeller = (error: unknown, callId?: string) => void

/**
 * The listener for errors that the options name, else their logger, else the console. One that throws, or rejects, must not take the
 * process, or the answer, with it.
 */
export function errorTeller({ onError, logger }: Pick<CheckedOptions, 'onError' | 'logger'>): ErrorTeller {
  const tell = onError ?? (logger ? logErrors(logger) : tellConsole)
  return (error, callId) =>
    tellSafely(
      () => tell(error, callId),
      fault => tellConsole(fault, callId),
    )
}

/**
 * Stacks only: an error printed whole shows its members too, and an HTTP client's error carries the request's headers. What looks like a
 * key is masked, as in a log: clients quote in messages the URL that they could not reach, with its password.
 */
function tellConsole(error: unknown, callId?: string): void {
  console.error('modelgate', callId ?? '', redactKeys(stackOf(error)))
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\n  caused by ${stackOf(error.cause)}` : own
}
