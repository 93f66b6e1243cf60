import type { FrameBatch } from '../contract.ts'
import { closeSource } from './close-source.ts'
import { Pullable, type Receiver } from './pull.ts'

type BatchIterator = AsyncIterator<FrameBatch, undefined, undefined>
type BatchStep = IteratorResult<FrameBatch, undefined>

const over: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** One batch and the way to the next: what nobody has before him any more is free by itself. */
interface Link {
  batch?: FrameBatch
  next?: Link
}

/** How much a tape may hold. */
interface TapeOptions {
  /** Bytes that are kept for who comes later, and that a reader may lie behind the fastest. */
  readonly maxBytes: number
  /** Whether the source is read to its end though nobody reads; else it is read as the fastest reader asks. */
  readonly runsOn: boolean
  /** Told once it is longer than that. */
  readonly onTooLong: () => void
}

/** Told once of a reader, with whether it has come to the stream's end. */
type LeftListener = (hasAll: boolean) => void

/**
 * A stream that is read once and by many, each from its start and at its own pace. Once it is longer than `maxBytes` its start is let go:
 * nobody can join then, and the source waits for the slowest reader.
 */
export class Tape implements Receiver<FrameBatch> {
  private readonly source: BatchIterator
  private readonly options: TapeOptions
  private readonly cursors: Cursor[] = []
  private waiting: Cursor[] = []
  private first: Link | undefined
  private last: Link = {}
  private bytes = 0
  private ended: { readonly error?: unknown } | undefined
  private isReading = false
  private isPumping = false
  private readsOn = false

  constructor(source: BatchIterator, options: TapeOptions) {
    this.source = source
    this.options = options
    this.first = this.last
  }

  /** Whether all of it is kept, so far. */
  get isWhole(): boolean {
    return this.first !== undefined
  }

  /** All that came, in order; `undefined` where the start is gone, or the end has not come or was none. */
  get batches(): readonly FrameBatch[] | undefined {
    if (!this.first || !this.ended || 'error' in this.ended) return undefined
    const batches: FrameBatch[] = []
    for (let link: Link | undefined = this.first; link?.batch; link = link.next) batches.push(link.batch)
    return batches
  }

  /** Whether the source has come to its end, or has failed. */
  get hasEnded(): boolean {
    return this.ended !== undefined
  }

  /** A reader from the start. */
  reader(onLeft: LeftListener): BatchIterator {
    const cursor = new Cursor(this, this.first ?? this.last, onLeft)
    this.cursors.push(cursor)
    return cursor
  }

  /** Reads on, where somebody wants it and nobody lies too far behind. */
  pump(): void {
    this.readsOn = true
    if (this.isPumping) return
    this.isPumping = true
    // What is there already comes while it is asked for: one read inside another, thousands would overflow the stack.
    while (this.readsOn && this.mayRead()) {
      this.readsOn = false
      this.isReading = true
      Pullable.read(this.source, this)
    }
    this.isPumping = false
  }

  /** Closes the source; of no effect on what came. */
  close(): Promise<void> {
    return closeSource(this.source)
  }

  receive(step: BatchStep): void {
    this.isReading = false
    if (step.done) this.end({})
    else this.keep(step.value)
  }

  private keep(batch: FrameBatch): void {
    const link = this.last
    link.batch = batch
    link.next = {}
    this.last = link.next
    this.bytes += batch.bytes.length
    if (this.bytes > this.options.maxBytes && this.first) {
      this.first = undefined
      this.options.onTooLong()
    }
    this.wake()
    this.pump()
  }

  refuse(error: unknown): void {
    this.isReading = false
    this.end({ error })
  }

  /** What a reader gets that has read up to `link`; `undefined` where it has to wait. */
  stepAt(link: Link): BatchStep | { readonly error: unknown } | undefined {
    if (link.batch) return { done: false, value: link.batch }
    if (!this.ended) return undefined
    return 'error' in this.ended ? { error: this.ended.error } : over
  }

  wait(cursor: Cursor): void {
    this.waiting.push(cursor)
    this.pump()
  }

  leave(cursor: Cursor): void {
    remove(this.cursors, cursor)
    remove(this.waiting, cursor)
    // The slowest may have been the one who left.
    if (!this.ended) this.pump()
  }

  private end(ended: { readonly error?: unknown }): void {
    this.ended = ended
    if ('error' in ended) this.first = undefined
    this.wake()
  }

  private wake(): void {
    const { waiting } = this
    this.waiting = []
    for (const cursor of waiting) cursor.go()
  }

  private mayRead(): boolean {
    const { maxBytes, runsOn } = this.options
    if (this.ended || this.isReading || !(runsOn || this.waiting.length > 0)) return false
    return this.cursors.every(({ passedBytes }) => this.bytes - passedBytes <= maxBytes)
  }
}

/** One reader's place on a tape. */
class Cursor extends Pullable<FrameBatch> {
  passedBytes = 0
  private readonly tape: Tape
  private readonly onLeft: LeftListener
  private link: Link | undefined
  private receiver: Receiver<FrameBatch> | undefined

  constructor(tape: Tape, link: Link, onLeft: LeftListener) {
    super()
    this.tape = tape
    this.link = link
    this.onLeft = onLeft
  }

  return(): Promise<BatchStep> {
    const { receiver } = this
    this.receiver = undefined
    this.leave(false)
    receiver?.receive(over)
    return Promise.resolve(over)
  }

  /** There is more, or the end. */
  go(): void {
    const { receiver } = this
    this.receiver = undefined
    if (receiver) this.pull(receiver)
  }

  protected override pull(receiver: Receiver<FrameBatch>): void {
    const step = this.link ? this.tape.stepAt(this.link) : over
    if (!step) {
      this.receiver = receiver
      this.tape.wait(this)
    } else if ('error' in step) {
      this.leave(false)
      receiver.refuse(step.error)
    } else {
      if (step.done) this.leave(true)
      else this.pass(step.value)
      receiver.receive(step)
    }
  }

  private pass({ bytes }: FrameBatch): void {
    this.passedBytes += bytes.length
    this.link = this.link?.next
    // It may have been the slowest, for whom others wait.
    this.tape.pump()
  }

  private leave(hasAll: boolean): void {
    if (!this.link) return
    this.link = undefined
    this.tape.leave(this)
    this.onLeft(hasAll)
  }
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item)
  if (index >= 0) list.splice(index, 1)
}
