import {
  type BatchCaller,
  type BatchGateway,
  type BatchObject,
  type BatchProvider,
  GatewayError,
  type ListQuery,
  type NewBatch,
  pageOf,
} from '@modelgate/core'
import { addBatch } from './add-batch.ts'
import { BatchBook, isExpired } from './batch-book.ts'
import { lazyClients } from './batch-clients.ts'
import type { BedrockBatchesOptions } from './bedrock-batches-options.ts'
import { checkBatchesOptions } from './check-batches-options.ts'
import { HereBatches } from './here-batches.ts'
import { idForKey } from './id-for-key.ts'
import { JobApi } from './job-api.ts'
import { JobBatches } from './job-batches.ts'
import { keepFile } from './keep-file.ts'
import { listKept } from './list-kept.ts'
import { ObjectStore } from './object-store.ts'
import { isIdOf, newId, places, tenantKey } from './places.ts'
import { recordTranslator } from './record-translator.ts'
import { type StoredBatch, type StoredFile, toBatchObject } from './stored.ts'

/** How long who asks for a batch waits for its results. */
const finishWaitMs = 10_000

/**
 * OpenAI's files and batches over Bedrock's batch jobs and S3, which is all the memory there is: gateways come and go. The AWS SDK is
 * loaded with the first request.
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html
 */
export function bedrockBatches(options: BedrockBatchesOptions): BatchProvider {
  checkBatchesOptions(options)
  return new BedrockBatches(options)
}

class BedrockBatches implements BatchProvider {
  readonly provider: string
  readonly #options: BedrockBatchesOptions
  readonly #store: ObjectStore
  readonly #book: BatchBook
  readonly #jobs: JobBatches
  readonly #here: HereBatches
  readonly #close: () => Promise<void>
  readonly #now: () => number
  #gateway: BatchGateway | undefined

  constructor(options: BedrockBatchesOptions) {
    const { bucket, prefix = 'modelgate/', roleArn, leaseMs = 60_000, now = Date.now, concurrency = 4 } = options
    this.provider = options.provider ?? 'bedrock'
    this.#options = options
    this.#now = now
    const clients = lazyClients(options)
    const store = new ObjectStore(clients, { bucket, prefix })
    const book = new BatchBook(store)
    const gateway = (): BatchGateway => this.#attached()
    const shared = { store, book, gateway, leaseMs, now }
    const baseOf = (model: string): string => this.#baseOf(model)
    this.#store = store
    this.#book = book
    this.#jobs = new JobBatches({ ...shared, api: new JobApi(clients), roleArn, baseOf, finishWaitMs })
    this.#here = new HereBatches({ ...shared, concurrency, owns: id => this.owns(id) })
    this.#close = () => clients.close()
  }

  owns(id: string): boolean {
    return isIdOf(this.provider, id)
  }

