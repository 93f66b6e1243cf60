import type { CheckedOptions } from '../check-options.ts'
import { errorText } from '../error-text.ts'
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

function tellConsole(error: unknown, callId?: string): void {
  console.error('modelgate', callId ?? '', errorText(error))
}
