const form = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/

/**
 * Whether a text is a date, or a date and a time with its zone, as ISO 8601 writes it. JavaScript takes far more for a date: `90` for the year
 * 1990, `2027-02-30` for a day in March, and a time without a zone for one of the process's own, which another instance has not.
 */
export function isIsoMoment(text: string): boolean {
  const day = form.exec(text)?.[1]
  if (day === undefined || Number.isNaN(Date.parse(text))) return false
  return new Date(day).toISOString().startsWith(day)
}
