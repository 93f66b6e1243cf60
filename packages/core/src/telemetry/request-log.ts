import type { AddedContext } from '../added-context.ts'
import type { Attempt } from '../attempt.ts'
import type { CallContent } from '../call-content.ts'
import type { CallReport } from '../call-report.ts'
import type { FlushOptions } from '../flush.ts'
import { cachedTokensOf } from '../usage/reported-usage.ts'

/**
 * Where settled calls are written. `write` never blocks and never throws; `flush` resolves when what was written is kept, or
 * after `timeoutMs`. `queuedLog` makes one of a function that writes.
 */
export interface RequestLog {
  write(record: RequestRecord): void
  flush(options?: FlushOptions): Promise<void>
  /**
   * The calls that came with one id, newest first and 100 at most, as far back as the log keeps them. There may be several, and not all
   * of one caller: the id is what each said in `x-request-id`. Absent where the log cannot be asked. Rejects where it cannot be read.
   */
  find?(requestId: string): Promise<readonly RequestRecord[]>
}

/** One try at one target, in the form in which it is logged. */
export interface LoggedAttempt {
  readonly target: string
  /** `200`, or the error's code. */
  readonly code: string
  readonly durationMs: number
  /** US dollars; null where it is unknown. */
  readonly cost: number | null
}

/** What was added to a prompt, in the form in which it is logged. */
export type LoggedContext = Pick<AddedContext, 'status' | 'reason' | 'source' | 'items' | 'tokens' | 'version'>

/** One settled call, in the form in which it is logged. Holds no key, and no prompt or completion unless asked for. */
export interface RequestRecord {
  readonly requestId: string
  /** ISO 8601, when the call settled. */
  readonly timestamp: string
  readonly userId: string | null
  readonly tenant: string | null
  /** Of the key that called, never the key itself. */
  readonly keyId: string | null
  readonly tier: string | null
  readonly operation: string
  readonly route: string | null
  /** The upstream's model; where no target was found, what the caller asked for. */
  readonly model: string | null
  readonly responseModel: string | null
  readonly provider: string | null
  readonly target: string | null
  readonly status: CallReport['status']
  readonly errorCode: string | null
  readonly finishReason: string | null
  readonly stream: boolean
  readonly tokens: number | null
  readonly promptTokens: number | null
  readonly completionTokens: number | null
  readonly cachedTokens: number | null
  readonly usageSource: CallReport['usageSource']
  /** US dollars; null where the price is unknown. */
  readonly cost: number | null
  /** Whose account the upstream bills, where it is not the gateway's. */
  readonly paidBy?: 'caller' | undefined
  /** It got the answer of an earlier call of its idempotency key: it used and cost nothing. */
  readonly idempotentReplay?: true | undefined
  /** Milliseconds. */
  readonly latency: number
  readonly firstFrameMs: number | null
  readonly attempts: readonly LoggedAttempt[]
  /** Whether it was answered by what was answered before; there only where a cache was asked. */
  readonly cache?: 'hit' | 'miss' | 'bypass' | undefined
  /** Request parameters that the target of the last attempt could not be told. */
  readonly droppedParams: readonly string[]
  /** What was added to the prompt: ids and counts, no text. There only where the gateway adds context. */
  readonly context?: LoggedContext | undefined
  readonly tags: Readonly<Record<string, string>>
  /** What was asked and what was answered, redacted and cut: there only where `logContent` asks for them. */
  readonly prompt?: string | undefined
  readonly completion?: string | undefined
  /** Members that a store had to shorten or leave out, since a record of it may only be so large. */
  readonly shortened?: readonly string[] | undefined
  /** Unix seconds from which a log that forgets may forget it. */
  readonly expirationTimestamp?: number | undefined
}

/** The record of a report, made when the call settled: `timestamp` in ISO 8601. */
export function toRequestRecord(report: CallReport, timestamp: string, content?: CallContent): RequestRecord {
  const { usage } = report
  return {
    requestId: report.callId,
    timestamp,
    userId: report.userId ?? null,
    tenant: report.tenant ?? null,
    keyId: report.keyId ?? null,
    tier: report.tier ?? null,
    operation: report.operation,
    route: report.route ?? null,
    model:
      report.target === undefined ? (report.requestModel ?? null) : report.target.slice(report.target.indexOf('/') + 1),
    responseModel: report.responseModel ?? null,
    provider: report.provider ?? null,
    target: report.target ?? null,
    status: report.status,
    errorCode: report.errorCode ?? null,
    finishReason: report.finishReason ?? null,
    stream: report.stream,
    tokens: usage?.total_tokens ?? null,
    promptTokens: usage?.prompt_tokens ?? null,
    completionTokens: usage?.completion_tokens ?? null,
    cachedTokens: cachedTokensOf(usage) ?? null,
    usageSource: report.usageSource,
    cost: report.costUsd,
    ...(report.paidBy && { paidBy: report.paidBy }),
    ...(report.idempotentReplay && { idempotentReplay: report.idempotentReplay }),
    latency: report.durationMs,
    firstFrameMs: report.firstFrameMs ?? null,
    attempts: report.attempts.map(toLoggedAttempt),
    ...(report.cache && { cache: report.cache }),
    droppedParams: report.droppedParams,
    ...(report.context && { context: toLoggedContext(report.context) }),
    tags: report.tags,
    ...content,
  }
}

function toLoggedAttempt({ target, code, durationMs, costUsd }: Attempt): LoggedAttempt {
  return { target, code, durationMs, cost: costUsd ?? null }
}

function toLoggedContext({ status, reason, source, items, tokens, version }: AddedContext): LoggedContext {
  return {
    status,
    ...(reason && { reason }),
    ...(source !== undefined && { source }),
    items,
    tokens,
    ...(version !== undefined && { version }),
  }
}
