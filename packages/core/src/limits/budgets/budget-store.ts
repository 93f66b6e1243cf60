/** How long a budget lasts: a day or a month of the calendar, in UTC. */
export type BudgetPeriod = 'day' | 'month'

/** One budget of a subject. */
export interface BudgetLimit {
  readonly period: BudgetPeriod
  /** Billionths of a US dollar, whole, 0 and up. */
  readonly nanoUsd: number
}

/** A call that asks to be let in. */
export interface BudgetReservation {
  /** Who pays, such as `key:key-1`. Up to 512 characters of anything. */
  readonly subject: string
  /** At least one; one for each period. */
  readonly limits: readonly BudgetLimit[]
  /** The most that the call will cost, in billionths of a US dollar: whole, 0 and up. */
  readonly nanoUsd: number
}

/** When something was reserved: means something to its store, and to nobody else. */
export interface BudgetSlot {
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  /** How often the subject had been reset by then. */
  readonly resets: number
}

/** What a subject has spent and reserved. */
export interface BudgetStanding extends BudgetSlot {
  /** Billionths of a US dollar since the day began. */
  readonly dayNanoUsd: number
  /** Billionths of a US dollar since the month of that day began. */
  readonly monthNanoUsd: number
}

/** What a call that was let in really cost, told after its end. */
export interface BudgetSettlement {
  readonly subject: string
  /** That of its reservation's answer. */
  readonly slot: BudgetSlot
  /**
   * Billionths of a US dollar, cost less reserved. Negative gives back, to the day and the month it was reserved in, where they still
   * last and nobody has reset them since. What is added counts from when it is told.
   */
  readonly nanoUsd: number
}

/** What a budget store says to a reservation. */
export interface BudgetDecision {
  readonly allowed: boolean
  /** As it is then: with the call, where it was let in. */
  readonly standing: BudgetStanding
  /** The store's time, in milliseconds since 1970. */
  readonly timeMs: number
}

/**
 * Where budgets are counted. Both periods are counted for every subject, whichever of them is limited: a limit that is set later holds
 * for what was spent before. A subject's day only goes forward: a store, or an instance, whose clock is behind counts in the later one.
 *
 * A store that cannot answer rejects. Where it knows that nothing was written, the error says so with a member `wroteNothing: true`: only
 * then are settlements that give back told again, for what is given back twice could be spent twice. Where only this subject's budget cannot be had, it says `ofOneSubject: true`,
 * as a limit store's does.
 */
export interface BudgetStore {
  /**
   * Of a store that lives in one process: a name that no other has, in this process, in another or after a restart. What was reserved in
   * one of another name cannot be given back here.
   */
  readonly home?: string | undefined
  /**
   * Counts a call in day and month, or in neither. Settlements that waited, of the same subject, are written with it, whether or not
   * the call is let in.
   */
  reserve(
    reservation: BudgetReservation,
    settlements: readonly BudgetSettlement[],
  ): BudgetDecision | Promise<BudgetDecision>
  /** Writes settlements of one subject on their own. Resolves when they are kept. */
  settle(settlements: readonly BudgetSettlement[]): void | Promise<void>
  /** How a subject stands by now. */
  read(subject: string): BudgetStanding | Promise<BudgetStanding>
  /** Lets a subject begin anew: nothing spent, in day and month. What calls under way have reserved is not given back any more. */
  reset(subject: string): void | Promise<void>
}
