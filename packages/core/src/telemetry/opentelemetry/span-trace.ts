import { type Context, context as contexts, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import type { Call, Outcome } from '../../contract.ts'
import { toGatewayError } from '../../errors.ts'
import type { Target } from '../../target.ts'
import type { AttemptTrace, CallTrace } from '../call-trace.ts'
import { attributeNames, eventNames } from '../semantic-conventions.ts'
import { callAttributes, requestAttributes, usageAttributes } from './attributes.ts'
import { endSpan } from './end-span.ts'
import type { GenAiMetrics } from './gen-ai-metrics.ts'
import { parentContext, traceHeaders } from './propagation.ts'

/** What a call's spans are made with. */
export interface SpanTraceOptions {
  /** Absent: no spans. */
  readonly tracer: Tracer | undefined
  readonly propagate: boolean
  readonly metrics: GenAiMetrics | undefined
  /** `gen_ai.provider.name` of each, by its id. */
  readonly providerNames: ReadonlyMap<string, string>
}

/** Refusals that are events of the call's span: what it was allowed was used up, or could not be counted. */
const limitCodes: ReadonlySet<string> = new Set(['rate_limited', 'budget_exceeded', 'limits_unavailable'])

/** One call with its span. */
export class SpanTrace implements CallTrace {
  private readonly options: SpanTraceOptions
  private readonly span: Span | undefined
  private readonly context: Context

  constructor(call: Call, options: SpanTraceOptions) {
    const parent = parentContext(call)
    this.options = options
    // What was asked for is the caller's own text until a route is known: the name has it from the end.
    this.span = options.tracer?.startSpan(
      call.operation,
      { kind: call.context.origin === 'door' ? SpanKind.SERVER : SpanKind.INTERNAL },
      parent,
    )
    this.context = this.span ? trace.setSpan(parent, this.span) : parent
  }

  get traceId(): string | undefined {
    const traceId = this.span?.spanContext().traceId
    // Where no SDK is registered the span is none, and its id nothing but zeros.
    return traceId && /[^0]/.test(traceId) ? traceId : undefined
  }

  run<T>(work: () => T): T {
    return this.context === contexts.active() ? work() : contexts.with(this.context, work)
  }

  attemptBegins(call: Call): AttemptTrace {
    const { options, span } = this
    // Of a call that is not recorded, as most are where traces are sampled, nobody will see the attempts.
    if (!span?.isRecording() || !options.tracer) return new UnseenAttempt(this.context, options)
    const { target } = call.context
    const name = `${call.operation} ${target?.model.slice(0, longestName) ?? ''}`
    const attempt = options.tracer.startSpan(name, { kind: SpanKind.CLIENT }, this.context)
    return new SpanAttempt({ span: attempt, context: trace.setSpan(this.context, attempt), target }, options)
  }

  event(name: string, attributes?: Readonly<Record<string, string | number | boolean>>): void {
    this.span?.addEvent(name, attributes)
  }

  ends(call: Call, outcome: Outcome, endedAt: number): void {
    this.options.metrics?.ended(call, outcome, endedAt)
    const { span } = this
    if (!span?.isRecording()) {
      span?.end()
      return
    }
    const { route, attempts } = call.context
    if (route !== undefined) span.updateName(`${call.operation} ${route.slice(0, longestName)}`)
    span.setAttributes(callAttributes(call, outcome))
    const code = outcome.error === undefined ? undefined : toGatewayError(outcome.error).code
    if (code !== undefined && limitCodes.has(code) && attempts.length === 0) {
      span.addEvent(eventNames.limit, { [attributeNames.code]: code })
    }
    endSpan(span, outcome)
  }
}

const longestName = 200

/** Its target is kept: by its end the call may have gone on to another. */
interface Attempted {
  readonly span: Span
  readonly context: Context
  readonly target: Target | undefined
}

class SpanAttempt implements AttemptTrace {
  readonly headers: Readonly<Record<string, string>>
  private readonly attempt: Attempted
  private readonly options: SpanTraceOptions

  constructor(attempt: Attempted, options: SpanTraceOptions) {
    this.attempt = attempt
    this.options = options
    this.headers = headersOf(attempt.context, options)
  }

  run<T>(work: () => T): T {
    return contexts.with(this.attempt.context, work)
  }

  ends(call: Call, outcome: Outcome): void {
    const { span, target } = this.attempt
    const providerName = target && (this.options.providerNames.get(target.provider) ?? target.provider)
    span.setAttributes(requestAttributes(call, { target, providerName }))
    span.setAttributes(usageAttributes(outcome))
    endSpan(span, outcome)
  }
}

/** Its upstream is told of its call alone. */
class UnseenAttempt implements AttemptTrace {
  readonly headers: Readonly<Record<string, string>>

  constructor(context: Context, options: SpanTraceOptions) {
    this.headers = headersOf(context, options)
  }

  run<T>(work: () => T): T {
    return work()
  }

  ends(): void {}
}

function headersOf(context: Context, { propagate }: SpanTraceOptions): Readonly<Record<string, string>> {
  return propagate ? traceHeaders(context) : {}
}
