import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import type { Call } from '../../contract.ts'
import type { CallFollower, CallTrace, Followed, Telemetry } from '../call-trace.ts'
import { GenAiMetrics } from './gen-ai-metrics.ts'
import { SpanTrace, type SpanTraceOptions } from './span-trace.ts'

/** Where spans and metrics go. Both default to what the process has registered with `@opentelemetry/api`. */
export interface OpenTelemetryOptions {
  /** `false`: no spans. */
  readonly tracer?: Tracer | false | undefined
  /** `false`: no metrics. */
  readonly meter?: Meter | false | undefined
  /** Whether upstreams are sent `traceparent` and `tracestate`. Default true. */
  readonly propagate?: boolean | undefined
}

const scope = '@modelgate/core'

/**
 * Follows a gateway's calls with OpenTelemetry: `createGateway({ telemetry: openTelemetry() })`. A span a call, one below it for each
 * attempt, and metrics, all by the conventions for generative AI; no prompt, completion or key is in any of them. Spans end when the call
 * settles. Without an SDK that is registered nothing is kept.
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const { propagate = true } = options
  return {
    follow(gateway) {
      const tracer = options.tracer === false ? undefined : (options.tracer ?? trace.getTracer(scope))
      const meter = options.meter === false ? undefined : (options.meter ?? metrics.getMeter(scope))
      return new Follower({ gateway, tracer, meter, propagate })
    },
  }
}

interface FollowerParts {
  readonly gateway: Followed
  readonly tracer: Tracer | undefined
  readonly meter: Meter | undefined
  readonly propagate: boolean
}

class Follower implements CallFollower {
  private readonly options: SpanTraceOptions

  constructor({ gateway, tracer, meter, propagate }: FollowerParts) {
    const providerNames = new Map(gateway.providers.map(({ id, name }) => [id, name]))
    this.options = { tracer, propagate, metrics: meter && new GenAiMetrics(meter, gateway), providerNames }
  }

  begins(call: Call): CallTrace {
    return new SpanTrace(call, this.options)
  }

  close(): void {
    this.options.metrics?.close()
  }
}
