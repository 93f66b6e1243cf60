import type { LimitWindow, Settlement } from './limit-store.ts'
import type { Due } from './store-guard.ts'

/** A settlement that waits to be written, until the window it belongs to has passed on the limiter's clock. */
export type DueSettlement = Due<Settlement>

/** So many wait for one subject; a store may have to write them with one call. */
const mostWaiting = 64

/**
 * Adds a settlement to those of its subject that wait, in place. What was reserved at one time becomes one, what is given back apart
 * from what is added. Where too many wait, the oldest goes: its tokens are not given back, or are added with the new one.
 */
export function addDue(waiting: DueSettlement[], due: DueSettlement): void {
  const { slot, windows, tokens } = due.settlement
  const index = waiting.findIndex(
    ({ settlement }) =>
      settlement.slot === slot && settlement.tokens < 0 === tokens < 0 && sameWindows(settlement.windows, windows),
  )
  const same = waiting[index]
  if (same) {
    waiting[index] = plus(due, same.settlement.tokens)
    return
  }
  const oldest = waiting.length < mostWaiting ? undefined : waiting.shift()
  waiting.push(oldest ? plus(due, Math.max(0, oldest.settlement.tokens)) : due)
}

function plus({ settlement, expiresAt }: DueSettlement, tokens: number): DueSettlement {
  const { subject, windows, slot } = settlement
  return { settlement: { subject, windows, slot, tokens: settlement.tokens + tokens }, expiresAt }
}

/** Takes all that wait and still mean something; none wait then. */
export function takeDue(waiting: DueSettlement[], now: number): readonly DueSettlement[] {
  if (waiting.length === 0) return noneDue
  return waiting.splice(0).filter(({ settlement, expiresAt }) => settlement.tokens !== 0 && now < expiresAt)
}

const noneDue: readonly DueSettlement[] = []

/** Whether two lists say the same limits, in the same order. */
function sameWindows(some: readonly LimitWindow[], others: readonly LimitWindow[]): boolean {
  return (
    some === others || (some.length === others.length && some.every((window, at) => sameWindow(window, others[at])))
  )
}

/** Whether two windows are the same limit. */
export function sameWindow(one: LimitWindow, other: LimitWindow | undefined): boolean {
  return (
    other !== undefined && one.meter === other.meter && one.windowMs === other.windowMs && one.quota === other.quota
  )
}
