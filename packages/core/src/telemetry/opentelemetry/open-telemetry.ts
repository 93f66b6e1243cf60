import { createNoopMeter, type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import type { Call } from '../../contract.ts'
import type { FlushOptions } from '../../flush.ts'
import { type ChecksOf, checkValues } from '../../wire/check-values.ts'
import { callable, fits, flag, hasMethods } from '../../wire/value-check.ts'
import type { CallFollower, Followed, Telemetry } from '../call-follower.ts'
import type { CallTrace } from '../call-trace.ts'
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
  /**
   * Exports what the SDK holds back, such as `() => provider.forceFlush()`: called whenever the gateway is flushed, on Lambda before each
   * answer's end, and with `final` when it closes. Default: that of the providers the process has registered, for the two of `tracer` and
   * `meter` that are not given.
   */
  readonly flush?: ((options?: FlushOptions) => Promise<unknown>) | undefined
}

const scope = '@modelgate/core'

/**
 * Follows a gateway's calls with OpenTelemetry: `createGateway({ telemetry: openTelemetry() })`. A span a call, one below it for each
 * attempt, and metrics, all by the conventions for generative AI; no prompt, completion or key is in any of them. Spans end when the call
 * settles. Without an SDK that is registered nothing is kept.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, or of the wrong kind, as a provider in place of its tracer.
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  checkOpenTelemetry(options)
  const { propagate = true } = options
  return {
    follow(gateway) {
      const tracer = options.tracer === false ? undefined : (options.tracer ?? trace.getTracer(scope))
      const meterOf = (): Meter | undefined =>
        options.meter === false ? undefined : (options.meter ?? registeredMeter())
      return new Follower({ gateway, tracer, meterOf, propagate, flush: options.flush ?? flushOfRegistered(options) })
    },
  }
}

function checkOpenTelemetry(options: OpenTelemetryOptions): void {
  const isTracer = (value: unknown): boolean => value === false || hasMethods(value, 'startSpan')
  const isMeter = (value: unknown): boolean => value === false || hasMethods(value, 'createHistogram')
  const checks: ChecksOf<OpenTelemetryOptions> = {
    tracer: fits(isTracer, "must be false or a tracer, such as provider.getTracer('gateway') gives"),
    meter: fits(isMeter, "must be false or a meter, such as provider.getMeter('gateway') gives"),
    propagate: flag(),
    flush: callable(),
  }
  checkValues(options, checks, 'openTelemetry()')
}

/** A tracer finds an SDK that is registered after it was made, a meter does not: until there is one, it is asked for anew. */
function registeredMeter(): Meter | undefined {
  const meter = metrics.getMeter(scope)
  return meter === createNoopMeter() ? undefined : meter
}

interface FollowerParts {
  readonly gateway: Followed
  readonly tracer: Tracer | undefined
  readonly meterOf: () => Meter | undefined
  readonly propagate: boolean
  readonly flush: NonNullable<CallFollower['flush']>
}

/** What SDKs add to the API's providers, and what the API puts around the one that is registered. */
interface Flushing {
  forceFlush?(): Promise<unknown>
  getDelegate?(): Flushing
}

/** Looked up at each flush: an SDK may be registered after the gateway was made. */
function flushOfRegistered({ tracer, meter }: OpenTelemetryOptions): () => Promise<unknown> {
  return () => {
    const registered: (object & Flushing)[] = []
    if (tracer === undefined) registered.push(trace.getTracerProvider())
    if (meter === undefined) registered.push(metrics.getMeterProvider())
    return Promise.all(registered.map(async provider => (provider.getDelegate?.() ?? provider).forceFlush?.()))
  }
}

class Follower implements CallFollower {
  private readonly options: SpanTraceOptions
  private readonly gateway: Followed
  private readonly meterOf: () => Meter | undefined
  readonly flush: NonNullable<CallFollower['flush']>

  constructor({ gateway, tracer, meterOf, propagate, flush }: FollowerParts) {
    this.gateway = gateway
    this.meterOf = meterOf
    this.flush = flush
    const providerNames = new Map(gateway.providers.map(({ id, name }) => [id, name]))
    this.options = { tracer, propagate, metrics: this.metrics(), providerNames }
  }

  begins(call: Call): CallTrace {
    this.options.metrics ??= this.metrics()
    return new SpanTrace(call, this.options)
  }

  close(): void {
    this.options.metrics?.close()
  }

  private metrics(): GenAiMetrics | undefined {
    const meter = this.meterOf()
    return meter && new GenAiMetrics(meter, this.gateway)
  }
}
