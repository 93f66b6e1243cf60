import { randomUUID } from 'node:crypto'
import type { BatchGateway, ChatCompletionRequest } from '@modelgate/core'
import { isJsonObject } from '../wire/json.ts'
import type { BatchBook } from './batch-book.ts'
import { readIndex } from './file-index.ts'
import { tenantOf } from './job-batches.ts'
import { type Lease, type LeaseProgress, type Leasing, takeLease } from './leases.ts'
import { isGone } from './object-store.ts'
import { places } from './places.ts'
import { ResultFiles } from './result-files.ts'
import { type LineOf, type ResultLine, type UnansweredCode, unansweredLine } from './result-lines.ts'
import { runLine } from './run-line.ts'
import { runState } from './run-progress.ts'
import { type BatchEnd, expiresAt, type StoredBatch } from './stored.ts'

/** What one run needs. */
interface HereRunParts extends Leasing {
  readonly book: BatchBook
  readonly gateway: BatchGateway
  readonly concurrency: number
  readonly lines: () => Promise<readonly ChatCompletionRequest[]>
  /** Whether somebody has cancelled the batch, in whichever process. */
  readonly isCancelled: () => Promise<boolean>
}

/** What is kept of a request's end. */
type KeptResult = Pick<ResultLine, 'kind' | 'line' | 'usage'>

/**
 * One batch, run by this process for as long as it holds the lease. Before a request is run it is claimed, by an object that can be
 * written once: no request is ever run twice, by whichever processes. One that was claimed and has no result when its process is gone
 * is told as cut off.
 */
export class HereRun {
  /** Resolves when the batch has ended, or is no longer this process's. */
  readonly done: Promise<void>
  readonly #batch: StoredBatch
  readonly #tenant: string
  readonly #parts: HereRunParts
  readonly #calls = new AbortController()
  /** Aborted when no request is begun any more. */
  readonly #turn = new AbortController()
  #isCancelled: boolean
  #completed = 0
  #failed = 0

  constructor(batch: StoredBatch, parts: HereRunParts) {
    this.#batch = batch
    this.#tenant = tenantOf(batch)
    this.#parts = parts
    this.#isCancelled = batch.cancellingAt !== undefined
    this.done = this.#run()
  }

  get progress(): LeaseProgress {
    return { completed: this.#completed, failed: this.#failed }
  }

  /** Begins no request any more; those under way go on, until the gateway aborts them. */
  stop(): void {
    this.#turn.abort()
  }

  /** Ends the batch: what is under way is aborted. */
  cancel(): void {
    this.#isCancelled = true
    this.#calls.abort()
  }

  async #run(): Promise<void> {
    const lease = await takeLease(places.lease(this.#tenant, this.#batch.id), this.#parts)
    if (!lease) return
    const renewing = setInterval(() => void this.#renew(lease), this.#parts.leaseMs / 3)
    try {
      // Whoever held the lease before may have ended it since this batch was read: its results may be deleted by now.
      const { end, cancellingAt } = await this.#parts.book.batch(this.#tenant, this.#batch.id)
      if (end) return
      if (cancellingAt !== undefined) this.#isCancelled = true
      const isWhole = await this.#runAll().catch((error: unknown) => {
        // Tried anew it would be as gone, by every process and for ever.
        if (!isGone(error)) throw error
        return this.#end(
          'What this batch was to run is gone from the bucket that files are kept in; send its file anew.',
        )
      })
      if (isWhole) await this.#end()
    } finally {
      clearInterval(renewing)
      await lease.release()
    }
  }

  /** One whose lease was taken has stood still for too long: it begins nothing more, and what it still has counts if it comes first. */
  async #renew(lease: Lease): Promise<void> {
    try {
      if (!(await lease.renew(this.progress))) this.stop()
      if (!this.#isCancelled && (await this.#parts.isCancelled())) this.cancel()
    } catch (error) {
      this.#parts.gateway.onError(error)
    }
  }

