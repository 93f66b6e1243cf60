import type { CallContext } from '../call-context.ts'
import type { Outcome } from '../outcome.ts'
import { encodeComment } from '../stream/sse.ts'
import { targetName } from '../target.ts'
import { isEstimated, usageOf } from '../telemetry/report.ts'
import type { DoorRequest } from './front.ts'

/** What a stream's last comment tells of its call. Not the context itself: that holds the prompt. */
export type ReportedCall = Pick<
  CallContext,
  'callId' | 'route' | 'target' | 'attempts' | 'spending' | 'droppedParams' | 'callerCredentials' | 'addedContext'
>

/** `x-modelgate-report: comment` asks a stream for what was not known when its head went out. */
export function reportedCall(
  { headers }: Pick<DoorRequest, 'headers'>,
  context: CallContext,
): ReportedCall | undefined {
  if (headers['x-modelgate-report']?.trim().toLowerCase() !== 'comment') return undefined
  const { callId, route, target, attempts, spending, droppedParams, callerCredentials, addedContext } = context
  return { callId, route, target, attempts, spending, droppedParams, callerCredentials, addedContext }
}

/** `: modelgate {…}`. Without an outcome, usage and cost are not told: they are not known. */
export function reportComment(call: ReportedCall, outcome: Outcome | undefined): Uint8Array {
  const { callId, route, target, attempts, spending, droppedParams, addedContext } = call
  const spent = outcome && {
    responseModel: outcome.responseModel,
    usage: usageOf({ context: call }, outcome),
    usageSource: isEstimated({ context: call }, outcome) ? 'estimated' : 'reported',
    costUsd: spending.costUsd,
    ...(call.callerCredentials && { paidBy: 'caller' }),
  }
  const report = { callId, route, target: target && targetName(target), attempts, ...spent, context: addedContext }
  // JSON has no line breaks outside its texts, and escapes them inside: the comment is one line.
  return encodeComment(
    `modelgate ${JSON.stringify(droppedParams.size > 0 ? { ...report, droppedParams: [...droppedParams] } : report)}`,
  )
}
