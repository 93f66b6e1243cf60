import { type ChecksOf, checkValues } from '../wire/check-values.ts'
import { callable } from '../wire/value-check.ts'
import { costOf, toAdmission, toRefusal } from './limit-decision.ts'
import type { LimitDecision, LimitStore, LimitWindow, Reservation, Settlement } from './limit-store.ts'
import {
  add,
  advance,
  createSlidingWindow,
  giveBack,
  keptMs,
  type SlidingWindow,
  subWindowAt,
} from './sliding-window.ts'

/** The clock of a limit store in this process's memory. */
export interface MemoryLimitStoreOptions {
  /** Milliseconds of a clock. Default: `performance.now()`, which no correction of the machine's time moves. */
  readonly now?: (() => number) | undefined
}

/** A {@link LimitStore} that answers at once. */
export interface MemoryLimitStore extends LimitStore {
  /** Subjects that are remembered. */
  readonly subjects: number
  reserve(reservation: Reservation, settlements: readonly Settlement[]): LimitDecision
  settle(settlements: readonly Settlement[]): void
}

/**
 * Limits of one process, in its memory: right wherever there is only one, and what every other store is held to.
 *
 * A subject takes some hundred bytes for each of its windows, and is forgotten once they have all run empty. A clock that goes back
 * stands still until it has caught up.
 * @throws {GatewayError} `invalid_configuration` for an option that is none.
 */
export function memoryLimitStore(options: MemoryLimitStoreOptions = {}): MemoryLimitStore {
  checkValues(options, { now: callable() } satisfies ChecksOf<MemoryLimitStoreOptions>, 'memoryLimitStore()')
  const { now = () => performance.now() } = options
  return new MemoryStore(now)
}

interface MeteredWindow extends SlidingWindow {
  readonly meter: LimitWindow['meter']
  readonly windowMs: number
}

interface Subject {
  readonly name: string
  readonly windows: MeteredWindow[]
  emptyAtMs: number
}

class MemoryStore implements MemoryLimitStore {
  readonly #now: () => number
  readonly #subjects = new Map<string, Subject>()
  #hand: Iterator<Subject> = this.#subjects.values()
  #timeMs = 0

  constructor(now: () => number) {
    this.#now = now
  }

  get subjects(): number {
    return this.#subjects.size
  }

  reserve(reservation: Reservation, settlements: readonly Settlement[]): LimitDecision {
    const { windows, tokens } = reservation
    const timeMs = this.#tick()
    const subject = this.#subjectOf(reservation.subject)
    for (const settlement of settlements) settleIn(subject, settlement, timeMs)
    const counts: MeteredWindow[] = []
    let hasRoom = true
    for (const window of windows) {
      const counted = windowOf(subject, window, timeMs)
      counts.push(counted)
      hasRoom &&= counted.used + costOf(window, tokens) <= window.quota
    }
    if (!hasRoom) return toRefusal(reservation, { counts, timeMs })
    for (let index = 0; index < windows.length; index += 1) {
      count(subject, counts[index]!, { amount: costOf(windows[index]!, tokens), timeMs })
    }
    return toAdmission(reservation, { counts, timeMs })
  }

  settle(settlements: readonly Settlement[]): void {
    const timeMs = this.#tick()
    for (const settlement of settlements) settleIn(this.#subjectOf(settlement.subject), settlement, timeMs)
  }

  #tick(): number {
    this.#timeMs = Math.max(this.#timeMs, Math.floor(this.#now()))
    return this.#timeMs
  }

  /** Looks at one subject, and at two where one is new: the hand must go round faster than subjects are added before it. */
  #subjectOf(name: string): Subject {
    this.#forgetNext()
    const known = this.#subjects.get(name)
    if (known) return known
    this.#forgetNext()
    const subject: Subject = { name, windows: [], emptyAtMs: 0 }
    this.#subjects.set(name, subject)
    return subject
  }

  #forgetNext(): void {
    const { done, value: subject } = this.#hand.next()
    if (done) this.#hand = this.#subjects.values()
    else if (subject.emptyAtMs <= this.#timeMs) this.#subjects.delete(subject.name)
  }
}

function settleIn(subject: Subject, { windows, slot, tokens }: Settlement, timeMs: number): void {
  for (const window of windows) {
    if (window.meter !== 'tokens') continue
    const counted = windowOf(subject, window, timeMs)
    if (tokens < 0) giveBack(counted, subWindowAt(slot, window.windowMs), -tokens)
    else count(subject, counted, { amount: tokens, timeMs })
  }
}

function count(subject: Subject, window: MeteredWindow, { amount, timeMs }: { amount: number; timeMs: number }): void {
  if (amount === 0) return
  add(window, amount)
  subject.emptyAtMs = Math.max(subject.emptyAtMs, timeMs + keptMs(window.windowMs))
}

/** The window's counts as they stand at a time. */
function windowOf(subject: Subject, { meter, windowMs }: LimitWindow, timeMs: number): MeteredWindow {
  const found = knownWindow(subject, meter, windowMs) ?? addWindow(subject, meter, windowMs)
  advance(found, subWindowAt(timeMs, windowMs))
  return found
}

function knownWindow({ windows }: Subject, meter: LimitWindow['meter'], windowMs: number): MeteredWindow | undefined {
  for (const window of windows) if (window.meter === meter && window.windowMs === windowMs) return window
  return undefined
}

function addWindow({ windows }: Subject, meter: LimitWindow['meter'], windowMs: number): MeteredWindow {
  const added = { meter, windowMs, ...createSlidingWindow() }
  windows.push(added)
  return added
}
