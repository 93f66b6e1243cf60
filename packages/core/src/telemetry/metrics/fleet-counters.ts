import { randomUUID } from 'node:crypto'
import { type FlushOptions, within } from '../../flush.ts'
import { longestTimerMs } from '../../longest-timer.ts'
import { type ChecksOf, checkValues } from '../../wire/check-values.ts'
import { callable, fits, hasMethods, number, required, whole } from '../../wire/value-check.ts'
import type { FleetRange, FleetStore } from './fleet-store.ts'
import { metricsSince } from './metrics-since.ts'
import type { CallMetrics, MetricsSnapshot } from './metrics-snapshot.ts'
import { boundedCalls, sumCalls } from './sum-calls.ts'

/** Where the counters of all instances are kept. */
export interface FleetCountersOptions {
  /** That of the gateway: `() => gateway.metrics()`. */
  readonly snapshot: () => MetricsSnapshot | undefined
  readonly store: FleetStore
  /** Between two writes, in milliseconds. Default 30,000; 0 writes at `flush` only. */
  readonly intervalMs?: number | undefined
  /** Series that a minute of one instance may have; the others are added up under `other`. Default 100. */
  readonly maxSeries?: number | undefined
  /** Told of a write that failed; what it should have kept is tried again with the next. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** The counters of all instances together. */
export interface FleetCounters {
  /** Writes what was counted since the last time. Never rejects. What is not written in time goes on being written. */
  flush(options?: Pick<FlushOptions, 'timeoutMs'>): Promise<void>
  /** What all instances counted in a range, as far as they have written it. @throws what the store throws. */
  read(range: FleetRange): Promise<readonly CallMetrics[]>
  /** Ends the writes, after a last one. */
  close(): Promise<void>
}

interface HeldMinute {
  /** Never that of another: what is held no more has been written, and must not be written over. */
  readonly record: string
  readonly calls: readonly CallMetrics[]
  isDirty: boolean
}

const minute = 60_000
/** Minutes that wait for a store that is away; what comes after them is counted with the last of them. */
const mostWaiting = 60

/**
 * Counts calls by the minute, for all instances together, out of each gateway's own snapshot: calls themselves cost nothing more. An instance
 * leaves one record a minute, which it writes anew as the minute goes on, so that a write whose answer was lost is not counted twice, and one
 * that failed loses nothing; a clock that is set back begins another. A crash loses what came after the last write.
 * @throws {GatewayError} `invalid_configuration` for an option that is none.
 */
export function fleetCounters(options: FleetCountersOptions): FleetCounters {
  checkValues(options, optionChecks(), 'fleetCounters()')
  const { snapshot, store, intervalMs = 30_000, maxSeries = 100, now = Date.now } = options
  let seen = snapshot()
  const minutes = new Map<number, HeldMinute>()
  let writing: Promise<void> = Promise.resolve()

  function count(): void {
    const taken = snapshot()
    if (!taken) return
    const { calls } = seen ? metricsSince(taken, seen) : taken
    seen = taken
    if (calls.length === 0) return
    const at = minuteOf()
    const { record = randomUUID(), calls: known = [] } = minutes.get(at) ?? {}
    minutes.set(at, { record, calls: boundedCalls(sumCalls([...known, ...calls]), maxSeries), isDirty: true })
  }

  function minuteOf(): number {
    const current = Math.floor(now() / minute) * minute
    if (minutes.size < mostWaiting || minutes.has(current)) return current
    return Math.max(...minutes.keys())
  }

  async function write(): Promise<void> {
    const current = Math.floor(now() / minute) * minute
    for (const [minuteMs, held] of minutes) {
      if (held.isDirty) {
        held.isDirty = false
        await store.put({ minuteMs, record: held.record, calls: held.calls }).catch((error: unknown) => {
          held.isDirty = true
          options.onError?.(error)
        })
      }
      const isLast = minutes.get(minuteMs) === held
      if (isLast && !held.isDirty && minuteMs < current) minutes.delete(minuteMs)
    }
  }

  function flush({ timeoutMs }: Pick<FlushOptions, 'timeoutMs'> = {}): Promise<void> {
    count()
    // One after another: an older state of a minute must not come after a newer one.
    writing = writing.then(write)
    return within(writing, timeoutMs)
  }

  const timer = intervalMs > 0 ? setInterval(() => void flush(), intervalMs).unref() : undefined
  return {
    flush,
    async read(range) {
      return sumCalls((await store.read(range)).flatMap(({ calls }) => calls))
    },
    close() {
      clearInterval(timer)
      return flush()
    },
  }
}

function optionChecks(): ChecksOf<FleetCountersOptions> {
  return {
    snapshot: required(callable()),
    store: required(fits(store => hasMethods(store, 'put', 'read'), 'must be a store with put and read')),
    intervalMs: number({ min: 0, max: longestTimerMs }),
    maxSeries: whole(1),
    onError: callable(),
    now: callable(),
  }
}
