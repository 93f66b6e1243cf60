/** How many sub-windows a window is divided into. More would admit closer to the quota, and keep more numbers a subject. */
const subWindowsPerWindow = 12

/** The sub-windows that may count: those of one length of the window, and the one it has partly left, which counts whole. */
const keptSubWindows = subWindowsPerWindow + 1

/** What was counted in one window, by sub-window. Changed in place: it is counted in on every call. */
export interface SlidingWindow {
  /** The number of the current sub-window: {@link subWindowAt}. */
  newest: number
  /** Sum of all that is kept: what no interval of the window's length that ends now exceeds. */
  used: number
  /** Sub-window n at place n % 13. */
  readonly counts: number[]
}

/** A window in which nothing was counted yet. */
export function createSlidingWindow(): SlidingWindow {
  return { newest: 0, used: 0, counts: Array<number>(keptSubWindows).fill(0) }
}

/** The sub-window that a time lies in. Whole milliseconds, as all times here. */
export function subWindowAt(timeMs: number, windowMs: number): number {
  return Math.floor((timeMs * subWindowsPerWindow) / windowMs)
}

/** The first whole millisecond of a sub-window. */
export function subWindowStart(subWindow: number, windowMs: number): number {
  return Math.ceil((subWindow * windowMs) / subWindowsPerWindow)
}

/** How long what is counted now may still count, at most. */
export function keptMs(windowMs: number): number {
  return Math.ceil((windowMs * keptSubWindows) / subWindowsPerWindow)
}

/** Goes on to a sub-window and lets go of those that have left the window. Never goes back: an earlier one is counted as the current one. */
export function advance(window: SlidingWindow, subWindow: number): void {
  const elapsed = Math.min(subWindow - window.newest, keptSubWindows)
  if (elapsed <= 0) return
  for (let step = 0; step < elapsed; step += 1) {
    const place = (subWindow - step) % keptSubWindows
    window.used -= window.counts[place]!
    window.counts[place] = 0
  }
  window.newest = subWindow
}

/** Counts in the current sub-window. */
export function add(window: SlidingWindow, amount: number): void {
  window.counts[window.newest % keptSubWindows]! += amount
  window.used += amount
}

/** Takes back what was counted in a sub-window, once that is still kept: later ones it was never counted in. */
export function giveBack(window: SlidingWindow, subWindow: number, amount: number): void {
  if (subWindow > window.newest || subWindow <= window.newest - keptSubWindows) return
  const place = subWindow % keptSubWindows
  const returned = Math.min(amount, window.counts[place]!)
  window.counts[place]! -= returned
  window.used -= returned
}

/** Milliseconds until at most `left` (0 and up) is counted, if nothing more is; 0 where that is so now. */
export function msUntilUsed(window: SlidingWindow, left: number, at: { windowMs: number; timeMs: number }): number {
  if (window.used <= left) return 0
  // The newest that cannot stay, together with those after it: as a rule, the current one is not empty, and is it.
  let leaving = window.newest
  let staying = window.counts[placeOf(leaving)]!
  while (staying <= left) {
    leaving -= 1
    staying += window.counts[placeOf(leaving)]!
  }
  return subWindowStart(leaving + keptSubWindows, at.windowMs) - at.timeMs
}

/** Sub-windows before the first one of the clock have negative numbers. */
function placeOf(subWindow: number): number {
  return (subWindow + keptSubWindows) % keptSubWindows
}
