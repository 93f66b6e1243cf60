/** One try at one target, as it stands in the report, the log and `x-modelgate-attempts`. */
export interface Attempt {
  /** `provider id/upstream model`. */
  readonly target: string
  /** `200`, or the error's code. */
  readonly code: string
  readonly durationMs: number
  /** US dollars; `null` where its price is unknown, absent while it is under way or where nobody counts. */
  readonly costUsd?: number | null | undefined
}

/** An {@link Attempt} while it is written: by the router, and by what counts its cost. */
export type OpenAttempt = { -readonly [Member in keyof Attempt]: Attempt[Member] }
