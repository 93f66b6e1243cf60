import type { StreamTimes } from './streams-options.ts'

/** What a clock tells the time. */
export interface Ticking {
  /** Where it stands in its clock's list; -1 where it stands in none. */
  place: number
  /** Throws nothing. */
  tick(now: number): void
}

/** Silences are told to within a tick, a tenth of the shortest of them and a second at most. */
const longestTickMs = 1_000
const shortestTickMs = 10

/**
 * One timer for all the streams that go out to clients: a timer for each frame would cost more than the frame. It runs while there are any,
 * and does not keep the process alive. Their upstreams have a clock of their own, in `resilience/stream-clock.ts`.
 */
export class OutletClock {
  readonly times: StreamTimes
  private readonly tickMs: number
  // No set: docs/decisions/0011.
  private readonly streams: Ticking[] = []
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(times: StreamTimes) {
    this.times = times
    const shortest = Math.min(times.commitAfterMs, times.keepAliveMs, times.writeStallMs)
    this.tickMs = Math.min(longestTickMs, Math.max(shortestTickMs, Math.floor(shortest / 10)))
  }

  get size(): number {
    return this.streams.length
  }

  add(stream: Ticking): void {
    stream.place = this.streams.push(stream) - 1
    this.timer ??= setInterval(this.tick, this.tickMs).unref()
  }

  /** The last one takes the place of the one that goes. Does nothing where it has gone already. */
  remove(stream: Ticking): void {
    const { place } = stream
    if (this.streams[place] !== stream) return
    stream.place = -1
    const last = this.streams.pop()
    if (last === undefined || last === stream) return
    last.place = place
    this.streams[place] = last
  }

  private readonly tick = (): void => {
    const now = performance.now()
    // Over a copy: who is told the time may go.
    for (const stream of this.streams.slice()) stream.tick(now)
    if (this.streams.length > 0) return
    clearInterval(this.timer)
    this.timer = undefined
  }
}
