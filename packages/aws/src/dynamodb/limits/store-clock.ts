/** A clock that is corrected by the answers of a store. */
export interface StoreClock {
  /** Whole milliseconds since 1970. */
  readonly now: () => number
  /** A point on a clock that is never set, to be kept while a request is under way. */
  readonly mark: () => number
  /** Tells of an answer: its `Date` header, and {@link mark} as it was when the request was sent. */
  readonly observe: (dateHeader: string | undefined, sentMark: number) => void
}

/** The clocks of this process, from which the store's is told. */
interface StoreClockOptions {
  /** Default `Date.now`. */
  readonly wallNow?: (() => number) | undefined
  /** Default `performance.now()`. */
  readonly monotonicNow?: (() => number) | undefined
}

/** What two clocks may drift apart, of the time that goes by: twice what a bad quartz does. */
const driftShare = 200e-6
/** Between the wall and the monotonic clock: more than a correction slews, so one was set, or the process was frozen. */
const stepMs = 100

/**
 * The machine's time, kept within what a store's answers prove. A header of second d means that the store's time was in [d, d + 1)
 * at some point between sending and receiving; all answers together soon say it to some milliseconds, and a machine whose time is
 * within that is left as it is. Answers that contradict each other, or a clock that was set, start it anew: a stand-in, a proxy or
 * a process that was frozen cannot hold it at a wrong time.
 */
export function storeClock({
  wallNow = Date.now,
  monotonicNow = () => performance.now(),
}: StoreClockOptions = {}): StoreClock {
  let bounded = false
  /** Store's time less monotonic time is between these, as of `boundedAt`. */
  let low = 0
  let high = 0
  let boundedAt = 0
  let wallOffset = 0

  const wasSet = (wall: number, monotonic: number): boolean => Math.abs(wall - monotonic - wallOffset) > stepMs

  return {
    mark: monotonicNow,
    now: () => {
      const wall = wallNow()
      const monotonic = monotonicNow()
      if (!bounded || wasSet(wall, monotonic)) return Math.floor(wall)
      const drift = (monotonic - boundedAt) * driftShare
      return Math.floor(Math.max(low - drift + monotonic, Math.min(high + drift + monotonic, wall)))
    },
    observe: (dateHeader, sentMark) => {
      const second = dateHeader === undefined ? Number.NaN : Date.parse(dateHeader)
      if (Number.isNaN(second)) return
      const wall = wallNow()
      const monotonic = monotonicNow()
      const drift = (monotonic - boundedAt) * driftShare
      const kept = bounded && !wasSet(wall, monotonic)
      const newLow = kept ? Math.max(low - drift, second - monotonic) : second - monotonic
      const newHigh = kept ? Math.min(high + drift, second + 1000 - sentMark) : second + 1000 - sentMark
      const contradictory = newLow > newHigh
      low = contradictory ? second - monotonic : newLow
      high = contradictory ? second + 1000 - sentMark : newHigh
      bounded = true
      boundedAt = monotonic
      wallOffset = wall - monotonic
    },
  }
}
