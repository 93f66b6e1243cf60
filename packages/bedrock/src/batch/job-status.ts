import type { GetModelInvocationJobCommandOutput } from '@aws-sdk/client-bedrock'
import type { BatchEnd, BatchProgress } from './stored.ts'

/** What is read of a job. */
export type Job = Partial<
  Pick<
    GetModelInvocationJobCommandOutput,
    | 'message'
    | 'submitTime'
    | 'endTime'
    | 'lastModifiedTime'
    | 'totalRecordCount'
    | 'successRecordCount'
    | 'errorRecordCount'
  >
> & { readonly status?: string | undefined }

const progresses: Readonly<Record<string, BatchProgress['status']>> = {
  Submitted: 'validating',
  Validating: 'validating',
  Scheduled: 'in_progress',
  InProgress: 'in_progress',
  Stopping: 'cancelling',
}

/** Partly completed is completed with failures, as OpenAI tells it. */
const ends: Readonly<Record<string, BatchEnd['status']>> = {
  Completed: 'completed',
  PartiallyCompleted: 'completed',
  Failed: 'failed',
  Stopped: 'cancelled',
  Expired: 'expired',
}

/**
 * How a job that ended, ended; `undefined` while it goes on.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html
 */
export function endOfJob({ status = '' }: Job): BatchEnd['status'] | undefined {
  return Object.hasOwn(ends, status) ? ends[status] : undefined
}

/** How far a job is that goes on, and what it has counted. A state that is not known is one in which it works. */
export function progressOf(job: Job, total: number): BatchProgress {
  const { status = '' } = job
  const known = Object.hasOwn(progresses, status) ? progresses[status] : undefined
  const startedAt = job.submitTime && Math.floor(job.submitTime.getTime() / 1_000)
  return {
    status: known ?? 'in_progress',
    counts: {
      total: job.totalRecordCount || total,
      completed: job.successRecordCount ?? 0,
      failed: job.errorRecordCount ?? 0,
    },
    ...(known !== 'validating' && startedAt !== undefined && { startedAt }),
  }
}
