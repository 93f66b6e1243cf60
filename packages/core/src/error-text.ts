import { redactKeys } from './telemetry/content/redact-secrets.ts'

/**
 * An error as a log of text may have it: its stack and those of its causes, what looks like a key masked; of what is no error, its kind. Printed
 * whole it would show its members too, and an HTTP client's error carries the request's headers; and clients quote in messages the URL
 * that they could not reach, with its password.
 */
export function errorText(error: unknown): string {
  return redactKeys(stackOf(error))
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\n  caused by ${stackOf(error.cause)}` : own
}
