import { Buffer } from 'node:buffer'
import type { BatchGateway, BatchUsage, FileObject, Usage } from '@modelgate/core'
import type { ObjectStore } from './object-store.ts'
import { idFor, places, tenantKey } from './places.ts'
import type { ResultLine } from './result-lines.ts'
import type { BatchEnd, StoredBatch, StoredFile } from './stored.ts'

/** Whose results are written, and when. */
interface ResultsOf {
  readonly store: ObjectStore
  readonly gateway: Pick<BatchGateway, 'costOf'>
  readonly batch: StoredBatch
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What of a batch's end its results say. */
type ResultFacts = Pick<BatchEnd, 'counts' | 'usage' | 'costUsd' | 'outputFileId' | 'errorFileId'>

/** Writes a batch's output and error files line by line, and counts. Written anew they are the same files. */
export class ResultFiles {
  readonly #of: ResultsOf
  readonly #tenant: string
  readonly #files: Readonly<
    Record<ResultLine['kind'], { readonly id: string; readonly writer: ReturnType<ObjectStore['open']> }>
  >
  readonly #counts = { output: 0, error: 0 }
  #usage: BatchUsage | undefined
  #costUsd: number | null = 0
  #answered = 0

  constructor(of: ResultsOf) {
    this.#of = of
    const { store, batch } = of
    this.#tenant = tenantKey({ principal: batch.principal ?? undefined })
    const open = (kind: ResultLine['kind']) => {
      const key = `${batch.id} ${kind}`
      const id = idFor('file', batch.target.provider, { key, now: batch.createdAt * 1_000 })
      return { id, writer: store.open(places.content(this.#tenant, id)) }
    }
    this.#files = { output: open('output'), error: open('error') }
  }

  /** Requests that a model has answered, readable or not. */
  get answered(): number {
    return this.#answered
  }

  async add({ kind, line, usage, isAnswered = kind === 'output' }: ResultLine): Promise<void> {
    this.#counts[kind] += 1
    if (isAnswered) this.#answered += 1
    // What was answered and says no usage has cost something.
    if (isAnswered && !usage && !this.#of.batch.runsHere) this.#costUsd = null
    if (usage) {
      this.#usage = added(this.#usage, usage)
      // Each line by itself: what a long prompt costs depends on its own length.
      const costUsd = this.#of.batch.runsHere ? 0 : this.#of.gateway.costOf(this.#of.batch.target, usage)
      this.#costUsd = costUsd === null || this.#costUsd === null ? null : this.#costUsd + costUsd
    }
    await this.#files[kind].writer.write(Buffer.from(`${JSON.stringify(line)}\n`))
  }

  /** Keeps both files. One without lines is none. */
  async end(): Promise<ResultFacts> {
    const outputFileId = await this.#keep('output')
    const errorFileId = await this.#keep('error')
    const { output, error } = this.#counts
    return {
      counts: { total: output + error, completed: output, failed: error },
      usage: this.#usage,
      costUsd: this.#costUsd,
      outputFileId,
      errorFileId,
    }
  }

  async abort(): Promise<void> {
    await Promise.all([this.#files.output.writer.abort(), this.#files.error.writer.abort()])
  }

  async #keep(kind: ResultLine['kind']): Promise<string | undefined> {
    if (this.#counts[kind] === 0) return undefined
    const { id, writer } = this.#files[kind]
    await writer.end()
    const { store, batch, now } = this.#of
    const createdAt = Math.floor(now / 1_000)
    const { outputExpiresAfterSeconds: seconds } = batch
    const object: FileObject = {
      id,
      object: 'file',
      bytes: writer.bytes,
      created_at: createdAt,
      filename: `${batch.id}_${kind}.jsonl`,
      purpose: 'batch_output',
      status: 'processed',
      ...(seconds !== undefined && { expires_at: createdAt + seconds }),
    }
    const stored: StoredFile = { object }
    await store.write(places.file(this.#tenant, id), JSON.stringify(stored))
    return id
  }
}

function added(sum: BatchUsage | undefined, usage: Usage): BatchUsage {
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0
  return {
    input_tokens: (sum?.input_tokens ?? 0) + usage.prompt_tokens,
    input_tokens_details: { cached_tokens: (sum?.input_tokens_details.cached_tokens ?? 0) + cached },
    output_tokens: (sum?.output_tokens ?? 0) + (usage.completion_tokens ?? 0),
    output_tokens_details: { reasoning_tokens: (sum?.output_tokens_details.reasoning_tokens ?? 0) + reasoning },
    total_tokens: (sum?.total_tokens ?? 0) + usage.total_tokens,
  }
}
