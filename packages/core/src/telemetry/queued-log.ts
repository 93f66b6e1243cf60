import { errorText } from '../error-text.ts'
import { type FlushOptions, within } from '../flush.ts'
import { longestTimerMs } from '../longest-timer.ts'
import { type ChecksOf, checkValues } from '../wire/check-values.ts'
import { callable, number, required, whole } from '../wire/value-check.ts'
import { redactKeys } from './content/redact-secrets.ts'
import { Pause } from './pause.ts'
import type { RequestLog, RequestRecord } from './request-log.ts'

/** Records that are gone, and why. */
export interface LostRecords {
  /** How many since it was last told. */
  readonly records: number
  readonly cause: unknown
}

/** How records are written, and how many may wait. */
export interface QueuedLogOptions {
  /**
   * Keeps records, in the order in which they came; called once at a time. What it gives back was not kept and is tried again;
   * where it throws or rejects, all of them are.
   */
  readonly write: (records: readonly RequestRecord[]) => Promise<void> | Promise<readonly RequestRecord[]>
  /** Records held at most, those being written included. One that comes when it is full is lost. Default 10,000. */
  readonly maxPending?: number | undefined
  /** Records in one write at most. Default 1,000. */
  readonly maxBatch?: number | undefined
  /** Milliseconds that a write waits for more records while its batch is not full. Default 0: it begins at once. */
  readonly lingerMs?: number | undefined
  /**
   * Tries that a batch gets in a row without one record of it being kept; then it is lost. Those that a flush makes before their time are
   * not counted. Default 10, which is about half a minute.
   */
  readonly maxTries?: number | undefined
  /** Told of lost records, at most once a minute, and at a last flush. Default: `console.error`. */
  readonly onLost?: ((lost: LostRecords) => void) | undefined
}

/** A log behind a queue. */
export interface QueuedLog extends RequestLog {
  /** Records lost since it was made. */
  readonly lost: number
  /** Records that wait or are being written. */
  readonly pending: number
}

/** The first wait before a batch is tried again; each next one is twice as long. */
const firstBackOffMs = 100
const longestBackOffMs = 10_000
/** A timer may go off so much before its time. */
const timerFaultMs = 1
const tellEveryMs = 60_000

/**
 * The queue between calls and a log: bounded, in order, one write at a time, and never in the way of a call. A write that fails
 * is tried again after 100 ms, 200 ms … 10 s; what is lost in the end is counted and told.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and for numbers that make no sense: a batch of nothing never ends.
 */
export function queuedLog(options: QueuedLogOptions): QueuedLog {
  const checks: ChecksOf<QueuedLogOptions> = {
    write: required(callable()),
    maxPending: whole(0),
    maxBatch: whole(1),
    lingerMs: number({ min: 0, max: longestTimerMs }),
    maxTries: whole(1),
    onLost: callable(),
  }
  checkValues(options, checks, 'queuedLog()')
  return new LogQueue(options)
}

/** A flush that waits until so many records have come to their end. */
interface Waiting {
  readonly until: number
  readonly resolve: () => void
}

class LogQueue implements QueuedLog {
  lost = 0
  private readonly options: QueuedLogOptions
  private readonly maxPending: number
  private readonly maxBatch: number
  private queue: RequestRecord[] = []
  private batch: readonly RequestRecord[] = []
  /** Records taken in, and those kept or lost: they come to their end in the order in which they came. */
  private accepted = 0
  private ended = 0
  private waiting: Waiting[] = []
  private isPumping = false
  private readonly linger = new Pause()
  private readonly backOff = new Pause()
  private untold = 0
  private cause: unknown
  /** Why the batch under way was not kept when it was last tried. */
  private failure: unknown
  private toldAt = Number.NEGATIVE_INFINITY

  constructor(options: QueuedLogOptions) {
    this.options = options
    this.maxPending = options.maxPending ?? 10_000
    this.maxBatch = options.maxBatch ?? 1_000
  }

  get pending(): number {
    return this.queue.length + this.batch.length
  }

  write(record: RequestRecord): void {
    // A store that hangs must not take the process's memory with it.
    if (this.pending >= this.maxPending) {
      this.lose(1, new Error(`${this.maxPending} records were waiting to be written`))
      return
    }
    this.queue.push(record)
    this.accepted += 1
    if (this.queue.length >= this.maxBatch) this.linger.over()
    if (!this.isPumping) void this.pump()
  }

