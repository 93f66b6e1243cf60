import { type Context, context as contexts, createTraceState, TraceFlags, trace } from '@opentelemetry/api'
import type { Call } from '../../contract.ts'

/**
 * What a call belongs to: the span that is active in the process, as an instrumented host's, or the one that its request's headers
 * name.
 */
export function parentContext({ context: { traceParent } }: Call): Context {
  const active = contexts.active()
  if (!traceParent || trace.getSpanContext(active)) return active
  const { traceId, spanId, isSampled, state } = traceParent
  return trace.setSpanContext(active, {
    traceId,
    spanId,
    isRemote: true,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    ...(state !== undefined && { traceState: createTraceState(state) }),
  })
}

const none: Readonly<Record<string, string>> = {}

/** W3C's headers for requests made in a context. https://www.w3.org/TR/trace-context/ */
export function traceHeaders(context: Context): Readonly<Record<string, string>> {
  const spanContext = trace.getSpanContext(context)
  if (!spanContext || !trace.isSpanContextValid(spanContext)) return none
  const { traceId, spanId, traceFlags, traceState } = spanContext
  const traceparent = `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`
  const state = traceState?.serialize()
  return state ? { traceparent, tracestate: state } : { traceparent }
}
