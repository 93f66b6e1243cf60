/** What a call has reserved of the budgets it is under. */
export interface ReservedMoney {
  /**
   * Reserves once more what attempts have cost so far, in billionths of a US dollar; where nobody knows (`undefined`), all that was
   * reserved. At once where the store of budgets answers at once.
   * @throws {GatewayError} `budget_exceeded`, `limits_unavailable`; the promise rejects with them.
   */
  cover(costNanoUsd: number | undefined): void | Promise<void>
}
