import type { Telemetry } from '@modelgate/core'
import { openTelemetry } from '@modelgate/core/opentelemetry'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

/** Telemetry that has to be flushed in the end. */
export interface OpenTelemetry {
  readonly telemetry: Telemetry
  /** Sends what is left, within the time; what the collector does not take by then is lost. */
  close(timeoutMs: number): Promise<void>
}

export interface Collector {
  /** Its base URL: `/v1/traces` and `/v1/metrics` are behind it. */
  readonly endpoint: string
  readonly serviceName: string
}

/**
 * Spans and metrics to an OpenTelemetry collector over OTLP/HTTP. Imported only where there is one. Headers and times come from the
 * SDK's own variables, such as OTEL_EXPORTER_OTLP_HEADERS.
 */
export function sendOpenTelemetry({ endpoint, serviceName }: Collector): OpenTelemetry {
  const base = endpoint.replace(/\/+$/, '')
  const resource = defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName }))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const traces = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${base}/v1/traces` }) })],
  })
  const exporter = new OTLPMetricExporter({ url: `${base}/v1/metrics` })
  const meters = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter })] })
  const scope = '@modelgate/example-gateway'
  return {
    telemetry: openTelemetry({
      tracer: traces.getTracer(scope),
      meter: meters.getMeter(scope),
      // A function is frozen between its calls, and the SDK's timers with it. At the end `close` sends what is left: a collector that
      // hangs must not hold up what comes before. What it does not take is the SDK's own to tell.
      flush: async ({ final = false } = {}) =>
        final ? [] : Promise.allSettled([traces.forceFlush(), meters.forceFlush()]),
    }),
    async close(timeoutMs) {
      const ended = Promise.allSettled([traces.shutdown(), meters.shutdown()])
      let timer: NodeJS.Timeout | undefined
      const late = new Promise(resolve => {
        timer = setTimeout(resolve, timeoutMs)
      })
      await Promise.race([ended, late])
      clearTimeout(timer)
      context.disable()
    },
  }
}
