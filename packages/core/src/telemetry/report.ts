import type { Attempt, Call, Operation, Outcome } from '../contract.ts'
import { toGatewayError } from '../errors.ts'
import { targetName } from '../router/resolve.ts'
import type { Usage } from '../wire/usage.ts'

/** What became of one call, made once, when it settled. */
export interface CallReport {
  readonly callId: string
  readonly operation: Operation
  readonly status: Outcome['status']
  /** A {@link GatewayError}'s code. */
  readonly errorCode?: string | undefined
  readonly route: string | undefined
  /** `provider id/upstream model` of the attempt that answered, or of the last one. */
  readonly target: string | undefined
  readonly provider: string | undefined
  readonly responseModel: string | undefined
  readonly stream: boolean
  readonly finishReason: string | undefined
  readonly attempts: readonly Attempt[]
  readonly usage: Usage | undefined
  readonly usageSource: Outcome['usageSource']
  /** US dollars; `null` where a price is unknown, which is not zero. */
  readonly costUsd: number | null
  readonly droppedParams: readonly string[]
  readonly durationMs: number
  readonly firstFrameMs: number | undefined
  readonly tenant: string | undefined
  readonly userId: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export function reportOf(call: Call, outcome: Outcome, now: number): CallReport {
  const { context } = call
  return {
    callId: context.callId,
    operation: call.operation,
    status: outcome.status,
    errorCode: outcome.error === undefined ? undefined : toGatewayError(outcome.error).code,
    route: context.route,
    target: context.target && targetName(context.target),
    provider: context.target?.provider.id,
    responseModel: outcome.responseModel,
    stream: 'stream' in call.request && call.request.stream === true,
    finishReason: outcome.finishReason,
    attempts: context.attempts,
    usage: outcome.usage,
    usageSource: outcome.usageSource,
    costUsd: outcome.costUsd,
    droppedParams: [...context.droppedParams],
    durationMs: Math.round(now - context.startedAt),
    firstFrameMs: outcome.firstFrameMs === undefined ? undefined : Math.round(outcome.firstFrameMs),
    tenant: context.principal?.tenant,
    userId: context.principal?.userId,
    tags: context.tags,
  }
}
