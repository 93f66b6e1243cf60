import type { FleetCounters, Gateway, RequestLog } from '@modelgate/core'
import type { ServedNames } from '../served-names.ts'
import type { AdminCall } from './admin/admin-call.ts'
import type { AdministeredKeys } from './admin/administered-keys.ts'
import type { AnswerHeadersOptions } from './answer-headers.ts'
import type { HealthBoard } from './health/health-board.ts'
import type { ServingState } from './serving-state.ts'

/** What the app's own routes answer from. */
export interface AppParts extends AnswerHeadersOptions {
  readonly gateway: Gateway
  readonly state: Readonly<ServingState>
  readonly health: HealthBoard
  /** Targets that the routes name. */
  readonly routeTargets: readonly string[]
  readonly requestLog: Pick<RequestLog, 'find'> | undefined
  /** The counters of all instances; absent where they share none. */
  readonly fleet?: Pick<FleetCounters, 'read'> | undefined
  /** Stores that keys can be given out from, in the order in which the door asks them. */
  readonly keys: readonly AdministeredKeys[]
  /** Names that a key's tier may have. */
  readonly tiers: readonly string[]
  /** Names that a key may be allowed. */
  readonly served: ServedNames
  /** Stands in new keys; absent where none was set. */
  readonly environment: string | undefined
  /** What this process runs with, as it may be shown. */
  readonly describe: () => object
  /** Told of every administrator's call that was let in, or lacked the permission. */
  readonly onAdminCall: (call: AdminCall) => void
  /** Told what no caller may see: the cause of a 500. */
  readonly onError: (error: unknown, requestId: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}
