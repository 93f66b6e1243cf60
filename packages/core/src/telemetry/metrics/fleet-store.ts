import type { CallMetrics } from './metrics-snapshot.ts'

/** What one instance counted in one minute. */
export interface FleetMinute {
  /** Milliseconds since the epoch at which the minute begins. */
  readonly minuteMs: number
  /** Which of the minute's records it is: each instance leaves its own. */
  readonly record: string
  readonly calls: readonly CallMetrics[]
}

/** Minutes of a fleet, from the one that holds `fromMs` to the one before `toMs`. */
export interface FleetRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Where instances leave what they counted, so that each can tell of all. */
export interface FleetStore {
  /** Keeps a minute in place of what was left of it under the same record before: what is written twice counts once. */
  put(minute: FleetMinute): Promise<void>
  read(range: FleetRange): Promise<readonly FleetMinute[]>
}
