import type {
  BatchErrors,
  BatchObject,
  BatchStatus,
  BatchUsage,
  FileObject,
  KeptReservation,
  Principal,
  Target,
} from '@modelgate/core'

/** A file's facts, as they are kept. */
export interface StoredFile {
  readonly object: FileObject
  /** Of a file of requests: what they are for. */
  readonly requests?: {
    readonly model: string
    readonly target: Target
    readonly count: number
    /** The most that all prompts may have. */
    readonly promptTokens: number
    /** The most that all answers may have; `null` where one of them has no cap. */
    readonly completionTokens: number | null
    readonly invocationType: 'Converse' | 'InvokeModel'
  }
}

/** A batch, as it is kept. Members are added as it goes on, none is taken away. */
export interface StoredBatch {
  readonly id: string
  readonly inputFileId: string
  readonly endpoint: string
  readonly metadata: Readonly<Record<string, string>> | null
  /** Of its files of results. */
  readonly outputExpiresAfterSeconds?: number | undefined
  /** Unix seconds. */
  readonly createdAt: number
  readonly principal: Principal | null
  readonly model: string
  readonly target: Target
  readonly total: number
  /** Whether gateways run it themselves, and no job of Bedrock's. */
  readonly runsHere: boolean
  readonly invocationType: 'Converse' | 'InvokeModel'
  /** Of its caller's budgets, until its end. */
  readonly reserved?: KeptReservation | undefined
  /** Whose change it was that made it so: what two make of it at once would look the same. */
  readonly change: string
  readonly jobArn?: string | undefined
  readonly cancellingAt?: number | undefined
  readonly end?: BatchEnd | undefined
}

/** What a batch came to. */
export interface BatchEnd {
  readonly status: Extract<BatchStatus, 'completed' | 'failed' | 'expired' | 'cancelled'>
  /** Unix seconds. */
  readonly at: number
  readonly startedAt?: number | undefined
  readonly counts: NonNullable<BatchObject['request_counts']>
  readonly usage?: BatchUsage | undefined
  readonly costUsd: number | null
  readonly outputFileId?: string | undefined
  readonly errorFileId?: string | undefined
  readonly errors?: BatchErrors | undefined
}

/** How far a batch is that has not ended. */
export interface BatchProgress {
  readonly status: Extract<BatchStatus, 'validating' | 'in_progress' | 'finalizing' | 'cancelling'>
  readonly counts?: BatchObject['request_counts'] | undefined
  readonly startedAt?: number | undefined
}

const windowSeconds = 24 * 3_600

/** When a batch is to be done. Unix seconds. */
export function expiresAt({ createdAt }: Pick<StoredBatch, 'createdAt'>): number {
  return createdAt + windowSeconds
}

/** A batch as it is told. */
export function toBatchObject(batch: StoredBatch, progress: BatchProgress): BatchObject {
  const { end, cancellingAt, total } = batch
  const startedAt = end?.startedAt ?? progress.startedAt
  return {
    id: batch.id,
    object: 'batch',
    endpoint: batch.endpoint,
    model: batch.model,
    input_file_id: batch.inputFileId,
    completion_window: '24h',
    status: end?.status ?? progress.status,
    created_at: batch.createdAt,
    expires_at: expiresAt(batch),
    ...(startedAt !== undefined && { in_progress_at: startedAt }),
    ...(cancellingAt !== undefined && { cancelling_at: cancellingAt }),
    ...(end && { [`${end.status}_at`]: end.at, ...(end.usage && { usage: end.usage }) }),
    ...(end?.outputFileId !== undefined && { output_file_id: end.outputFileId }),
    ...(end?.errorFileId !== undefined && { error_file_id: end.errorFileId }),
    ...(end?.errors && { errors: end.errors }),
    request_counts: end?.counts ?? progress.counts ?? { total, completed: 0, failed: 0 },
    metadata: batch.metadata ? { ...batch.metadata } : null,
  }
}
