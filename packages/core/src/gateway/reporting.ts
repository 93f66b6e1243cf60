import type { OpenCalls } from '../call-signal.ts'
import type { CheckedOptions } from '../check-options.ts'
import type { Middleware } from '../contract.ts'
import type { GatewayError } from '../errors.ts'
import type { Flushable } from '../flush.ts'
import type { Budgeter } from '../limits/budgets/budgeter.ts'
import type { Resilience } from '../resilience/resilience.ts'
import type { CallFollower } from '../telemetry/call-follower.ts'
import { logCalls } from '../telemetry/logs/log-calls.ts'
import { MetricsRecorder } from '../telemetry/metrics/metrics-recorder.ts'
import type { MetricsSnapshot } from '../telemetry/metrics/metrics-snapshot.ts'
import { toRequestRecord } from '../telemetry/request-log.ts'
import { type ReportListener, telemetry } from '../telemetry/telemetry.ts'
import { timestamps } from '../telemetry/timestamps.ts'
import { present } from './present.ts'
import type { Settings } from './settings.ts'

/** What a gateway tells of itself. */
export interface Reporting {
  /** The outermost layer: reports every call, and every batch that has ended. */
  readonly layer: Middleware
  /** What was counted so far. Absent where nothing is. */
  readonly metrics: (() => MetricsSnapshot) | undefined
  /** Counts requests that became no call. */
  readonly onRefused: ((error: GatewayError) => void) | undefined
  readonly follower: CallFollower | undefined
  /** What holds reports and counts back. */
  readonly flushables: readonly Flushable[]
}

/** What metrics show beside what they have counted. */
interface Shown {
  readonly openCalls: OpenCalls
  readonly budgeter: Budgeter
  readonly resilience: Resilience
}

/** Begins to count and to follow, as far as the options ask for it. */
export function createReporting(settings: Settings, shown: Shown): Reporting {
  const { options, providers, routes, onError } = settings
  const listeners = listenersOf(options)
  const recorder = recorderOf(settings)
  const observers = recorder && [recorder]
  const metrics = recorder && metricsReader(recorder, { ...shown, context: options.context })
  const follower = metrics && options.telemetry?.follow({ providers, routes, metrics })
  return {
    layer: telemetry(listeners, onError, { observers, follower }),
    metrics,
    onRefused: recorder && (({ code }) => recorder.refused(code)),
    follower,
    flushables: present([
      options.requestLog,
      follower && { flush: async held => void (await follower.flush?.(held)) },
      ...(metrics ? startExporters(options, metrics) : []),
    ]),
  }
}

/** Who is told of every call. */
function listenersOf({ onReport, requestLog, logger }: CheckedOptions): ReportListener[] {
  const timestamp = timestamps()
  return present<ReportListener>([
    onReport && (report => onReport(report)),
    requestLog &&
      ((report, { context }) => requestLog.write(toRequestRecord(report, timestamp(), context.content?.()))),
    logger && logCalls(logger),
  ])
}

function recorderOf({ options, providers, routes }: Settings): MetricsRecorder | undefined {
  const { metrics, telemetry: followed } = options
  if (!metrics && !followed) return undefined
  return new MetricsRecorder({ ...(typeof metrics === 'object' ? metrics : {}), providers, routes })
}

function metricsReader(
  recorder: MetricsRecorder,
  { openCalls, budgeter, resilience, context }: Shown & Pick<CheckedOptions, 'context'>,
): () => MetricsSnapshot {
  return () =>
    recorder.snapshot({
      openCalls: openCalls.count(),
      targets: resilience.targets(),
      knownBudgets: budgeter.known(),
      ...(context && { contextSource: context.health() }),
    })
}

function startExporters({ metrics }: CheckedOptions, read: () => MetricsSnapshot): Flushable[] {
  const { exporters = [] } = typeof metrics === 'object' ? metrics : {}
  return exporters.map(exporter => exporter.start(read))
}
