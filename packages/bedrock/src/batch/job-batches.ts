import { type BatchGateway, type BatchObject, type GatewayError, isGatewayError } from '@modelgate/core'
import type { BatchBook } from './batch-book.ts'
import type { JobApi } from './job-api.ts'
import { endOfJob, type Job, progressOf } from './job-status.ts'
import { type Leasing, takeLease } from './leases.ts'
import { places, tenantKey } from './places.ts'
import { readResults, requestsOf } from './read-results.ts'
import { ResultFiles } from './result-files.ts'
import { type BatchEnd, type StoredBatch, toBatchObject } from './stored.ts'

/** What batches over jobs of Bedrock's need. */
interface JobBatchesParts extends Leasing {
  readonly book: BatchBook
  readonly api: JobApi
  readonly roleArn: string
  readonly baseOf: (model: string) => string
  readonly gateway: () => BatchGateway
  /** Milliseconds that who asks for a batch waits for its results to be prepared; longer ones are `finalizing`. */
  readonly finishWaitMs: number
}

/** Batches whose results one process prepares at once. */
const mostFinishing = 4

/** Batches that are jobs of Bedrock's. All that is known of one is kept, so that each process can go on where another stopped. */
export class JobBatches {
  readonly #parts: JobBatchesParts
  readonly #finishing = new Map<string, Promise<StoredBatch | undefined>>()

  constructor(parts: JobBatchesParts) {
    this.#parts = parts
  }

  /**
   * Begins a batch that is kept already. One that Bedrock refuses has failed; where it cannot be asked, whoever looks next creates the job.
   * @throws {GatewayError} why Bedrock refuses it.
   */
  async begin(batch: StoredBatch): Promise<BatchObject> {
    try {
      return await this.look(batch.jobArn === undefined && !batch.end ? await this.start(batch) : batch)
    } catch (error) {
      if (isRefusal(error) && (await this.#refused(batch, error)).end) throw error
      // It is kept: an error would have it sent anew, and run twice.
      this.#parts.gateway().onError(error)
      return toBatchObject(batch, { status: 'validating' })
    }
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
    try {
      return (await book.change(tenant, batch.id, now => (now.jobArn === undefined ? { jobArn } : undefined))).batch
    } catch (error) {
      // The job runs: whoever looks next is given the same one, and keeps its name.
      this.#parts.gateway().onError(error)
      return { ...batch, jobArn }
    }
  }

  /** How a batch stands. The first look at a job that has ended prepares its results. */
  async look(given: StoredBatch): Promise<BatchObject> {
    if (given.end) return toBatchObject(given, { status: 'finalizing' })
    const batch = await this.#started(given)
    if (batch.end) return toBatchObject(batch, { status: 'finalizing' })
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
    const started = await this.#started(batch)
    if (started.end) return toBatchObject(started, { status: 'cancelling' })
    await this.#parts.api.stop(started.jobArn ?? '')
    const cancellingAt = Math.floor(this.#parts.now() / 1_000)
    const { book } = this.#parts
    const changed = await book.change(tenantOf(batch), batch.id, now =>
      now.end || now.cancellingAt !== undefined ? undefined : { cancellingAt },
    )
    return toBatchObject(changed.batch, { status: 'cancelling' })
  }

  /**
   * With its job. One that could not be asked for before, and is refused now, has failed: else each look would fail, for ever. Not so where
   * the gateway's own credentials are refused: others will do.
   */
  async #started(batch: StoredBatch): Promise<StoredBatch> {
    if (batch.jobArn !== undefined) return batch
    return this.start(batch).catch((error: unknown) => {
      if (isRefusal(error) && error.code !== 'upstream_auth_failed') return this.#refused(batch, error)
      throw error
    })
  }

  /** Waits for results that are being prepared. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#finishing.values())
  }

  async #finishedInTime(batch: StoredBatch, job: Job, status: BatchEnd['status']): Promise<StoredBatch | undefined> {
    const { id } = batch
    let work = this.#finishing.get(id)
    if (!work) {
      // Each takes memory: a list may show a hundred that have just ended.
      if (this.#finishing.size >= mostFinishing) return undefined
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

  /** Whoever asked for it heard that there is none, and may ask again: what is kept of it must not be run, too. */
  async #refused(batch: StoredBatch, { message }: GatewayError): Promise<StoredBatch> {
    const { book, now } = this.#parts
    const errors = { object: 'list', data: [{ code: 'batch_refused', message, line: null, param: null }] }
    const counts = { total: batch.total, completed: 0, failed: 0 }
    const end: BatchEnd = { status: 'failed', at: Math.floor(now() / 1_000), counts, costUsd: 0, errors }
    const { batch: ended, isChanged } = await book.change(tenantOf(batch), batch.id, stored =>
      stored.end || stored.jobArn !== undefined ? undefined : { end },
    )
    if (isChanged) this.#tell(ended, end)
    return ended
  }

  /** `undefined` while another process is at it. */
  async #finish(batch: StoredBatch, job: Job, status: BatchEnd['status']): Promise<StoredBatch | undefined> {
    const { book, leaseMs, gateway } = this.#parts
    const tenant = tenantOf(batch)
    const lease = await takeLease(places.lease(tenant, batch.id), this.#parts)
    if (!lease) return undefined
    // Large results take longer than a lease lasts: each process that is asked meanwhile would begin to prepare them, too.
    const renewing = setInterval(
      () => void lease.renew().catch((error: unknown) => gateway().onError(error)),
      leaseMs / 3,
    )
    renewing.unref()
    try {
      // Whoever held the lease before may have ended it since this batch was read: its results may be deleted by now.
      const stored = await book.batch(tenant, batch.id)
      if (stored.end) return stored
      const end = await this.#endOf(batch, job, status)
      const { batch: ended, isChanged } = await book.change(tenant, batch.id, now => (now.end ? undefined : { end }))
      if (isChanged) {
        this.#tell(ended, end)
      }
      return ended
    } finally {
      clearInterval(renewing)
      await lease.release()
    }
  }

  #tell({ id, model, target, principal, reserved }: StoredBatch, { status, usage, costUsd }: BatchEnd): void {
    const whose = { principal: principal ?? undefined, reserved }
    this.#parts.gateway().ended({ id, model, target, status, usage, costUsd, ...whose })
  }

