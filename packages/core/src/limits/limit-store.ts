/** One limit of a subject: no interval of `windowMs` may hold more than `quota`. */
export interface LimitWindow {
  /** What it counts: calls, one each, or tokens. */
  readonly meter: 'requests' | 'tokens'
  /** Length in milliseconds: 60,000 and 3,600,000 in the gateway. Windows of one length share their sub-windows. */
  readonly windowMs: number
  /** Whole number, 0 and up. */
  readonly quota: number
}

/** A call that asks to be let in. */
export interface Reservation {
  /** Who is limited, such as `key:key-1`. Up to 512 characters of anything. */
  readonly subject: string
  /** At least one; one for each meter and length. */
  readonly windows: readonly LimitWindow[]
  /** An upper bound of the tokens the call will use; 0 where no window counts tokens. */
  readonly tokens: number
}

/** What a call that was let in really used, told after its end. */
export interface Settlement {
  readonly subject: string
  /** The windows of its reservation. */
  readonly windows: readonly LimitWindow[]
  /** {@link Admission.slot} of its reservation. */
  readonly slot: number
  /** Used less reserved: negative gives tokens back, to the sub-window they were reserved in, for they were never used in another. */
  readonly tokens: number
}

/** How one window stands after a decision. */
export interface WindowState {
  readonly window: LimitWindow
  /** What is left of the quota now, 0 and up. */
  readonly remaining: number
  /** Milliseconds until all of the quota is there again if nothing more is used; 0 where it is. */
  readonly resetMs: number
}

/** A reservation was counted. */
export interface Admission {
  readonly allowed: true
  readonly windows: readonly WindowState[]
  /** Where the tokens were counted; means something to its store alone. */
  readonly slot: number
}

/** A reservation was not counted: a window has no room for it. */
export interface Refusal {
  readonly allowed: false
  readonly windows: readonly WindowState[]
  /** The windows that had no room. */
  readonly exceeded: readonly LimitWindow[]
  /** Milliseconds until the same call could be let in, if nothing more is used. `Infinity` where it alone exceeds a quota. */
  readonly retryAfterMs: number
}

/** What a limit store says to a reservation. */
export type LimitDecision = Admission | Refusal

/**
 * Where limits are counted. One definition in every store: *in no interval of a window's length is more admitted than its quota*.
 * A window is divided into sub-windows (12, or finer), of which the oldest, partly elapsed one is counted whole: the price of
 * exactness is that up to a twelfth less may be admitted.
 *
 * A store that cannot answer rejects; the limiter then goes on as `onStoreError` says, and tells the settlements again. Where they may
 * have been written for all that, and would be twice, the error says so with a member `mayHaveWritten: true`: tokens that were to be given
 * back stay reserved then until their window has passed, for those that are given back twice are let in twice. Where it is well and only this subject's counts cannot be had, since
 * they are damaged or written too often, the error says so with a member `ofOneSubject: true`: others go on being counted by it.
 */
export interface LimitStore {
  /**
   * Counts a call in all of its windows at once, or in none. Settlements that waited, of the same subject, are written with it,
   * whether or not the call is let in.
   */
  reserve(reservation: Reservation, settlements: readonly Settlement[]): LimitDecision | Promise<LimitDecision>
  /** Writes settlements of one subject on their own. Resolves when they are kept. */
  settle(settlements: readonly Settlement[]): void | Promise<void>
}
