/** With these an upstream says that it cannot answer now; nothing has gone wrong with it. */
const notNow: ReadonlySet<number> = new Set([409, 425, 429, 503])

/**
 * The status of `upstream_unavailable` where the upstream answered, by its own status: 504 where it ran out of time, 503 where it
 * cannot answer now, else 502, for it failed. An upstream that gave no answer is 503, the code's usual status.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.6
 */
export function unavailableStatus(upstreamStatus: number): 502 | 503 | 504 {
  if (upstreamStatus === 408 || upstreamStatus === 504) return 504
  return notNow.has(upstreamStatus) ? 503 : 502
}
