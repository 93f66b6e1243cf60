import type { AttemptRefusal } from '../attempt-guard.ts'
import { type ErrorCode, GatewayError, withRetryAfter } from '../errors.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import { type Target, targetName } from '../target.ts'

/** After these the same target would be slow again, and the first try may still be paid for. */
const notAgain: ReadonlySet<ErrorCode> = new Set(['timeout_first_frame', 'timeout_idle', 'timeout_total'])

/** Of one for all: most calls miss nothing. */
const none: readonly never[] = []

interface Missed {
  readonly target: Target
  readonly error: GatewayError
  /** When it was missed. */
  readonly atMs: number
  /** Milliseconds from then until it may be asked again, as far as that is known. */
  readonly waitMs: number | undefined
  /** Its budget has been charged for an attempt that was not made. */
  readonly isPaid?: boolean
}

type Told = Pick<Missed, 'target' | 'error'>

/** How a failure stands in time. */
interface FailedAt {
  readonly nowMs: number
  /** For how long the target is left alone by all calls from now on; 0 where it is not. */
  readonly restMs: number
}

/**
 * Which target a call asks next. First each one once, in order and at once; then those that only yield to need; then, after a pause,
 * the same ones again as far as their budget allows, the soonest first. Targets that were refused cost no attempt. Asks no clock: it is told
 * the time, in milliseconds of one that never goes back.
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
  private yielding: readonly Target[] = none
  /** May be asked again by this call. */
  private repeatable: readonly Missed[] = none
  /** Failures and refusals that may pass. */
  private failures: readonly Missed[] = none
  private refusals: readonly Missed[] = none
  private last: Told | undefined

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
    if (this.yielding.length === 0) return undefined
    this.again(this.yielding)
    this.yielding = none
    this.lastResort = true
    return this.next()
  }

  /** The target that was given last is asked. */
  asked(name: string): void {
    this.made += 1
    if (this.round === 0) this.retry?.called(name)
  }

  failedWith(target: Target, error: GatewayError, { nowMs, restMs }: FailedAt): void {
    this.last = { target, error }
    if (!error.retryable) return
    const missed = { target, error, atMs: nowMs, waitMs: restMs > 0 ? restMs : error.retryAfterMs }
    this.failures = [...this.failures, missed]
    if (!notAgain.has(error.code)) this.repeatable = [...this.repeatable, missed]
  }

  refusedWith(target: Target, { error, yieldsToNeed }: AttemptRefusal, nowMs: number): void {
    if (yieldsToNeed && !this.lastResort) {
      this.yielding = [...this.yielding, target]
      return
    }
    const missed = { target, error, atMs: nowMs, waitMs: error.retryAfterMs }
    this.refusals = [...this.refusals, missed]
    // Others were throttled while this call waited, each of whom lengthens the time of all.
    if (this.round > 0 && isThrottled(missed)) this.repeatable = [...this.repeatable, { ...missed, isPaid: true }]
  }

  /** Of what is left, of what may be asked again and of what is told, only the targets that a failure says may do better. */
  keepOnly(keep: (targets: readonly Target[]) => readonly Target[]): void {
    const mayDoBetter = ({ target }: Missed): boolean => keep([target]).length > 0
    this.again(keep(this.targets.slice(this.at)))
    this.yielding = keep(this.yielding)
    this.repeatable = this.repeatable.filter(mayDoBetter)
    this.failures = this.failures.filter(mayDoBetter)
    this.refusals = this.refusals.filter(mayDoBetter)
  }

  /**
   * Milliseconds after which {@link AttemptPlan.next} gives a target again; `undefined` where the call has to end. `leftMs` is the
   * time that it has.
   */
  pauseMs(leftMs: number, nowMs: number): number | undefined {
    const { repeatable, retry } = this
    if (!retry || this.made >= this.maxAttempts || this.round >= this.maxAttempts) return undefined
    for (const missed of repeatable.toSorted((one, other) => pauseBefore(one, nowMs) - pauseBefore(other, nowMs))) {
      const delayMs = retry.delayMs(this.round, pauseBefore(missed, nowMs))
      if (delayMs === undefined || delayMs >= leftMs) continue
      if (!missed.isPaid && !retry.take(targetName(missed.target))) continue
      this.repeatable = repeatable.filter(other => other !== missed)
      this.round += 1
      this.again([missed.target])
      return delayMs
    }
    return undefined
  }

  /**
   * What the call ends with when there is no next target: the last failure; but before one that will not pass one that may, or the
   * refusal that ends soonest, for the same call made later may be answered. It tells the time until the first of all targets may be asked
   * again, as far as that is known: who is told that of another one stays away for too long.
   */
  error(route: string, nowMs: number): GatewayError {
    const error = this.told(nowMs)?.error
    if (!error) return new GatewayError('model_not_found', `The route '${route}' has no target.`, { param: 'model' })
    const isTimed = error.retryAfterMs !== undefined
    if (!error.retryable || (!isTimed && error.code !== 'upstream_rate_limited')) return error
    const missed = [...this.failures, ...this.refusals]
    const first = soonest(latestOfEach(isTimed ? missed : missed.filter(isThrottled)), nowMs)
    return withRetryAfter(error, first && leftOf(first, nowMs))
  }

  /** The target that {@link AttemptPlan.error} tells of, which need not be the one that was asked last. */
  blamed(nowMs: number): Target | undefined {
    return this.told(nowMs)?.target
  }

  private told(nowMs: number): Told | undefined {
    const { last } = this
    return last?.error.retryable ? last : (this.failures.at(-1) ?? soonest(this.refusals, nowMs) ?? last)
  }

  private again(targets: readonly Target[]): void {
    this.targets = targets
    this.at = 0
  }
}

function isThrottled({ error }: Missed): boolean {
  return error.code === 'upstream_rate_limited'
}

/** A 429 without a time is none to be asked again at once. */
function pauseBefore(missed: Missed, nowMs: number): number {
  const waitMs = missed.waitMs ?? (isThrottled(missed) ? 1_000 : 0)
  return leftOf({ ...missed, waitMs }, nowMs) ?? 0
}

function soonest(missed: readonly Missed[], nowMs: number): Missed | undefined {
  const waitOf = (one: Missed): number => leftOf(one, nowMs) ?? Number.MAX_VALUE
  return missed.toSorted((one, other) => waitOf(one) - waitOf(other))[0]
}

/** A target that was to be asked again, and was left alone for longer when its time had come, is not to be asked at that time. */
function latestOfEach(missed: readonly Missed[]): readonly Missed[] {
  const inTime = missed.toSorted((one, other) => one.atMs - other.atMs)
  return [...new Map(inTime.map(each => [targetName(each.target), each])).values()]
}

/** What is left of its wait: others were asked meanwhile. */
function leftOf({ atMs, waitMs }: Missed, nowMs: number): number | undefined {
  return waitMs === undefined ? undefined : Math.max(0, atMs + waitMs - nowMs)
}
