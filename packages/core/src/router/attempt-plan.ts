import type { AttemptRefusal } from '../attempt-guard.ts'
import { type ErrorCode, GatewayError } from '../errors.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import { type Target, targetName } from '../target.ts'

/** After these the same target would be slow again, and the first try may still be paid for. */
const notAgain: ReadonlySet<ErrorCode> = new Set(['timeout_first_frame', 'timeout_idle', 'timeout_total'])

interface Failed {
  readonly target: Target
  readonly error: GatewayError
}

/**
 * Which target a call asks next. First each one once, in order and at once; then those that only yield to need; then, after a pause,
 * the same ones again as far as their budget allows. Targets that were refused cost no attempt. Asks no clock.
 */
export class AttemptPlan {
  /** Whether the target that was given last stands before no other. */
  lastResort = false
  private readonly maxAttempts: number
  private readonly retry: RetryPolicy | undefined
  private targets: readonly Target[]
  private at = 0
  private made = 0
  private round = 0
  private yielding: Target[] | undefined
  private failed: Failed[] | undefined
  private refusal: GatewayError | undefined
  private last: GatewayError | undefined
  /** The shortest that a throttled target asked for. */
  private throttledMs: number | undefined

  constructor(targets: readonly Target[], maxAttempts: number, retry?: RetryPolicy) {
    this.targets = targets
    this.maxAttempts = maxAttempts
    this.retry = retry
  }

  /** The next target that may be asked at once. */
  next(): Target | undefined {
    if (this.made >= this.maxAttempts) return undefined
    if (this.at < this.targets.length) {
      const target = this.targets[this.at]
      this.at += 1
      return target
    }
    if (!this.yielding) return undefined
    this.again(this.yielding)
    this.yielding = undefined
    this.lastResort = true
    return this.next()
  }

  /** The target that was given last is asked. */
  asked(name: string): void {
    this.made += 1
    if (this.round === 0) this.retry?.called(name)
  }

  failedWith(target: Target, error: GatewayError): void {
    this.last = error
    this.noteThrottled(error)
    if (!error.retryable || notAgain.has(error.code)) return
    this.failed ??= []
    this.failed.push({ target, error })
  }

  refusedWith(target: Target, { error, yieldsToNeed }: AttemptRefusal): void {
    this.noteThrottled(error)
    if (yieldsToNeed) {
      this.yielding ??= []
      this.yielding.push(target)
    }
    if (!this.refusal || waitOf(error) < waitOf(this.refusal)) this.refusal = error
  }

  /**
   * Milliseconds after which {@link AttemptPlan.next} gives a target again; `undefined` where the call has to end. `leftMs` is the
   * time that it has.
   */
  pauseMs(leftMs: number): number | undefined {
    const { failed, retry } = this
    if (!failed || !retry || this.made >= this.maxAttempts) return undefined
    this.failed = undefined
    for (const { target, error } of failed) {
      const delayMs = retry.delayMs(this.round, error.retryAfterMs ?? this.coolingMs(error))
      if (delayMs === undefined || delayMs >= leftMs || !retry.take(targetName(target))) continue
      this.round += 1
      this.again([target])
      return delayMs
    }
    return undefined
  }

  /** What the call ends with when there is no next target. */
  error(route: string): GatewayError {
    const error = this.last ?? this.refusal
    if (!error) return new GatewayError('model_not_found', `The route '${route}' has no target.`, { param: 'model' })
    if (error.code !== 'upstream_rate_limited' || error.retryAfterMs === this.throttledMs) return error
    const { code, message, param, status, retryable, usage, cause } = error
    return new GatewayError(code, message, {
      param,
      status,
      retryable,
      usage,
      cause,
      retryAfterMs: this.throttledMs,
    })
  }

  private again(targets: readonly Target[]): void {
    this.targets = targets
    this.at = 0
  }

  /** A 429 without a time: the cool-down that follows it lasts at least a second. */
  private coolingMs({ code }: GatewayError): number {
    return code === 'upstream_rate_limited' ? 1_000 : 0
  }

  private noteThrottled({ code, retryAfterMs }: GatewayError): void {
    if (code !== 'upstream_rate_limited' || retryAfterMs === undefined) return
    this.throttledMs = Math.min(this.throttledMs ?? retryAfterMs, retryAfterMs)
  }
}

function waitOf({ retryAfterMs }: GatewayError): number {
  return retryAfterMs ?? Number.POSITIVE_INFINITY
}
