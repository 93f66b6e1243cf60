/**
 * Whether a text is a date, or a date and a time, as ISO 8601 writes it. JavaScript takes far more for a date: `90` for the year 1990, and
 * `3/4/2027` for a day in March.
 */
export function isIsoMoment(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(T|$)/.test(text) && !Number.isNaN(Date.parse(text))
}
