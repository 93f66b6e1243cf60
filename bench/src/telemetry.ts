import type { Telemetry } from '@modelgate/core'
import { openTelemetry } from '@modelgate/core/opentelemetry'
import { context, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

interface ExportResult {
  readonly code: number
}

/** Takes all it is given, and drops it. */
const dropped = {
  export: (_batch: unknown, done: (result: ExportResult) => void) => done({ code: 0 }),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
}

export interface TelemetryParts {
  readonly tracer?: false
  readonly meter?: false
  /** Whether traces are recorded. Default true. */
  readonly isSampled?: boolean
}

/** Every span recorded and batched, every metric aggregated; nothing leaves the process. What is active is known, as it is to the app. */
export function telemetry({ isSampled = true, ...parts }: TelemetryParts = {}): Telemetry {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const exporter = { ...dropped, selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE }
  const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] })
  return openTelemetry({ tracer: sdkTracer(isSampled), meter: meters.getMeter('bench'), ...parts })
}

/** The SDK's tracer alone: spans are recorded and batched. */
export function sdkTracer(isSampled = true): Tracer {
  const sampler = isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler()
  const spanProcessors = [new BatchSpanProcessor({ exporter: dropped })]
  return new TracerProvider({ sampler, spanProcessors }).getTracer('bench')
}
