import { RemovalPolicy } from 'aws-cdk-lib'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { EnvironmentName } from './read-settings.ts'

/** In what deployments differ; everything else is alike, so that what was tried on one is what the next one gets. */
export interface EnvironmentProfile {
  /**
   * What becomes of tables, keys, secrets and logs when the stack is destroyed. Kept ones go all the same where the deployment that first
   * made them fails: their names would refuse the next.
   */
  readonly removalPolicy: RemovalPolicy
  /** Whether tables and stacks refuse to be deleted. */
  readonly isProtected: boolean
  readonly logRetention: RetentionDays
  /** Requests a second of all callers together, and how many at once: what an API passes on before it says 429. */
  readonly requestsPerSecond: number
  readonly burst: number
}

export const environmentProfiles: Readonly<Record<EnvironmentName, EnvironmentProfile>> = {
  dev: {
    removalPolicy: RemovalPolicy.DESTROY,
    isProtected: false,
    logRetention: RetentionDays.ONE_WEEK,
    requestsPerSecond: 50,
    burst: 100,
  },
  staging: {
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    isProtected: false,
    logRetention: RetentionDays.ONE_MONTH,
    requestsPerSecond: 200,
    burst: 400,
  },
  prod: {
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    isProtected: true,
    logRetention: RetentionDays.ONE_YEAR,
    requestsPerSecond: 1_000,
    burst: 2_000,
  },
}
