import { type BatchGateway, type BatchObject, type ChatCompletionRequest, splitLines } from '@modelgate/core'
import { parseJsonObject } from '../wire/json.ts'
import type { BatchBook } from './batch-book.ts'
import { HereRun } from './here-run.ts'
import { tenantOf } from './job-batches.ts'
import { type Leasing, readLease } from './leases.ts'
import { nameOf, places } from './places.ts'
import { type StoredBatch, toBatchObject } from './stored.ts'

/** What batches need that gateways run themselves. */
interface HereBatchesParts extends Leasing {
  readonly book: BatchBook
  readonly gateway: () => BatchGateway
  /** Requests under way at once, of one batch in one process. */
  readonly concurrency: number
  /** Whether a batch, by its id, is this provider's: others may keep theirs in the same place, and other gateways have other models. */
  readonly owns: (id: string) => boolean
}

/**
 * Batches that are too small for Bedrock, run by gateways through their own layers. One process runs a batch at a time; where it ends
 * without a word, another takes it up once its lease is over.
 */
export class HereBatches {
  readonly #parts: HereBatchesParts
  readonly #runs = new Map<string, HereRun>()
  #sweeping: ReturnType<typeof setInterval> | undefined
  #isStopped = false

  constructor(parts: HereBatchesParts) {
    this.#parts = parts
  }

  /** Looks for batches that nobody runs, now and once a lease's time. */
  begin(): void {
    const sweep = (): void => void this.#sweep().catch((error: unknown) => this.#parts.gateway().onError(error))
    this.#sweeping = setInterval(sweep, this.#parts.leaseMs)
    this.#sweeping.unref()
    sweep()
  }

  /** Runs a batch that is kept already, unless it has ended. */
  async start(batch: StoredBatch): Promise<StoredBatch> {
    if (batch.end) return batch
    const { store, gateway } = this.#parts
    const text = JSON.stringify({ tenant: tenantOf(batch) })
    // It is kept: an error would have it sent anew, and run twice. Without this it is taken up by who looks at it, not by a sweep.
    await store.write(`${places.running}${batch.id}.json`, text).catch((error: unknown) => gateway().onError(error))
    void this.#take(batch)
    return batch
  }

  async look(batch: StoredBatch): Promise<BatchObject> {
    if (batch.end) return toBatchObject(batch, { status: 'in_progress' })
    const held = await this.#parts.store.read(places.lease(tenantOf(batch), batch.id))
    const lease = held && readLease(held.text)
    // Whose process is gone: who asks takes it up.
    if (!lease || lease.until <= this.#parts.now()) void this.#take(batch)
    const { completed = 0, failed = 0 } = this.#runs.get(batch.id)?.progress ?? lease?.progress ?? {}
    const counts = { total: batch.total, completed, failed }
    const status = batch.cancellingAt === undefined ? 'in_progress' : 'cancelling'
    return toBatchObject(batch, { status, counts, startedAt: batch.createdAt })
  }

  async cancel(batch: StoredBatch): Promise<BatchObject> {
    const cancellingAt = Math.floor(this.#parts.now() / 1_000)
    const { batch: changed } = await this.#parts.book.change(tenantOf(batch), batch.id, now =>
      now.end || now.cancellingAt !== undefined ? undefined : { cancellingAt },
    )
    this.#runs.get(batch.id)?.cancel()
    return this.look(changed)
  }

  /** Begins no request any more. */
  stop(): void {
    this.#isStopped = true
    clearInterval(this.#sweeping)
    for (const run of this.#runs.values()) run.stop()
  }

  /** Waits for what is under way to be kept, and gives the batches back. */
  async close(): Promise<void> {
    this.stop()
    await Promise.allSettled([...this.#runs.values()].map(run => run.done))
  }

  async #take(batch: StoredBatch): Promise<void> {
    if (this.#isStopped || this.#runs.has(batch.id)) return
    const { book } = this.#parts
    const tenant = tenantOf(batch)
    const run = new HereRun(batch, {
      ...this.#parts,
      gateway: this.#parts.gateway(),
      lines: () => this.#linesOf(batch),
      isCancelled: async () => (await book.batch(tenant, batch.id)).cancellingAt !== undefined,
    })
    this.#runs.set(batch.id, run)
    try {
      await run.done
    } catch (error) {
      this.#parts.gateway().onError(error)
    } finally {
      this.#runs.delete(batch.id)
    }
  }

  async #sweep(): Promise<void> {
    const { store, owns } = this.#parts
    const keys = await store.listAll(places.running)
    // One that fails, or that a lifecycle rule took away, must not stand before the others, which may be other tenants'.
    for (const key of keys.filter(each => owns(nameOf(each)))) {
      await this.#lookAt(key).catch((error: unknown) => this.#parts.gateway().onError(error))
    }
  }

  async #lookAt(key: string): Promise<void> {
    const { store, book } = this.#parts
    const kept = await store.read(key)
    const tenant = kept && parseJsonObject(kept.text)?.tenant
    if (typeof tenant !== 'string') return
    const batch = await book.find(tenant, nameOf(key))
    if (!batch || batch.end) await store.delete(key)
    else await this.look(batch)
  }

  /** The requests of a batch, in order: they are few. */
  async #linesOf(batch: StoredBatch): Promise<readonly ChatCompletionRequest[]> {
    const { store } = this.#parts
    const bodies: ChatCompletionRequest[] = []
    const content = store.stream(places.content(tenantOf(batch), batch.inputFileId))
    for await (const { bytes } of splitLines(content)) {
      const line = parseJsonObject(Buffer.from(bytes).toString('utf8'))
      bodies.push(line?.body as ChatCompletionRequest)
    }
    return bodies
  }
}