  /** Whether every request has a result. */
  async #runAll(): Promise<boolean> {
    const { store, lines } = this.#parts
    const { id, total, inputFileId } = this.#batch
    const [claims, results] = [places.claims(this.#tenant, id), places.results(this.#tenant, id)]
    const state = runState(total, await store.listAll(claims), await store.listAll(results))
    const bodies = await lines()
    const index = await readIndex(store.stream(places.index(this.#tenant, inputFileId)))
    const lineOf = (ordinal: number): LineOf => ({
      batchId: id,
      ordinal,
      request: index[ordinal] ?? { customId: '', rules: undefined },
    })
    this.#completed = state.ended
    for (const ordinal of state.cut) await this.#keep(ordinal, unansweredLine(lineOf(ordinal), 'batch_interrupted'))
    const queue = state.open.values()
    const worker = async (): Promise<void> => {
      for (const ordinal of queue) {
        if (this.#turn.signal.aborted) return
        await this.#runOne(lineOf(ordinal), bodies[ordinal] as ChatCompletionRequest)
      }
    }
    const ends = await Promise.allSettled(Array.from({ length: this.#parts.concurrency }, this.#orStop(worker)))
    const failed = ends.find(end => end.status === 'rejected')
    if (failed) throw failed.reason
    return (await store.listAll(results)).length >= total
  }

  /** One that fails has the others end what they have begun: whoever takes up the batch tells what has no result then as cut off. */
  #orStop(worker: () => Promise<void>): () => Promise<void> {
    return async () => {
      try {
        await worker()
      } catch (error) {
        this.stop()
        throw error
      }
    }
  }

  async #runOne(of: LineOf, body: ChatCompletionRequest): Promise<void> {
    const { store, gateway, now } = this.#parts
    const over = this.#overBy(now())
    if (over) return this.#keep(of.ordinal, unansweredLine(of, over))
    const claim = `${places.claims(this.#tenant, this.#batch.id)}${of.ordinal}.json`
    if ((await store.write(claim, JSON.stringify({ at: now(), by: randomUUID() }), { ifAbsent: true })) === undefined)
      return
    const result = await runLine({
      gateway,
      batch: this.#batch,
      of,
      body,
      signal: this.#calls.signal,
      turn: this.#turn.signal,
      isLate: () => this.#overBy(now()) !== undefined,
    })
    if (result) return this.#keep(of.ordinal, this.#isCancelled ? cancelledOr(result, of) : result)
    const late = this.#overBy(now())
    if (late) return this.#keep(of.ordinal, unansweredLine(of, late))
    this.stop()
    await store.delete(claim)
  }

  /** Why no further request is begun. */
  #overBy(now: number): UnansweredCode | undefined {
    if (this.#isCancelled) return 'batch_cancelled'
    return expiresAt(this.#batch) * 1_000 <= now ? 'batch_expired' : undefined
  }

  async #keep(ordinal: number, { kind, line, usage }: ResultLine): Promise<void> {
    const kept: KeptResult = { kind, line, usage }
    const key = `${places.results(this.#tenant, this.#batch.id)}${ordinal}.json`
    const written = await this.#parts.store.write(key, JSON.stringify(kept), { ifAbsent: true })
    if (written === undefined) return
    if (kind === 'output') this.#completed += 1
    else this.#failed += 1
  }

  /** @param fault why it cannot go on; what was answered until then is kept */
  async #end(fault?: string): Promise<void> {
    const { store, gateway, now, book } = this.#parts
    const batch = this.#batch
    const files = new ResultFiles({ store, gateway, batch, now: now() })
    // Not by the time: the last answers may come, or be told by another process, when the window is over.
    let hasExpired = false
    for (let ordinal = 0; ordinal < batch.total; ordinal += 1) {
      const kept = await store.read(`${places.results(this.#tenant, batch.id)}${ordinal}.json`)
      if (!kept) continue
      const result = JSON.parse(kept.text) as KeptResult
      await files.add(result)
      hasExpired ||= isExpiredLine(result)
    }
    const at = Math.floor(now() / 1_000)
    const ofAll: BatchEnd['status'] = this.#isCancelled ? 'cancelled' : hasExpired ? 'expired' : 'completed'
    const results = await files.end()
    const counts = { ...results.counts, total: batch.total }
    const failure = fault && {
      errors: { object: 'list', data: [{ code: 'batch_failed', message: fault, line: null, param: null }] },
    }
    const status = failure ? 'failed' : ofAll
    const end: BatchEnd = { status, at, startedAt: batch.createdAt, ...results, counts, ...failure }
    await book.change(this.#tenant, batch.id, stored => (stored.end ? undefined : { end }))
    await store.delete(`${places.running}${batch.id}.json`)
  }
}

function isExpiredLine({ line: { error } }: KeptResult): boolean {
  return isJsonObject(error) && error.code === ('batch_expired' satisfies UnansweredCode)
}

/** What was aborted was cancelled; what was answered before that, stays. */
function cancelledOr(result: ResultLine, of: LineOf): ResultLine {
  return result.line.response === null ? unansweredLine(of, 'batch_cancelled') : result
}