  async flush({ timeoutMs, final = false }: FlushOptions = {}): Promise<void> {
    const until = this.accepted
    if (this.ended < until) {
      const ended = new Promise<void>(resolve => this.waiting.push({ until, resolve }))
      this.linger.over()
      this.backOff.over()
      await within(ended, timeoutMs)
    }
    if (final) this.giveUp()
    if (final || this.isDue()) this.tell()
  }

  private async pump(): Promise<void> {
    this.isPumping = true
    const lingerMs = this.options.lingerMs ?? 0
    while (this.queue.length > 0) {
      const isHurried = this.waiting.length > 0 || this.queue.length >= this.maxBatch
      if (lingerMs > 0 && !isHurried) await this.linger.wait(lingerMs)
      this.batch = this.queue.splice(0, this.maxBatch)
      await this.keep()
    }
    this.isPumping = false
  }

  /** Sees the batch to its end: kept or lost. */
  private async keep(): Promise<void> {
    let backOffMs = firstBackOffMs
    let tries = 0
    let dueAt = Number.NEGATIVE_INFINITY
    while (this.batch.length > 0) {
      // On Lambda each call flushes: ten of them in a second must not be the end of a batch.
      const isDue = performance.now() + timerFaultMs >= dueAt
      if (isDue) tries += 1
      const tried = this.batch
      const { left, cause } = await this.tryOnce(tried)
      // A last flush has counted them as lost meanwhile.
      if (this.batch !== tried) return
      this.batch = left
      this.end(tried.length - left.length)
      this.failure = left.length === 0 ? undefined : cause
      if (left.length === 0) return
      if (left.length < tried.length) tries = 0
      else if (tries >= (this.options.maxTries ?? 10)) return this.loseBatch(cause)
      if (isDue) {
        // Spread, so that the instances which one store has turned away do not come back together.
        dueAt = performance.now() + backOffMs * (0.5 + Math.random() / 2)
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs)
      }
      await this.backOff.wait(Math.ceil(dueAt - performance.now()))
    }
  }

  private async tryOnce(batch: readonly RequestRecord[]): Promise<{ left: readonly RequestRecord[]; cause?: unknown }> {
    try {
      return { left: (await this.options.write(batch)) ?? [], cause: new Error('the log gave them back') }
    } catch (cause) {
      return { left: batch, cause }
    }
  }

  private giveUp(): void {
    const waited = this.queue.length
    this.queue = []
    const last = this.failure instanceof Error ? `; the last write failed: ${this.failure.message}` : ''
    this.loseBatch(new Error(`the log was closed before they were kept${last}`, { cause: this.failure }))
    this.lose(waited, this.cause)
    this.end(waited)
    this.backOff.over()
  }

  private loseBatch(cause: unknown): void {
    const { length } = this.batch
    this.batch = []
    this.lose(length, cause)
    this.end(length)
  }

  private end(records: number): void {
    this.ended += records
    const waiting = this.waiting.filter(({ until }) => until > this.ended)
    const over = this.waiting.filter(({ until }) => until <= this.ended)
    this.waiting = waiting
    for (const { resolve } of over) resolve()
  }

  private lose(records: number, cause: unknown): void {
    if (records === 0) return
    this.lost += records
    this.untold += records
    this.cause = cause
    if (this.isDue()) this.tell()
  }

  private isDue(): boolean {
    return performance.now() - this.toldAt >= tellEveryMs
  }

  private tell(): void {
    if (this.untold === 0) return
    const told: LostRecords = { records: this.untold, cause: this.cause }
    this.untold = 0
    this.toldAt = performance.now()
    try {
      ;(this.options.onLost ?? tellConsole)(told)
    } catch (fault) {
      // Whoever listens must not take the call with him whose record was lost.
      console.error('modelgate', errorText(fault))
    }
  }
}

function tellConsole({ records, cause }: LostRecords): void {
  console.error(
    `modelgate: the request log lost ${records} records:`,
    cause instanceof Error ? redactKeys(cause.message) : typeof cause,
  )
}
