import type { AddedContext } from './added-context.ts'
import type { Attempt, OpenAttempt } from './attempt.ts'
import type { CacheWish } from './cache/cache-wish.ts'
import type { CallContent } from './call-content.ts'
import type { CallController } from './call-controller.ts'
import type { CallReport } from './call-report.ts'
import type { CallerCredentials } from './caller-credentials.ts'
import type { Outcome } from './outcome.ts'
import type { Principal } from './principal.ts'
import type { ReservedMoney } from './reserved-money.ts'
import type { Spending } from './spending.ts'
import type { Target } from './target.ts'
import type { CallTrace } from './telemetry/call-trace.ts'
import type { TraceParent } from './telemetry/trace-parent.ts'
import type { SourceBody } from './wire/source-body.ts'

/** What travels with a call through every layer; layers append, none replaces. */
export interface CallContext {
  readonly callId: string
  readonly principal: Principal | undefined
  readonly tags: Readonly<Record<string, string>>
  /** Where the call came in: over the door, where `exposeModels` holds, or in process. */
  readonly origin: 'door' | 'process'
  /** `performance.now()` at the start. */
  readonly startedAt: number
  /** The caller's own name for this call: another call with the same key is a repeat of it. As it came; the layer `idempotency` checks it. */
  readonly idempotencyKey: string | undefined
  /** What its caller sent, where the call is a translation of that, which need not say all of it. */
  readonly askedAs: object | undefined
  /** Whether it got the answer of an earlier call of its idempotency key, which has paid for it. */
  isIdempotentReplay: boolean
  /** The provider id that `x-provider` pinned. */
  readonly pinnedProvider: string | undefined
  /** What the caller brought to call the upstream with, who then is paid by the caller. */
  readonly callerCredentials: CallerCredentials | undefined
  /** What the caller wants of the cache; `undefined` where it says nothing. */
  readonly cacheWish: CacheWish | undefined
  /** Told once, when the call has settled. */
  readonly listeners: readonly ((report: CallReport) => void)[]
  /** Milliseconds from the start after which the caller wants the call given up. `undefined`: the gateway's `timeouts.totalMs`. */
  readonly deadlineMs: number | undefined
  /** When that is, on the clock of `performance.now()`; infinite until the layer that keeps the clock has said. */
  deadlineAt: number
  /** Milliseconds that a connection to an upstream may take. `undefined`: the transport's own limit. */
  connectMs: number | undefined
  /** Aborts the call's signal. Absent where the signal is its caller's own: the layer that keeps the clock then makes one. */
  readonly controller: CallController | undefined
  /** The bytes the request came as; they are forwarded wherever nothing changed them. Gone once its answer streams. */
  source: SourceBody | undefined
  /** The route asked for, or the model where no route was. Set by the router. */
  route: string | undefined
  /** The target of the last attempt. */
  target: Target | undefined
  /** The attempt under way, or the last one. Set by the router. */
  attempt: OpenAttempt | undefined
  /** Those that have ended, or answered. */
  readonly attempts: Attempt[]
  /** How the last attempt ended that was answered by an error, with what it used and cost: it has no result that would say so. */
  failedAttempt: Outcome | undefined
  /** Set where the caller has left and the call goes on, because others wait for its answer or it is to be kept: how the call ends. */
  goesOn: Promise<Outcome> | undefined
  /** What it has reserved, where it is under a budget. */
  budget: ReservedMoney | undefined
  /** Complete when the call has settled, or was rejected. */
  readonly spending: Spending
  /** The span that the call's request came from; there only where calls are followed. */
  readonly traceParent: TraceParent | undefined
  /** Follows the call, where somebody does. */
  trace: CallTrace | undefined
  /** Headers that the attempt's upstream is to be sent. */
  upstreamHeaders: Readonly<Record<string, string>> | undefined
  /** Whether its caller lets facts be added to its prompt, where the gateway has a layer that does. */
  readonly wantsContext: boolean
  /** The most tokens that a layer within may yet add to its prompt: they are reserved with it. */
  addableTokens: number
  /** The smallest context window, in tokens, of the targets that it may reach. Set for the layer that adds context, where it is known. */
  smallestWindow: number | undefined
  /** What that layer did. */
  addedContext: AddedContext | undefined
  /** The call's text for the request log, where that is to have it. Redacted when this is called. */
  content: (() => CallContent) | undefined
  /** Whether it is answered by what was answered before; `undefined` where no cache was asked. */
  cache: 'hit' | 'miss' | 'bypass' | undefined
  /** Headers that layers want on the answer, by lower-case name, whatever the answer is. */
  readonly answerHeaders: Record<string, string>
  /** Request parameters that the target of the last attempt could not be told. */
  readonly droppedParams: Set<string>
}
