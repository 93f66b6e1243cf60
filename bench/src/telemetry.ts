import type { Telemetry } from '@modelgate/core'
import { openTelemetry } from '@modelgate/core/opentelemetry'
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

interface ExportResult {
  readonly code: number
}

/** Takes all it is given, and drops it. */
const dropped = {
  export: (_batch: unknown, done: (result: ExportResult) => void) => done({ code: 0 }),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
}

/** Every span recorded and batched, every metric aggregated; nothing leaves the process. */
export function telemetry(): Telemetry {
  const traces = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter: dropped })] })
  const exporter = { ...dropped, selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE }
  const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] })
  return openTelemetry({ tracer: traces.getTracer('bench'), meter: meters.getMeter('bench') })
}
