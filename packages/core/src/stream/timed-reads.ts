import { closeSource } from './close-source.ts'
import { Pullable, type Receiver } from './pull.ts'

const over = { done: true, value: undefined } as const

/**
 * An iterator that is waited for so long in all, and then closed and over. The time that its reader takes itself does not count. It has
 * one timer, however many reads there are.
 */
export class TimedReads<T> extends Pullable<T> implements Receiver<T> {
  /** Whether it ended because its time was over. */
  isLate = false
  private leftMs: number
  private readonly source: AsyncIterator<T, undefined, undefined>
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Whose read is under way, and since when. */
  private receiver: Receiver<T> | undefined
  private askedAt = 0
  /** When its reader was told something, and what it took itself since the timer was set. */
  private toldAt = 0
  private readerMs = 0

  constructor(source: AsyncIterator<T, undefined, undefined>, timeMs: number) {
    super()
    this.source = source
    this.leftMs = timeMs
  }

  protected override pull(receiver: Receiver<T>): void {
    this.receiver = receiver
    // A flood never waits for the timer, so that the time is looked at, too.
    if (this.leftMs <= 0) this.giveUp()
    else {
      this.askedAt = performance.now()
      if (this.timer) this.readerMs += this.askedAt - this.toldAt
      else this.setTimer(this.leftMs)
      Pullable.read(this.source, this)
    }
  }

  receive(step: IteratorResult<T, undefined>): void {
    if (!this.receiver) return
    this.toldAt = performance.now()
    this.leftMs -= this.toldAt - this.askedAt
    if (step.done) this.stop()
    this.taken()?.receive(step)
  }

  refuse(error: unknown): void {
    this.stop()
    this.taken()?.refuse(error)
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.stop()
    return this.source.return?.() ?? Promise.resolve(over)
  }

  private readonly ring = (): void => {
    this.timer = undefined
    // Its reader is at work: the next read sets the timer anew.
    if (!this.receiver) return
    if (this.readerMs > 0) this.setTimer(this.readerMs)
    else this.giveUp()
  }

  private setTimer(ms: number): void {
    this.readerMs = 0
    this.timer = setTimeout(this.ring, ms).unref()
  }

  private giveUp(): void {
    this.isLate = true
    this.leftMs = 0
    this.stop()
    void closeSource(this.source)
    this.taken()?.receive(over)
  }

  private stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private taken(): Receiver<T> | undefined {
    const { receiver } = this
    this.receiver = undefined
    return receiver
  }
}
