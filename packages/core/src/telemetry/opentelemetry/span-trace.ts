import { type Context, context as contexts, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import type { Call, Outcome } from '../../contract.ts'
import { toGatewayError } from '../../errors.ts'
import type { ChatCompletion } from '../../wire/chat-completion.ts'
import type { AttemptTrace, CallTrace } from '../call-trace.ts'
import { attributeNames, eventNames } from '../semantic-conventions.ts'
import { answerAttributes, callAttributes, requestAttributes } from './attributes.ts'
import { endSpan } from './end-span.ts'
import type { GenAiMetrics } from './gen-ai-metrics.ts'
import { parentContext, traceHeaders } from './propagation.ts'

/** What a call's spans are made with. */
export interface SpanTraceOptions {
  /** Absent: no spans. */
  readonly tracer: Tracer | undefined
  readonly propagate: boolean
  /** Absent: none, or none yet. */
  metrics: GenAiMetrics | undefined
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
      {
        kind: call.context.origin === 'door' ? SpanKind.SERVER : SpanKind.INTERNAL,
        attributes: { [attributeNames.operationName]: call.operation },
      },
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
    const providerName = target && (options.providerNames.get(target.provider) ?? target.provider)
    const attributes = requestAttributes(call, { target, providerName })
    const attempt = options.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, this.context)
    return new SpanAttempt(attempt, trace.setSpan(this.context, attempt), options)
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

class SpanAttempt implements AttemptTrace {
  readonly headers: Readonly<Record<string, string>>
  private readonly span: Span
  private readonly context: Context
  private readonly startedAt = performance.now()

  constructor(span: Span, context: Context, options: SpanTraceOptions) {
    this.span = span
    this.context = context
    this.headers = headersOf(context, options)
  }

  run<T>(work: () => T): T {
    return contexts.with(this.context, work)
  }

  ends(call: Call, outcome: Outcome, whole?: ChatCompletion): void {
    this.span.setAttributes(answerAttributes({ outcome, whole, waitedMs: this.startedAt - call.context.startedAt }))
    endSpan(this.span, outcome)
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
