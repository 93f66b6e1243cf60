/** What a call has reserved of the budgets it is under. */
export interface ReservedMoney {
  /**
   * Reserves once more what attempts have cost so far, in billionths of a US dollar; where nobody knows (`undefined`), all that was
   * reserved. At once where the store of budgets answers at once.
   * @throws {GatewayError} `budget_exceeded`, `limits_unavailable`; the promise rejects with them.
   */
  cover(costNanoUsd: number | undefined): void | Promise<void>
}

/** What something has reserved of its caller's budgets that may outlive this process: plain JSON, to be kept with it. */
export interface KeptReservation {
  /** Billionths of a US dollar, of each. */
  readonly nanoUsd: number
  /** Who pays, as the store of budgets knows them, and when it was reserved. */
  readonly of: readonly { readonly subject: string; readonly day: number; readonly resets: number }[]
  /** Who alone can give it back: the `home` of their store, where it has one; where their store was away, the process that has to tell it. */
  readonly home?: string | undefined
}
