import { GatewayError, type LimitDecision, type LimitStore, type Reservation, type Settlement } from '@modelgate/core'
import { ofOneSubject } from '../of-one-subject.ts'
import type { DoubtfulRefund } from './doubtful-refund.ts'
import { doubt, stillDoubt, takeOffDoubtful } from './doubtful-refunds.ts'
import { type KnownSubject, KnownSubjects } from './known-subjects.ts'
import { capRefunds, hasRoom, toAdmission, toRefusal } from './limit-answer.ts'
import { type LimitItem, startOf } from './limit-item.ts'
import { itemKey, type LimitTable } from './limit-table.ts'
import { expiryOf, mustRoll, planChange, targetOf } from './plan-change.ts'
import { type Ask, type SpanUse, toSpanUses } from './span-use.ts'

/** What a limit store over a table is made of. */
interface TableLimitStoreOptions {
  readonly table: LimitTable
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly maxClockSkewMs?: number | undefined
  /** Between 0 and 1, for the jitter between tries. */
  readonly random?: (() => number) | undefined
  /** Waits between tries. Default: a timer. */
  readonly pause?: ((durationMs: number) => Promise<void>) | undefined
}

const maxTries = 8
/** From the third try on others are in the way: wait up to so long, so that not all come again together. */
const longestPauseMs = 16
const rememberedSubjects = 10_000
/** Below so many expected writes of others an item is taken to be as it was seen; above so many, to have gone on. */
const alone = 0.05
const crowded = 3

const nothing: Ask = { windows: [], tokens: 0 }

/** What is asked of one item, from the first try to the answer. */
interface Job {
  readonly pk: string
  readonly known: KnownSubject
  readonly uses: SpanUse[]
  /** What was taken off them. */
  readonly doubtful: readonly DoubtfulRefund[]
  /**
   * When it was asked, or, where it had to read first, after that: the first answer of all tells a clock how wrong it is. Kept through
   * all tries: a clock that went on with each would find the item behind it again and again.
   */
  timeMs: number
  /** As it was read for this job: a refusal rests on nothing else. Undefined until then. */
  read: { readonly item: LimitItem | undefined } | undefined
}

/** How a job ended: with a write, or without, before an item that has no room. */
interface Ending {
  readonly written: boolean
  readonly item: LimitItem | undefined
  readonly timeMs: number
}

/** Limits in a table of items, one a subject. All policy is here: what to read, what to write, when to try again. */
export class TableLimitStore implements LimitStore {
  readonly #table: LimitTable
  readonly #now: () => number
  readonly #maxClockSkewMs: number | undefined
  readonly #random: () => number
  readonly #pause: (durationMs: number) => Promise<void>
  readonly #subjects = new KnownSubjects(rememberedSubjects)

  constructor({ table, now, maxClockSkewMs, random = Math.random, pause = sleep }: TableLimitStoreOptions) {
    this.#table = table
    this.#now = now
    this.#maxClockSkewMs = maxClockSkewMs
    this.#random = random
    this.#pause = pause
  }

