import type { BatchGateway, BatchObject } from '@modelgate/core'
import type { BatchBook } from './batch-book.ts'
import type { JobApi } from './job-api.ts'
import { endOfJob, type Job, progressOf } from './job-status.ts'
import { type Leasing, takeLease } from './leases.ts'
import { places, tenantKey } from './places.ts'
import { readResults } from './read-results.ts'
import { ResultFiles } from './result-files.ts'
import { type BatchEnd, type StoredBatch, toBatchObject } from './stored.ts'

/** What batches over jobs of Bedrock's need. */
export interface JobBatchesParts extends Leasing {
  readonly book: BatchBook
  readonly api: JobApi
  readonly roleArn: string
  readonly baseOf: (model: string) => string
  readonly gateway: () => BatchGateway
  /** Milliseconds that who asks for a batch waits for its results to be prepared; longer ones are `finalizing`. */
  readonly finishWaitMs: number
}

/** Batches that are jobs of Bedrock's. All that is known of one is kept: any process can go on where another stopped. */
export class JobBatches {
  readonly #parts: JobBatchesParts
  readonly #finishing = new Map<string, Promise<StoredBatch | undefined>>()

  constructor(parts: JobBatchesParts) {
    this.#parts = parts
  }

  /** Creates the job of a batch that is kept already: who comes after one that was cut off here creates the same one. */
  async start(batch: StoredBatch): Promise<StoredBatch> {
    const { store, api, book, roleArn } = this.#parts
    const tenant = tenantOf(batch)
    const jobArn = await api.create({
      batchId: batch.id,
      model: batch.target.model,
      invocationType: batch.invocationType,
      roleArn,
      inputUri: store.uri(places.records(tenant, batch.inputFileId)),
      outputUri: store.uri(places.job(tenant, batch.id)),
    })
    return (await book.change(tenant, batch.id, now => (now.jobArn === undefined ? { jobArn } : undefined))).batch
  }

  /** How a batch stands. The first look at a job that has ended prepares its results. */
  async look(given: StoredBatch): Promise<BatchObject> {
    if (given.end) return toBatchObject(given, { status: 'finalizing' })
    const batch = given.jobArn === undefined ? await this.start(given) : given
    const job = await this.#parts.api.get(batch.jobArn ?? '')
    const status = endOfJob(job)
    const progress = progressOf(job, batch.total)
    if (status === undefined) {
      const isCancelling = batch.cancellingAt !== undefined
      return toBatchObject(batch, isCancelling ? { ...progress, status: 'cancelling' } : progress)
    }
    const finished = await this.#finishedInTime(batch, job, status)
    return toBatchObject(finished ?? batch, { ...progress, status: 'finalizing' })
  }

  async cancel(batch: StoredBatch): Promise<BatchObject> {
    const started = batch.jobArn === undefined ? await this.start(batch) : batch
    await this.#parts.api.stop(started.jobArn ?? '')
    const cancellingAt = Math.floor(this.#parts.now() / 1_000)
    const { book } = this.#parts
    const changed = await book.change(tenantOf(batch), batch.id, now =>
      now.end || now.cancellingAt !== undefined ? undefined : { cancellingAt },
    )
    return toBatchObject(changed.batch, { status: 'cancelling' })
  }

  /** Waits for results that are being prepared. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#finishing.values())
  }

  async #finishedInTime(batch: StoredBatch, job: Job, status: BatchEnd['status']): Promise<StoredBatch | undefined> {
    const { id } = batch
    let work = this.#finishing.get(id)
    if (!work) {
      work = this.#finish(batch, job, status).finally(() => this.#finishing.delete(id))
      this.#finishing.set(id, work)
      // Where nobody waits for it any more. Who asks next tries again.
      work.catch((error: unknown) => this.#parts.gateway().onError(error))
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<undefined>(resolve => {
      timer = setTimeout(() => resolve(undefined), this.#parts.finishWaitMs)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** `undefined` while another process is at it. */
  async #finish(batch: StoredBatch, job: Job, status: BatchEnd['status']): Promise<StoredBatch | undefined> {
    const { book, gateway } = this.#parts
    const tenant = tenantOf(batch)
    const lease = await takeLease(places.lease(tenant, batch.id), this.#parts)
    if (!lease) return undefined
    try {
      const end = await this.#endOf(batch, job, status)
      const { batch: ended, isChanged } = await book.change(tenant, batch.id, now => (now.end ? undefined : { end }))
      if (isChanged) {
        const { id, model, target, principal } = batch
        const { usage, costUsd } = end
        gateway().ended({ id, model, target, principal: principal ?? undefined, status, usage, costUsd })
      }
      return ended
    } finally {
      await lease.release()
    }
  }

  async #endOf(batch: StoredBatch, job: Job, status: BatchEnd['status']): Promise<BatchEnd> {
    const { store, gateway, now, baseOf } = this.#parts
    const endedAt = job.endTime?.getTime() ?? now()
    const facts = {
      status,
      at: Math.floor(endedAt / 1_000),
      startedAt: progressOf({ ...job, status: '' }, 0).startedAt,
    }
    if (status === 'failed') {
      const message = `Bedrock: ${job.message ?? 'the job failed'}`
      const errors = { object: 'list', data: [{ code: 'batch_failed', message, line: null, param: null }] }
      return { ...facts, counts: { total: batch.total, completed: 0, failed: 0 }, costUsd: 0, errors }
    }
    const files = new ResultFiles({ store, gateway: gateway(), batch, now: endedAt })
    try {
      await readResults({ store, batch, baseModel: baseOf(batch.target.model), status, files })
      return { ...facts, ...(await files.end()) }
    } catch (error) {
      await files.abort()
      throw error
    }
  }
}

/** Under which key a batch's own things are kept. */
export function tenantOf({ principal }: StoredBatch): string {
  return tenantKey({ principal: principal ?? undefined })
}
