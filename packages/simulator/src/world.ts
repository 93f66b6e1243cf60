import type { BedrockGate } from './auth/bedrock-auth.ts'
import type { FaultPlan } from './faults/fault-plan.ts'
import type { Arrival } from './http/arrival.ts'
import type { Pace } from './http/play.ts'
import type { JobBook } from './jobs/job-book.ts'
import type { OpenaiBatch } from './openai/openai-batch.ts'
import type { OpenaiFile } from './openai/openai-file.ts'
import type { Random } from './random.ts'
import type { RequestLog } from './request-log.ts'
import type { ObjectStore } from './s3/object-store.ts'
import type { Dialect, Script } from './script.ts'

/** All that outlives one request. */
export interface World {
  readonly gate: BedrockGate
  readonly openaiKeys: readonly string[]
  readonly refusesUnknownArguments: boolean
  readonly random: Random
  readonly pace: Pace
  readonly faults: FaultPlan
  readonly log: RequestLog
  readonly bedrock: Dialect
  readonly openai: Dialect
  /** Prefixes that a cachePoint has stored. */
  readonly promptCache: Set<string>
  /** What S3 keeps. */
  readonly objects: ObjectStore
  /** Bedrock's batch jobs. */
  readonly jobs: JobBook
  readonly openaiFiles: Map<string, OpenaiFile>
  readonly openaiBatches: Map<string, OpenaiBatch>
  /** Ids of the items of responses that were stored. */
  readonly openaiItems: Set<string>
}

/** One request on its way to its handler. */
export interface Visit {
  readonly world: World
  readonly arrival: Arrival
  readonly operation: string
  /** The model id in path or body, percent-decoded. */
  readonly model: string
  readonly body: unknown
  readonly query: URLSearchParams
}

/** Decides what to answer. */
export type Handler = (visit: Visit) => Script
