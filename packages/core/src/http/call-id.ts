import { randomUUID } from 'node:crypto'
import type { AuthRequest } from '../auth/authenticate.ts'

/** The id of a request on its answer, in the log and in traces: the caller's own `x-request-id` where it is fit for a header and a log line. */
export function callIdOf(headers: AuthRequest['headers']): string {
  const given = headers['x-request-id']
  return given && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID()
}
