import type { JsonObject } from '../json.ts'
import type { JobPlan, JobStatus } from './job-plan.ts'

/** What a job has counted. */
export interface JobCounts {
  totalRecordCount: number
  processedRecordCount: number
  successRecordCount: number
  errorRecordCount: number
}

/** One batch job. */
export interface Job {
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly modelId: string
  readonly invocationType: 'Converse' | 'InvokeModel'
  /** Bucket and key of the file of records, `bucket/key`. */
  readonly input: string
  /** Bucket and key of the folder of results, with a slash at its end. */
  readonly output: string
  /** The request as it came. */
  readonly request: JsonObject
  readonly submitted: Date
  changed: Date
  status: JobStatus
  message: string | undefined
  counts: JobCounts
}

/** All batch jobs, and how they go. */
export interface JobBook {
  readonly jobs: Map<string, Job>
  /** The jobs that were created with a client token. */
  readonly byToken: Map<string, Job>
  plan: JobPlan
  clear(): void
}

/** A book without jobs. */
export function createJobBook(): JobBook {
  const jobs = new Map<string, Job>()
  const byToken = new Map<string, Job>()
  return {
    jobs,
    byToken,
    plan: {},
    clear() {
      jobs.clear()
      byToken.clear()
      this.plan = {}
    },
  }
}