  async reserve(reservation: Reservation, settlements: readonly Settlement[]): Promise<LimitDecision> {
    const job = this.#jobOf(reservation.subject, toSpanUses(reservation, settlements, this.#maxClockSkewMs))
    const ending = await this.#carryOut(job)
    if (ending.written) return toAdmission(job.uses, reservation, ending)
    const settled = await this.#settle(reservation.subject, settlements)
    const uses = toSpanUses(reservation, [], this.#maxClockSkewMs)
    const last = settled ?? ending
    if (!hasRoom(uses, last)) return toRefusal(uses, reservation, last)
    // Room has come up in between. Where this fails, all is brought again, and what is settled must not be given back twice.
    return this.reserve(reservation, []).catch((error: unknown) => {
      doubt(job.known, toSpanUses(nothing, settlements, this.#maxClockSkewMs))
      throw error
    })
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    for (const [subject, own] of Map.groupBy(settlements, settlement => settlement.subject)) {
      await this.#settle(subject, own)
    }
  }

  /** Undefined where there is nothing to settle. */
  async #settle(subject: string, settlements: readonly Settlement[]): Promise<Ending | undefined> {
    const job = this.#jobOf(subject, toSpanUses(nothing, settlements, this.#maxClockSkewMs))
    return changesAny(job.uses) ? this.#carryOut(job) : undefined
  }

  #jobOf(subject: string, uses: SpanUse[]): Job {
    const pk = itemKey(subject)
    const known = this.#subjects.get(pk)
    const doubtful = known.doubtful.length > 0 ? takeOffDoubtful(known, uses) : []
    return { pk, known, uses, doubtful, timeMs: this.#now(), read: undefined }
  }

  async #carryOut(job: Job): Promise<Ending> {
    let written = false
    try {
      const ending = await this.#tryAll(job)
      written = ending.written
      return ending
    } finally {
      if (!written) stillDoubt(job.known, job.doubtful)
    }
  }

  async #tryAll(job: Job): Promise<Ending> {
    const { known, uses } = job
    const rolls = (): boolean => mustRoll(uses, { item: known.item, timeMs: job.timeMs })
    // Once only: where the store is down, each would else wait for the one before to fail.
    if (known.rolling && rolls()) await known.rolling
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const attempt = this.#try(job)
      if (!known.rolling && rolls()) announce(known, attempt)
      const ending = await attempt
      if (ending) return ending
      if (tries > 1) await this.#pause(this.#random() * Math.min(longestPauseMs, 2 ** tries))
    }
    const message = `The limits of a caller changed under each of ${maxTries} tries to count a call; try again.`
    throw ofOneSubject(new GatewayError('upstream_unavailable', message))
  }

  /** Reads if it must, and writes. Undefined where another instance's write came in between. */
  async #try(job: Job): Promise<Ending | undefined> {
    const { pk, known, uses } = job
    let goneOn = false
    if (!job.read) {
      const guess = this.#guess(job)
      if (guess === 'unsure') {
        await this.#read(job)
        job.timeMs = this.#now()
      }
      goneOn = guess === 'goneOn'
    }
    const { timeMs } = job
    const item = job.read ? job.read.item : known.item
    if (job.read) {
      capRefunds(uses, { item, timeMs })
      if (!changesAny(uses) && !uses.some(use => use.windows.length > 0)) return { written: true, item, timeMs }
      if (!hasRoom(uses, { item, timeMs })) return { written: false, item, timeMs }
    }
    const view = { item, timeMs, goneOn }
    const expiresAt = !goneOn && mustRoll(uses, view) ? expiryOf(uses, view) : undefined
    const sent = known.sending()
    const result = await this.#table.write({ pk, expiresAt, ...planChange(uses, view) }).catch((error: unknown) => {
      if (!this.#table.changedNothing(error)) doubt(known, uses)
      throw error
    })
    if (result.applied || result.item) known.see(result.item, { sent, timeMs: this.#now(), wrote: result.applied })
    if (result.applied) return { written: true, item: result.item, timeMs: this.#now() }
    if (result.item) job.read = { item: result.item }
    else await this.#read(job)
    return undefined
  }

  async #read(job: Job): Promise<void> {
    const sent = job.known.sending()
    const item = await this.#table.read(job.pk)
    job.known.see(item, { sent, timeMs: this.#now(), wrote: false })
    job.read = { item }
  }

  /**
   * A failed write costs as much as one that succeeds, and a read a fifth of it: write only where that will do. An item is to be
   * read where it is unknown or full, and where another instance may have gone on to a new sub-window or not.
   */
  #guess({ known, uses, timeMs }: Job): 'asSeen' | 'goneOn' | 'unsure' {
    const { item } = known
    if (!item || !hasRoom(uses, { item, timeMs })) return 'unsure'
    const behind = uses.filter(use => item.spans[use.key]?.newest !== targetOf(use, { item, timeMs }))
    if (behind.length === 0) return 'asSeen'
    if (known.expectedForeignWrites(timeMs - known.seenAtMs) < alone) return 'asSeen'
    if (behind.some(use => !item.spans[use.key])) return 'unsure'
    const beganMs = Math.max(...behind.map(use => startOf(targetOf(use, { item, timeMs }), use.windowMs)))
    return known.likelyForeignWrites(timeMs - beganMs) > crowded ? 'goneOn' : 'unsure'
  }
}

/** Others of this instance wait for a write that goes on to a new sub-window, well or ill. */
function announce(known: KnownSubject, attempt: Promise<unknown>): void {
  const done = (): void => {
    known.rolling = undefined
  }
  known.rolling = attempt.then(done, done)
}

function changesAny(uses: readonly SpanUse[]): boolean {
  return uses.some(({ amounts, refunds }) => amounts.requests > 0 || amounts.tokens > 0 || refunds.size > 0)
}

function sleep(durationMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, durationMs))
}
