import type { AddedContext } from './added-context.ts'
import type { Attempt } from './attempt.ts'
import type { Outcome } from './outcome.ts'
import type { Usage } from './wire/usage.ts'

/** What became of one call, made once, when it settled. */
export interface CallReport {
  readonly callId: string
  readonly operation: string
  readonly status: Outcome['status']
  /** A {@link GatewayError}'s code; of a cancelled call `cancelled` where its caller left, `reader_stalled` where it took nothing. */
  readonly errorCode?: string | undefined
  /** What the caller asked for: a route or a model. */
  readonly requestModel: string | undefined
  readonly route: string | undefined
  /** `provider id/upstream model` of the attempt that answered, or of the last one. */
  readonly target: string | undefined
  readonly provider: string | undefined
  readonly responseModel: string | undefined
  readonly stream: boolean
  readonly finishReason: string | undefined
  readonly attempts: readonly Attempt[]
  /** Of the last attempt that used anything, while `costUsd` is of all. */
  readonly usage: Usage | undefined
  readonly usageSource: Outcome['usageSource']
  /** US dollars; `null` where a price is unknown, which is not zero. */
  readonly costUsd: number | null
  /** `caller`: the caller's own account is billed by the upstream, and not the gateway's. */
  readonly paidBy?: 'caller' | undefined
  /** `hit`: answered by what was answered before, or by what another call was asking at the time. Absent where no cache was asked. */
  readonly cache?: 'hit' | 'miss' | 'bypass' | undefined
  /** It got the answer of an earlier call of its idempotency key: it used and cost nothing. */
  readonly idempotentReplay?: true | undefined
  readonly droppedParams: readonly string[]
  /** What was added to its prompt; there only where the gateway has a layer that adds context, and the call came as far. */
  readonly context?: AddedContext | undefined
  readonly durationMs: number
  readonly firstFrameMs: number | undefined
  readonly tenant: string | undefined
  readonly userId: string | undefined
  readonly keyId: string | undefined
  readonly tier: string | undefined
  readonly tags: Readonly<Record<string, string>>
}