  createFile: BatchProvider['createFile'] = (upload, caller) => {
    const { model } = upload.target
    const { unsupportedParams } = this.#options
    const translator = recordTranslator({ model, baseModel: this.#baseOf(model), unsupportedParams })
    const now = this.#now()
    return keepFile(upload, { store: this.#store, id: newId('file', this.provider, now), now, translator, caller })
  }

  file: BatchProvider['file'] = async (id, caller) => (await this.#file(id, caller)).object

  files: BatchProvider['files'] = async (query, caller) => {
    const tenant = tenantKey(caller)
    const page = await this.#list<StoredFile>(places.files(tenant), query, file => {
      return !isExpired(file, this.#now()) && (query.purpose === undefined || file.object.purpose === query.purpose)
    })
    return pageOf(
      page.items.map(({ object }) => object),
      page.hasMore,
    )
  }

  deleteFile: BatchProvider['deleteFile'] = async (id, caller) => {
    const tenant = tenantKey(caller)
    await this.#file(id, caller)
    await this.#store.delete(places.file(tenant, id))
    // A batch may be reading them: then a lifecycle rule of the bucket takes them away.
    const isUsed = (await this.#store.read(places.used(tenant, id))) !== undefined
    const data = isUsed ? [] : [places.content, places.records, places.index]
    await Promise.all(data.map(at => this.#store.delete(at(tenant, id))))
    return { id, object: 'file', deleted: true }
  }

  content: BatchProvider['content'] = async (id, caller) => {
    const { object } = await this.#file(id, caller)
    return { length: object.bytes, bytes: this.#store.stream(places.content(tenantKey(caller), id), caller.signal) }
  }

  createBatch: BatchProvider['createBatch'] = async (asked, caller) => {
    const { requests } = await this.#file(asked.inputFileId, caller)
    if (!requests) {
      const message = `input_file_id: '${asked.inputFileId}' is a file of results; name one of requests.`
      throw new GatewayError('invalid_request', message, { param: 'input_file_id' })
    }
    const { model, target, count, promptTokens, completionTokens, invocationType } = requests
    const runsHere = this.#runsHere(count)
    const { principal } = caller
    const tenant = tenantKey(caller)
    const batch = await this.#newBatch(asked, caller)
    // Before the batch: deleting the file from now on leaves what the batch reads.
    await this.#store.write(places.used(tenant, asked.inputFileId), '{}')
    const known = asked.idempotencyKey === undefined ? undefined : await this.#book.find(tenant, batch.id)
    const gateway = this.#attached()
    const size = {
      principal,
      model,
      target,
      requests: count,
      promptTokens,
      runsAsCalls: runsHere || known !== undefined,
    }
    const reserved = await gateway.admit({ ...size, completionTokens: completionTokens ?? undefined })
    const facts = { ...batch, model, target, total: count, runsHere, invocationType, reserved }
    const kept = known ? { batch: known, isChanged: false } : await addBatch(this.#book, tenant, facts, gateway)
    if (!kept.isChanged) gateway.release(reserved)
    return kept.batch.runsHere ? this.#look(await this.#here.start(kept.batch)) : this.#jobs.begin(kept.batch)
  }

  batch: BatchProvider['batch'] = async (id, caller) => this.#look(await this.#book.batch(tenantKey(caller), id))

  batches: BatchProvider['batches'] = async (query, caller) => {
    const { items, hasMore } = await this.#list<StoredBatch>(places.batches(tenantKey(caller)), query, () => true)
    // What cannot be said of one must not hide the others.
    const told = items.map(batch =>
      this.#look(batch).catch((error: unknown) => {
        this.#attached().onError(error)
        return toBatchObject(batch, { status: 'in_progress' })
      }),
    )
    return pageOf(await Promise.all(told), hasMore)
  }

  cancelBatch: BatchProvider['cancelBatch'] = async (id, caller) => {
    const batch = await this.#book.batch(tenantKey(caller), id)
    if (batch.end) {
      throw new GatewayError('invalid_request', `The batch '${id}' is ${batch.end.status}; it cannot be cancelled.`, {
        status: 409,
        param: 'batch_id',
      })
    }
    return batch.runsHere ? this.#here.cancel(batch) : this.#jobs.cancel(batch)
  }

  start(gateway: BatchGateway): void {
    this.#gateway = gateway
    if (this.#options.smallBatches === 'run') this.#here.begin()
  }

  stop(): void {
    this.#here.stop()
  }

  async close(): Promise<void> {
    await Promise.all([this.#here.close(), this.#jobs.close()])
    await this.#close()
  }

  async #newBatch(
    { idempotencyKey: key, ...asked }: NewBatch,
    caller: BatchCaller,
  ): Promise<Omit<NewBatch, 'idempotencyKey'> & Pick<StoredBatch, 'id' | 'createdAt' | 'principal'>> {
    const now = this.#now()
    const madeId = newId('batch', this.provider, now)
    const { inputFileId } = asked
    const id =
      key === undefined
        ? madeId
        : await idForKey(this.#store, { tenant: tenantKey(caller), key, inputFileId, madeId, now })
    return { ...asked, id, createdAt: Math.floor(now / 1_000), principal: caller.principal ?? null }
  }

  /** @throws {GatewayError} `invalid_request` naming the minimum. */
  #runsHere(count: number): boolean {
    const { minimumRequests = 100, smallBatches = 'refuse' } = this.#options
    if (count >= minimumRequests) return false
    if (smallBatches === 'run') return true
    const message = `The file has ${count} ${count === 1 ? 'request' : 'requests'}, and Bedrock takes batches of ${minimumRequests} at least; add more, or make them as calls.`
    throw new GatewayError('invalid_request', message, { param: 'input_file_id' })
  }

  #look(batch: StoredBatch): Promise<BatchObject> {
    return batch.runsHere ? this.#here.look(batch) : this.#jobs.look(batch)
  }

  #file(id: string, caller: BatchCaller): Promise<StoredFile> {
    return this.#book.file(tenantKey(caller), id, this.#now())
  }

  #list<T>(prefix: string, query: ListQuery, keep: (item: T) => boolean) {
    return listKept<T>(this.#store, prefix, { ...query, owns: id => this.owns(id), keep })
  }

  #baseOf(model: string): string {
    const { baseModels = {} } = this.#options
    return (Object.hasOwn(baseModels, model) ? baseModels[model] : undefined) ?? model
  }

  #attached(): BatchGateway {
    if (this.#gateway) return this.#gateway
    throw new TypeError('These batches have no gateway: pass them to createGateway({ batches }).')
  }
}
