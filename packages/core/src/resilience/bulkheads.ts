import { type AbortListener, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import { abortError } from '../errors.ts'
import { longestTimerMs } from '../longest-timer.ts'

/** How many attempts one target may have under way, in this process. */
export interface BulkheadOptions {
  /** Attempts under way at once, streams included; from 1. */
  readonly maxConcurrentCalls: number
  /** Attempts that may wait for a place; all others go on to the next target at once. Default 0. */
  readonly maxQueuedCalls?: number | undefined
  /** Milliseconds one may wait. Default 1,000. */
  readonly maxWaitMs?: number | undefined
}

/** As of breakers: beyond it, targets that have nothing under way are forgotten. */
const maxTargets = 1_000

interface Places {
  busy: number
  readonly queue: Waiter[]
}

/** The places of all targets. A stream keeps its own until it has ended. */
export class Bulkheads {
  private readonly targets = new Map<string, Places>()
  private readonly maxConcurrentCalls: number
  private readonly maxQueuedCalls: number
  private readonly maxWaitMs: number

  constructor({ maxConcurrentCalls, maxQueuedCalls, maxWaitMs }: BulkheadOptions) {
    this.maxConcurrentCalls = maxConcurrentCalls
    this.maxQueuedCalls = maxQueuedCalls ?? 0
    this.maxWaitMs = maxWaitMs ?? 1_000
  }

  /**
   * Whether there is a place, now or in time. Where there is, {@link Bulkheads.leave} must follow.
   * @throws {GatewayError} why the signal was aborted meanwhile
   */
  enter(key: string, signal: AbortSignal): boolean | Promise<boolean> {
    const places = this.placesOf(key)
    if (places.busy < this.maxConcurrentCalls) {
      places.busy += 1
      return true
    }
    if (places.queue.length >= this.maxQueuedCalls) return false
    return new Promise((resolve, reject) => {
      places.queue.push(new Waiter({ queue: places.queue, signal, maxWaitMs: this.maxWaitMs, resolve, reject }))
    })
  }

  /** Gives a place back, to who waits longest. */
  leave(key: string): void {
    const places = this.targets.get(key)
    if (!places) return
    const next = places.queue[0]
    if (next) next.enter()
    else {
      places.busy -= 1
      if (places.busy === 0 && this.targets.size > maxTargets) this.targets.delete(key)
    }
  }

  private placesOf(key: string): Places {
    const known = this.targets.get(key)
    if (known) return known
    const places: Places = { busy: 0, queue: [] }
    this.targets.set(key, places)
    return places
  }
}

interface Waiting {
  readonly queue: Waiter[]
  readonly signal: AbortSignal
  readonly maxWaitMs: number
  readonly resolve: (entered: boolean) => void
  readonly reject: (error: unknown) => void
}

/** Waits for a place, as long as it may and its call lasts. */
class Waiter implements AbortListener {
  private readonly waiting: Waiting
  private readonly timer: ReturnType<typeof setTimeout>

  constructor(waiting: Waiting) {
    this.waiting = waiting
    this.timer = setTimeout(
      () => {
        this.stop()
        waiting.resolve(false)
      },
      Math.min(waiting.maxWaitMs, longestTimerMs),
    )
    listenToAbort(waiting.signal, this)
  }

  enter(): void {
    this.stop()
    this.waiting.resolve(true)
  }

  /** Of the signal. */
  handleEvent(): void {
    this.stop()
    this.waiting.reject(abortError(this.waiting.signal))
  }

  private stop(): void {
    clearTimeout(this.timer)
    unlistenToAbort(this.waiting.signal, this)
    const { queue } = this.waiting
    const place = queue.indexOf(this)
    if (place >= 0) queue.splice(place, 1)
  }
}
