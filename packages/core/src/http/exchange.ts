import type { Authenticate } from '../auth/authenticate.ts'
import type { CallContext } from '../call-context.ts'
import type { CallerCredentials } from '../caller-credentials.ts'
import type { AnyHandler } from '../compose.ts'
import type { GatewayError } from '../errors.ts'
import type { FlushOptions } from '../flush.ts'
import type { ListModels } from '../list-models.ts'
import type { Principal } from '../principal.ts'
import type { Callers } from './callers.ts'
import type { AnswerHeaders, DoorRequest, Sink } from './front.ts'
import type { OutletClock } from './outlet-clock.ts'
import type { StreamedBody } from './streamed-body.ts'

/** What a door is made of. */
export interface DoorOptions {
  readonly handle: AnyHandler
  /** Of files and batches. Absent where none are served. */
  readonly handleBatches?: AnyHandler | undefined
  /** Largest file, in bytes. */
  readonly maxFileBytes?: number | undefined
  readonly models: ListModels
  /**
   * Counts a request that is no call against its caller's limits, and says on its answer how it stands.
   * @throws {GatewayError} `rate_limited`, `limits_unavailable`; the promise rejects with them.
   */
  readonly countRequest: (principal: Principal | undefined, headers: AnswerHeaders) => void | Promise<void>
  readonly auth: Authenticate | 'none' | undefined
  /** Those who bring credentials of their own. Absent where no provider takes any. */
  readonly callers: Callers | undefined
  /** Proxies before the gateway, whose word on the caller's address is taken. */
  readonly trustProxy: number
  readonly maxBodyBytes: number
  readonly onError: (error: unknown, callId?: string) => void
  /** Tells the streams that are open how long they have been silent. */
  readonly streams: OutletClock
  /**
   * What a request's headers say of the cache. Absent where there is none.
   * @throws {GatewayError} `invalid_request` for what says nothing
   */
  readonly cacheWishOf?: ((headers: DoorRequest['headers']) => CallContext['cacheWish']) | undefined
  /** Whether calls are told the span that their request came from. */
  readonly readsTraceHeaders: boolean
  /** Told of every request that became no call and was not answered but with an error, or whose client left before (`cancelled`). */
  readonly onRefused?: ((error: GatewayError) => void) | undefined
  /** Resolves when what was logged and counted is kept, or its time is over. */
  readonly flush: (options: FlushOptions) => Promise<void>
  /** Resolves when the answers of idempotency keys are kept, or cannot be within the time. */
  readonly flushAnswers: (options: FlushOptions) => Promise<void>
}

/** One request being answered: what its route's answer may use. */
export interface Exchange {
  readonly door: DoorOptions
  readonly request: DoorRequest
  readonly sink: Sink
  readonly callId: string
  readonly principal: Principal | undefined
  /** The caller's own, for an upstream. */
  readonly callerCredentials: CallerCredentials | undefined
  /** Told how the upstream took credentials of somebody who has no key: `undefined` that it did, else what the request failed of. */
  readonly onCallerEnd?: ((error: unknown) => void) | undefined
  /** Headers that stand on whatever is answered. */
  readonly headers: AnswerHeaders
  /** What stood in the place of `{id}`. */
  readonly id: string
  readBody(): Uint8Array | Promise<Uint8Array>
  /** The body as it comes in, unbounded; in place of `readBody`. */
  streamBody(): StreamedBody
  readonly ending: Ending
}

/** What the end of an exchange waits for, where something must still happen after the answer. */
export interface Ending {
  /** Of the call, once there is one: an answer may have gone out before the log was told of it. */
  settled: Promise<unknown> | undefined
  /** Whether the request became a call, which is counted as one. */
  isCall: boolean
}
