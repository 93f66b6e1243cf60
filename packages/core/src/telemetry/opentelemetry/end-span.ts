import { type Span, SpanStatusCode } from '@opentelemetry/api'
import type { Outcome } from '../../contract.ts'
import { toGatewayError } from '../../errors.ts'
import { attributeNames } from '../semantic-conventions.ts'

/** Ends a span with what became of its work. An error is told by its code alone: messages may quote what the caller sent. */
export function endSpan(span: Span, { status, error }: Outcome): void {
  if (error !== undefined) {
    span.setAttribute(attributeNames.errorType, toGatewayError(error).code)
    // Who leaves has not met with an error.
    if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}
