import type { Budget } from './budget.ts'
import type { RateLimit } from './rate-limit.ts'

/** Who calls, and who pays. Made by the door's authentication, or given by the host in process. */
export interface Principal {
  /** Who pays: limits, budgets and cached answers never cross it. */
  readonly tenant: string
  readonly userId?: string | undefined
  readonly keyId?: string | undefined
  readonly tier?: string | undefined
  /** Scopes, such as `completions`, `health`, `admin`. Absent: all. */
  readonly permissions?: readonly string[] | undefined
  /** Route names or targets this caller may name. Absent: all that are exposed. */
  readonly allowedRoutes?: readonly string[] | undefined
  /** Limits of its own; each stands in place of its tier's. */
  readonly rateLimit?: RateLimit | undefined
  /** What it may cost. */
  readonly budget?: Budget | undefined
  /** Most tokens that a call may ask to be answered with. */
  readonly maxTokens?: number | undefined
}
