import { FaultRuleError } from '../faults/parse-fault-rules.ts'
import { isJsonObject } from '../json.ts'

/** The states of a batch job, as Bedrock names them. */
export type JobStatus =
  | 'Submitted'
  | 'Validating'
  | 'Scheduled'
  | 'InProgress'
  | 'Completed'
  | 'PartiallyCompleted'
  | 'Failed'
  | 'Stopping'
  | 'Stopped'
  | 'Expired'

const ENDS = ['Completed', 'PartiallyCompleted', 'Failed', 'Expired'] as const
const STEPS = ['Submitted', 'Validating', 'Scheduled', 'InProgress'] as const

/** How batch jobs go. */
export interface JobPlan {
  /** How they end. Default `Completed`. */
  readonly ends?: (typeof ENDS)[number] | undefined
  /** They come no further than this until another plan is set, or they are stopped. */
  readonly holdAt?: (typeof STEPS)[number] | undefined
  /** Records that are processed by the end of one that does not complete. Default: half of them. */
  readonly processed?: number | undefined
  /** Fewer records make a job fail while it is validated. Default 100. */
  readonly minimumRecords?: number | undefined
}

/** @throws {FaultRuleError} at the first member that is unknown or of another type */
export function parseJobPlan(value: unknown): JobPlan {
  if (!isJsonObject(value))
    throw new FaultRuleError('The plan must be an object { ends?, holdAt?, processed?, minimumRecords? }')
  for (const [name, member] of Object.entries(value)) {
    const isCount = Number.isInteger(member) && Number(member) >= 0
    const allowed: Readonly<Record<string, boolean>> = {
      ends: ENDS.some(end => end === member),
      holdAt: STEPS.some(step => step === member),
      processed: isCount,
      minimumRecords: isCount,
    }
    if (member !== undefined && !(Object.hasOwn(allowed, name) && allowed[name]))
      throw new FaultRuleError(`${name} cannot be ${JSON.stringify(member)}`)
  }
  return value
}
