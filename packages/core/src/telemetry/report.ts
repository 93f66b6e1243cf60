import { asksForStream } from '../asks-for-stream.ts'
import type { Attempt } from '../attempt.ts'
import type { CallReport } from '../call-report.ts'
import type { Call, Outcome } from '../contract.ts'
import { toGatewayError } from '../errors.ts'
import { targetName } from '../target.ts'
import type { Usage } from '../wire/usage.ts'

/** The report of a call that has settled; `now` is `performance.now()`. */
export function reportOf(call: Call, outcome: Outcome, now: number): CallReport {
  const { context } = call
  return {
    callId: context.callId,
    operation: call.operation,
    status: outcome.status,
    errorCode: outcome.error === undefined ? undefined : toGatewayError(outcome.error).code,
    requestModel: typeof call.request.model === 'string' ? call.request.model.slice(0, 2_048) || undefined : undefined,
    route: context.route,
    target: context.target && targetName(context.target),
    provider: context.target?.provider,
    responseModel: outcome.responseModel,
    stream: asksForStream(call.request),
    finishReason: outcome.finishReason,
    attempts: [...context.attempts],
    usage: usageOf(call, outcome),
    usageSource: isEstimated(call, outcome) ? 'estimated' : 'reported',
    costUsd: knownCost(call),
    ...(context.callerCredentials && { paidBy: 'caller' as const }),
    ...(context.cache && { cache: context.cache }),
    ...(context.isIdempotentReplay && { idempotentReplay: true as const }),
    droppedParams: [...context.droppedParams],
    ...(context.addedContext && { context: context.addedContext }),
    durationMs: Math.round(now - context.startedAt),
    firstFrameMs: outcome.firstFrameMs === undefined ? undefined : Math.round(outcome.firstFrameMs),
    tenant: context.principal?.tenant,
    userId: context.principal?.userId,
    keyId: context.principal?.keyId,
    tier: context.principal?.tier,
    tags: context.tags,
  }
}

/** As much of a call as says what it has used. */
interface Spent {
  readonly context: Pick<Call['context'], 'spending'>
}

/** What the last attempt used that used anything. */
export function usageOf({ context }: Spent, outcome: Outcome): Usage | undefined {
  return outcome.usage ?? context.spending.usage
}

/** Of the cost, too: it is estimated once a part of the sum is. */
export function isEstimated({ context: { spending } }: Spent, outcome: Outcome): boolean {
  if (spending.usageSource === 'estimated') return true
  return (outcome.usage || !spending.usage) && outcome.usageSource === 'estimated'
}

/** US dollars of all attempts; `null` where a price is not known, or an attempt that nobody waits for any more. */
export function knownCost({ context }: Call): number | null {
  return isOpen(context.attempt) ? null : context.spending.costUsd
}

function isOpen(attempt: Attempt | undefined): boolean {
  return attempt?.code === ''
}
