import type { Admission, LimitWindow, Refusal, Reservation, WindowState } from './limit-store.ts'
import { msUntilUsed, type SlidingWindow, subWindowAt, subWindowStart } from './sliding-window.ts'

/** What a call counts in a window. */
export function costOf(window: LimitWindow, tokens: number): number {
  return window.meter === 'requests' ? 1 : tokens
}

/** What was counted in each window of a reservation, in its order, and the store's time. The call itself is counted where it was let in. */
export interface Counted {
  readonly counts: readonly SlidingWindow[]
  readonly timeMs: number
}

/** The answer to a call that was counted. */
export function toAdmission(reservation: Reservation, counted: Counted): Admission {
  return { allowed: true, windows: toStates(reservation, counted), slot: slotOf(reservation, counted.timeMs) }
}

/** The first time that lies in the sub-windows of all that count tokens: what is given back to them may then be summed up. */
function slotOf({ windows }: Reservation, timeMs: number): number {
  let slot = 0
  for (const { meter, windowMs } of windows) {
    if (meter === 'tokens') slot = Math.max(slot, subWindowStart(subWindowAt(timeMs, windowMs), windowMs))
  }
  return slot
}

/** The answer to a call that was not. */
export function toRefusal(reservation: Reservation, counted: Counted): Refusal {
  const exceeded: LimitWindow[] = []
  let retryAfterMs = 0
  reservation.windows.forEach((window, index) => {
    const left = window.quota - costOf(window, reservation.tokens)
    const count = counted.counts[index]!
    if (count.used <= left) return
    exceeded.push(window)
    const waitMs = left < 0 ? Infinity : msUntilUsed(count, left, { windowMs: window.windowMs, timeMs: counted.timeMs })
    retryAfterMs = Math.max(retryAfterMs, waitMs)
  })
  return { allowed: false, windows: toStates(reservation, counted), exceeded, retryAfterMs }
}

function toStates({ windows }: Reservation, { counts, timeMs }: Counted): WindowState[] {
  const states: WindowState[] = []
  for (let index = 0; index < windows.length; index += 1) {
    const window = windows[index]!
    const count = counts[index]!
    states.push({
      window,
      remaining: Math.max(0, window.quota - count.used),
      resetMs: msUntilUsed(count, 0, { windowMs: window.windowMs, timeMs }),
    })
  }
  return states
}
