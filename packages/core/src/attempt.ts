/** One try at one target, as it stands in the report, the log and `x-modelgate-attempts`. */
export interface Attempt {
  /** `provider id/upstream model`. */
  readonly target: string
  /** `200`, or the error's code. */
  readonly code: string
  readonly durationMs: number
}
