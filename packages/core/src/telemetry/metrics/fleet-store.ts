import type { CallMetrics } from './metrics-snapshot.ts'

/** What one instance counted in one minute. */
export interface FleetMinute {
  /** Milliseconds since the epoch at which the minute begins. */
  readonly minuteMs: number
  /** Names the instance, which counts each minute by itself. */
  readonly instance: string
  readonly calls: readonly CallMetrics[]
}

/** Minutes of a fleet, from the one that holds `fromMs` to the one before `toMs`. */
export interface FleetRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Where instances leave what they counted, so that each can tell of all. */
export interface FleetStore {
  /** Keeps a minute in place of what the same instance left of it before: what is written twice counts once. */
  put(minute: FleetMinute): Promise<void>
  read(range: FleetRange): Promise<readonly FleetMinute[]>
}
