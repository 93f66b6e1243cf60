import type { DoubtfulRefund } from './doubtful-refund.ts'
import type { LimitItem } from './limit-item.ts'

/** What this instance remembers of a subject's item. It decides what is asked of the store, and never what is answered. */
export class KnownSubject {
  item: LimitItem | undefined
  seenAtMs: number = Number.NEGATIVE_INFINITY
  /** Under way: a write that goes on to a new sub-window. Others of this instance wait for it rather than fail against it. */
  rolling: Promise<unknown> | undefined
  doubtful: DoubtfulRefund[] = []
  #sent = 0
  #sentWhenSeen = 0
  #ownWrites = 0
  #foreignWrites = 0
  #watchedMs = 0

  /** Called when a request goes out; its number is given to {@link see} with the answer. */
  sending(): number {
    this.#sent += 1
    return this.#sent
  }

  /** Takes in an answer, unless it is older than what is known. */
  see(item: LimitItem | undefined, { sent, timeMs, wrote }: { sent: number; timeMs: number; wrote: boolean }): void {
    if (wrote) this.#ownWrites += 1
    const known = this.item
    if (sent <= this.#sentWhenSeen && known && (item?.writes ?? 0) < known.writes) return
    if (known && item) {
      this.#foreignWrites = this.#foreignWrites * memory + Math.max(0, item.writes - known.writes - this.#ownWrites)
      this.#watchedMs = this.#watchedMs * memory + Math.max(0, timeMs - this.seenAtMs)
    }
    this.#ownWrites = 0
    this.item = item
    this.seenAtMs = timeMs
    this.#sentWhenSeen = this.#sent
  }

  /** How many writes of other instances are to be expected in so long: of late, and a twentieth of one more to be sure. */
  expectedForeignWrites(durationMs: number): number {
    return ((this.#foreignWrites + 0.05) * Math.max(0, durationMs)) / Math.max(1, this.#watchedMs)
  }

  /** As {@link expectedForeignWrites}, without the doubt. */
  likelyForeignWrites(durationMs: number): number {
    return (this.#foreignWrites * Math.max(0, durationMs)) / Math.max(1, this.#watchedMs)
  }
}

/** What each look keeps of the looks before. */
const memory = 0.75

/** Bounded: holds as many as were asked for of late, and as many again. The longest unused are forgotten together. */
export class KnownSubjects {
  readonly #capacity: number
  #young = new Map<string, KnownSubject>()
  #old = new Map<string, KnownSubject>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(subject: string): KnownSubject {
    let known = this.#young.get(subject)
    if (known) return known
    known = this.#old.get(subject) ?? new KnownSubject()
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(subject, known)
    return known
  }
}
