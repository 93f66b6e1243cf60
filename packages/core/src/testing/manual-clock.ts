/** A clock that only moves when it is told to. */
export interface ManualClock {
  /** Milliseconds: give it to a store as its `now`. */
  readonly now: () => number
  /** Moves it on, or back where it is negative. */
  readonly advance: (ms: number) => void
}

/** @param startMs default: an instant of 2025 that no window begins at */
export function manualClock(startMs = 1_750_000_012_345): ManualClock {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance: ms => {
      nowMs += ms
    },
  }
}
