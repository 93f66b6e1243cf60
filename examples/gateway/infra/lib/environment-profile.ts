import { RemovalPolicy } from 'aws-cdk-lib'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { EnvironmentName } from './read-settings.ts'

/** In what deployments differ; everything else is alike, so that what was tried on one is what the next one gets. */
export interface EnvironmentProfile {
  /** What becomes of tables, keys and secrets when the stack is destroyed. */
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
    removalPolicy: RemovalPolicy.RETAIN,
    isProtected: false,
    logRetention: RetentionDays.ONE_MONTH,
    requestsPerSecond: 200,
    burst: 400,
  },
  prod: {
    removalPolicy: RemovalPolicy.RETAIN,
    isProtected: true,
    logRetention: RetentionDays.ONE_YEAR,
    requestsPerSecond: 1_000,
    burst: 2_000,
  },
}
