/**
 * What one key, user or tenant may cost, in US dollars, at the prices the gateway knows. A member that is absent, or `undefined`, is
 * not limited. Days and months are those of the calendar in UTC.
 */
export interface Budget {
  /** From 00:00 UTC to the next. 0 lets in only what is priced at nothing. At most 9,000,000. */
  readonly usdPerDay?: number | undefined
  /** From the first of a month, 00:00 UTC, to the first of the next. At most 9,000,000. */
  readonly usdPerMonth?: number | undefined
}
