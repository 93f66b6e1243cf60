/** No caller waits longer, and no client reads a number of any length as a time. */
const maxMs = 24 * 60 * 60 * 1000

/** `Date.parse` takes many a stray word or number for a date: only what begins as the three forms of an HTTP date do. */
const httpDate = /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]*,? (?:\d\d[ -][A-Z][a-z]{2}|[A-Z][a-z]{2} [ \d]\d)[ -]/

/** The form of C's `asctime` names no zone, and would be read as the machine's own. */
const withoutZone = /^\w{3} .* \d{4}$/

/**
 * How long an upstream asks to wait, in milliseconds from `now`: `retry-after-ms` (OpenAI's own, finer), or `Retry-After` in
 * seconds or as an HTTP date. `undefined` when it says nothing readable, or a time that is over: an upstream that
 * cannot answer is not asked again at once for that. At most a day.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfterMs(headers: Readonly<Record<string, string | undefined>>, now: number): number | undefined {
  const value = headers['retry-after']?.trim() ?? ''
  const exact = numberOf(headers['retry-after-ms'])
  const seconds = numberOf(value)
  const date = httpDate.test(value) ? Date.parse(withoutZone.test(value) ? `${value} GMT` : value) : Number.NaN
  const waitMs = exact || (seconds === undefined ? date - now : Math.ceil(seconds * 1000))
  return waitMs > 0 ? Math.min(waitMs, maxMs) : undefined
}

function numberOf(value: string | undefined): number | undefined {
  const number = value !== undefined && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}