  async #endOf(batch: StoredBatch, job: Job, status: BatchEnd['status']): Promise<BatchEnd> {
    const { store, gateway, now, baseOf } = this.#parts
    const endedAt = job.endTime?.getTime() ?? now()
    const facts = {
      status,
      at: Math.floor(endedAt / 1_000),
      startedAt: progressOf({ ...job, status: '' }, 0).startedAt,
    }
    const failed = (message: string, costUsd: number | null): BatchEnd => {
      const errors = { object: 'list', data: [{ code: 'batch_failed', message, line: null, param: null }] }
      return { ...facts, status: 'failed', counts: { total: batch.total, completed: 0, failed: 0 }, costUsd, errors }
    }
    // Nobody says whether what a job had answered before it failed is paid for.
    if (status === 'failed') {
      return failed(`Bedrock: ${job.message ?? 'the job failed'}`, job.successRecordCount ? null : 0)
    }
    const requests = await requestsOf(store, batch)
    // Looked for anew they would be as gone, at each look and for ever.
    if (!requests) return failed('What this batch was of is gone from the bucket; send its file anew.', null)
    const files = new ResultFiles({ store, gateway: gateway(), batch, now: endedAt })
    try {
      await readResults({ store, batch, baseModel: baseOf(batch.target.model), status, files, requests })
      const results = await files.end()
      // Answers that Bedrock counts and that are not there are paid for.
      const isWhole = files.answered >= (job.successRecordCount ?? 0)
      return { ...facts, ...results, costUsd: isWhole ? results.costUsd : null }
    } catch (error) {
      await files.abort()
      throw error
    }
  }
}

/** A refusal for good: another try would get the same. */
function isRefusal(error: unknown): error is GatewayError {
  const codes: readonly string[] = ['invalid_request', 'model_not_found', 'permission_denied', 'upstream_auth_failed']
  return isGatewayError(error) && codes.includes(error.code)
}

/** Under which key a batch's own things are kept. */
export function tenantOf({ principal }: StoredBatch): string {
  return tenantKey({ principal: principal ?? undefined })
}
