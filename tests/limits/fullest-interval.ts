/**
 * Something that was counted at one moment between two of the machine's clock: between asking a store and its answer. When in
 * between, only the store knows.
 */
export interface Counted {
  readonly before: number
  readonly after: number
  readonly amount: number
  /** Whether it needed room: a call that was let in does; usage beyond a reservation is counted whatever room there is. */
  readonly needsRoom: boolean
}

/** The interval of less than a window's length that surely held the most. */
export interface Interval {
  readonly amount: number
  readonly from: number
  readonly to: number
}

/**
 * The fullest interval that a store can be held to. Something is in an interval only if both of its bounds are, so that no store is
 * blamed for an answer that was long under way: it decides between the two, and a caller on a busy machine hears of it late. The
 * interval ends with something that needed room, for that is what a limit must refuse; what was counted without needing any is in
 * it only if it was surely counted before that.
 */
export function fullestInterval(counted: readonly Counted[], windowMs: number): Interval {
  const byStart = counted.toSorted((one, other) => one.before - other.before)
  let fullest: Interval = { amount: 0, from: 0, to: 0 }
  for (const last of counted) {
    if (!last.needsRoom) continue
    const from = last.after - windowMs
    let amount = 0
    for (let index = firstAfter(byStart, from); index < byStart.length; index += 1) {
      const each = byStart[index]!
      if (each.before > last.after) break
      if (each.after <= (each.needsRoom ? last.after : last.before)) amount += each.amount
    }
    if (amount > fullest.amount) fullest = { amount, from, to: last.after }
  }
  return fullest
}

/** Index of the first that began later than `from`. */
function firstAfter(byStart: readonly Counted[], from: number): number {
  let low = 0
  let high = byStart.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (byStart[middle]!.before > from) high = middle
    else low = middle + 1
  }
  return low
}
