import type { Attempt } from '../attempt.ts'
import type { CallReport } from '../call-report.ts'
import type { Call, Outcome } from '../contract.ts'
import { toGatewayError } from '../errors.ts'
import { targetName } from '../target.ts'

/** The report of a call that has settled; `now` is `performance.now()`. */
export function reportOf(call: Call, outcome: Outcome, now: number): CallReport {
  const { context } = call
  return {
    callId: context.callId,
    operation: call.operation,
    status: outcome.status,
    errorCode: outcome.error === undefined ? undefined : toGatewayError(outcome.error).code,
    requestModel: typeof call.request.model === 'string' ? call.request.model.slice(0, 2_048) : undefined,
    route: context.route,
    target: context.target && targetName(context.target),
    provider: context.target?.provider,
    responseModel: outcome.responseModel,
    stream: 'stream' in call.request && call.request.stream === true,
    finishReason: outcome.finishReason,
    attempts: [...context.attempts],
    usage: outcome.usage ?? context.spending.usage,
    usageSource: sourceOf(call, outcome),
    costUsd: isOpen(context.attempt) ? null : context.spending.costUsd,
    ...(context.callerCredentials && { paidBy: 'caller' as const }),
    droppedParams: [...context.droppedParams],
    durationMs: Math.round(now - context.startedAt),
    firstFrameMs: outcome.firstFrameMs === undefined ? undefined : Math.round(outcome.firstFrameMs),
    tenant: context.principal?.tenant,
    userId: context.principal?.userId,
    keyId: context.principal?.keyId,
    tier: context.principal?.tier,
    tags: context.tags,
  }
}

/** Of the cost, too: `estimated` once a part of the sum is. */
function sourceOf({ context: { spending } }: Call, outcome: Outcome): CallReport['usageSource'] {
  if (spending.usageSource === 'estimated') return 'estimated'
  return outcome.usage || !spending.usage ? outcome.usageSource : 'reported'
}

/** An attempt that nobody waits for any more: what it costs is not known. */
function isOpen(attempt: Attempt | undefined): boolean {
  return attempt?.code === ''
}
