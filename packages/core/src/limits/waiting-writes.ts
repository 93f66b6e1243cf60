import { within } from '../flush.ts'

/** So long what is to be written waits for the subject's next reservation, with which it costs no write of its own. */
const waitMs = 1_000
/** So many are written at once: of more, as wait after an outage, some would be given up before there was a connection to send them over. */
const mostAtOnce = 32
/** At the close, between one try and the next. */
const againMs = 100

/** Something with settlements that may wait. */
interface WaitingSubject {
  readonly due: { readonly length: number }
  /** Since when the first of them waits, while it stands in the list of those that have some. */
  dueSince: number | undefined
}

/** The subjects whose settlements wait, and the one timer that writes those for which no reservation came. */
export class WaitingWrites<Subject extends WaitingSubject> {
  private readonly write: (subject: Subject) => Promise<void>
  private readonly now: () => number
  private readonly waiting: Subject[] = []
  /** What is written next. */
  private readonly queue: Subject[] = []
  /** Each writes one after another until none is left; so many of them still do. */
  private readonly writers = new Set<Promise<void>>()
  private atWork = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private isClosed = false

  /** @param write takes what is due of a subject, and writes it; never rejects */
  constructor(write: (subject: Subject) => Promise<void>, now: () => number) {
    this.write = write
    this.now = now
  }

  /** Has a subject wait to which something is about to be added. */
  wait(subject: Subject): void {
    if (subject.dueSince === undefined) this.waiting.push(subject)
    // Where all were taken meanwhile, it is a new wait.
    if (subject.dueSince === undefined || subject.due.length === 0) subject.dueSince = this.now()
    if (!this.isClosed) this.timer ??= setTimeout(this.tick, waitMs).unref()
  }

  /** Writes all that wait. Resolves when the store has answered, also to what was being written, or its time is over. */
  async flush(): Promise<void> {
    this.begin(this.waiting.splice(0))
    await Promise.all(this.writers)
  }

  /**
   * Writes all that wait, again and again until the store has taken it or the time is over: nothing comes after it. Resolves with whether it was.
   * @param answers resolves when the store has answered all that it was asked, however late
   */
  async close(timeoutMs: number, answers: () => Promise<void>): Promise<boolean> {
    this.isClosed = true
    clearTimeout(this.timer)
    const until = this.now() + timeoutMs
    for (;;) {
      const answered = this.flush().then(answers)
      const inTime = await within(
        answered.then(() => true),
        Math.max(againMs, until - this.now()),
      )
      if (inTime && this.waiting.length === 0) return true
      if (this.now() + againMs >= until) return false
      await new Promise(resolve => setTimeout(resolve, againMs))
    }
  }

  private readonly tick = (): void => {
    this.timer = undefined
    const now = this.now()
    let nextAt = Number.POSITIVE_INFINITY
    const due: Subject[] = []
    for (const subject of this.waiting.splice(0)) {
      const since = subject.dueSince ?? now
      if (subject.due.length === 0) subject.dueSince = undefined
      else if (now - since >= waitMs) due.push(subject)
      else {
        this.waiting.push(subject)
        nextAt = Math.min(nextAt, since + waitMs)
      }
    }
    this.begin(due)
    if (this.waiting.length > 0)
      this.timer ??= setTimeout(this.tick, Math.max(10, Math.min(nextAt - now, waitMs))).unref()
  }

  private begin(subjects: readonly Subject[]): void {
    for (const subject of subjects) this.queue.push(subject)
    while (this.atWork < mostAtOnce && this.queue.length > 0) {
      const written = this.writeQueue().then(() => void this.writers.delete(written))
      this.writers.add(written)
    }
  }

  private async writeQueue(): Promise<void> {
    this.atWork += 1
    for (let next = this.queue.shift(); next; next = this.queue.shift()) await this.writeNow(next)
    this.atWork -= 1
  }

  private async writeNow(subject: Subject): Promise<void> {
    subject.dueSince = undefined
    await this.write(subject)
  }
}
