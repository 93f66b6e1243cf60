import { splitLines } from '@modelgate/core'
import { parseAnswer } from '../wire/exact-json.ts'
import { type IndexedRequest, ordinalOf, readIndex } from './file-index.ts'
import { isGone, type ObjectStore } from './object-store.ts'
import { places, tenantKey } from './places.ts'
import { recordTranslator } from './record-translator.ts'
import type { ResultFiles } from './result-files.ts'
import { type LineOf, resultOfRecord, type UnansweredCode, unansweredLine } from './result-lines.ts'
import type { BatchEnd, StoredBatch } from './stored.ts'

/** What is read, and where to. */
interface ReadingResults {
  readonly store: ObjectStore
  readonly batch: StoredBatch
  readonly baseModel: string
  /** How the job ended. */
  readonly status: BatchEnd['status']
  readonly files: ResultFiles
  readonly requests: readonly IndexedRequest[]
}

/** The requests that a batch is of; `undefined` where they are gone from the bucket, as by a lifecycle rule. */
export async function requestsOf(
  store: ObjectStore,
  { principal, inputFileId }: StoredBatch,
): Promise<readonly IndexedRequest[] | undefined> {
  const tenant = tenantKey({ principal: principal ?? undefined })
  try {
    return await readIndex(store.stream(places.index(tenant, inputFileId)))
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Why a request has no result, by how its job ended. */
const reasons: Readonly<Record<BatchEnd['status'], UnansweredCode>> = {
  completed: 'batch_failed',
  failed: 'batch_failed',
  expired: 'batch_expired',
  cancelled: 'batch_cancelled',
}

/** Reads what a job has written, in whatever order, and adds a line for each request; those without a result come last. */
export async function readResults({ store, batch, baseModel, status, files, requests }: ReadingResults): Promise<void> {
  const tenant = tenantKey({ principal: batch.principal ?? undefined })
  const isAnswered = new Uint8Array(requests.length)
  const { model } = batch.target
  const translator = recordTranslator({ model, baseModel, unsupportedParams: undefined })
  const reading = { translator, model, created: batch.createdAt }
  const lineOf = (ordinal: number, request: IndexedRequest): LineOf => ({ batchId: batch.id, ordinal, request })
  for await (const text of outputLines(store, places.job(tenant, batch.id))) {
    const record = parseAnswer(text)
    const ordinal = ordinalOf(record?.recordId)
    const request = ordinal === undefined ? undefined : requests[ordinal]
    // A record that nobody asked for, or a second one, is not told twice.
    if (!record || ordinal === undefined || !request || isAnswered[ordinal] === 1) continue
    isAnswered[ordinal] = 1
    await files.add(resultOfRecord(record, lineOf(ordinal, request), reading))
  }
  for (const [ordinal, request] of requests.entries()) {
    if (isAnswered[ordinal] !== 1) await files.add(unansweredLine(lineOf(ordinal, request), reasons[status]))
  }
}

/** Of all output files: a job writes one for each file of records, in a folder of its own. */
async function* outputLines(store: ObjectStore, folder: string): AsyncGenerator<string, void, void> {
  const keys = await store.listAll(folder)
  for (const key of keys.filter(name => name.endsWith('.jsonl.out'))) {
    try {
      for await (const { bytes } of splitLines(store.stream(key), longestRecordBytes))
        yield Buffer.from(bytes).toString('utf8')
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
}

/** A record repeats its request. */
const longestRecordBytes = 100_000_000
