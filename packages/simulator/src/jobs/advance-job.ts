import type { Visit } from '../world.ts'
import type { Job } from './job-book.ts'
import type { JobStatus } from './job-plan.ts'
import { recordsOf, runJob } from './run-job.ts'

const NEXT: Readonly<Partial<Record<JobStatus, JobStatus>>> = {
  Submitted: 'Validating',
  Validating: 'Scheduled',
  Scheduled: 'InProgress',
  Stopping: 'Stopped',
}

const MINIMUM = 100

/** Moves a job on by one state: each look at it does, so that no test waits for a clock. */
export function advanceJob(visit: Visit, job: Job): void {
  const { plan } = visit.world.jobs
  if (plan.holdAt === job.status) return
  const before = job.status
  if (job.status === 'InProgress') end(visit, job)
  else job.status = NEXT[job.status] ?? job.status
  if (job.status === before) return
  job.changed = visit.world.gate.now()
  if (before === 'Submitted') validate(visit, job)
  if (job.status === 'Stopped') runJob(visit, job, processedOf(visit, job))
}

function end(visit: Visit, job: Job): void {
  const { ends = 'Completed' } = visit.world.jobs.plan
  job.status = ends
  if (ends === 'Failed') job.message = 'The job failed as asked.'
  else runJob(visit, job, ends === 'Completed' ? Number.POSITIVE_INFINITY : processedOf(visit, job))
}

function validate(visit: Visit, job: Job): void {
  const { minimumRecords = MINIMUM } = visit.world.jobs.plan
  const input = visit.world.objects.get(job.input)
  const count = recordsOf(input?.bytes).length
  job.counts = { ...job.counts, totalRecordCount: count }
  if (count >= minimumRecords) return
  job.status = 'Failed'
  job.message = `Batch job ${job.id} contains less records (${count}) than the required minimum of: ${minimumRecords}`
}

function processedOf(visit: Visit, job: Job): number {
  return visit.world.jobs.plan.processed ?? Math.floor(recordsOf(visit.world.objects.get(job.input)?.bytes).length / 2)
}
