import type { OpenAttempt } from '../attempt.ts'
import type { AttemptPermit, GuardDecision } from '../attempt-guard.ts'
import type { CallerCredentials } from '../caller-credentials.ts'
import type { AnyHandler } from '../compose.ts'
import type { Call, Operation, Result } from '../contract.ts'
import { abortError, type GatewayError, toGatewayError, withAttempts } from '../errors.ts'
import { isPromise } from '../is-promise.ts'
import { pause } from '../pause.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import { holdUntilContent } from '../stream/first-content.ts'
import { type Target, targetName } from '../target.ts'
import { attributeNames, eventNames } from '../telemetry/semantic-conventions.ts'
import { AttemptPlan } from './attempt-plan.ts'
import type { Choice, TargetChooser } from './choose-targets.ts'
import { failoverOf } from './failover.ts'
import type { RouterOptions } from './router-options.ts'

/** What every call goes through. */
interface RunParts {
  readonly options: RouterOptions
  readonly chooser: TargetChooser
  /** What each attempt passes. */
  readonly attempt: AnyHandler
}

/** One attempt that is being made. */
interface Trying {
  readonly target: Target
  readonly open: OpenAttempt
  readonly startedAt: number
  readonly admission: AttemptPermit | undefined
}

/**
 * One call on its way over its targets. What goes well goes from callback to callback: an `async` function with all of this in it would
 * hold a kilobyte for as long as the upstream takes.
 */
export class CallRun<O extends Operation> {
  private readonly call: Call<O>
  private readonly parts: RunParts
  private readonly plan: AttemptPlan
  private readonly learn: Choice['learn']

  /** @throws {GatewayError} for a model that has no targets */
  constructor(call: Call<O>, parts: RunParts) {
    const { context } = call
    const { options, chooser } = parts
    const { route, targets, learn } = chooser.choose(call)
    context.route = route
    this.call = call
    this.parts = parts
    // What is wrong with a caller's own account says nothing of the target.
    this.learn = context.callerCredentials ? undefined : learn
    this.plan = new AttemptPlan(targets, options.maxAttempts, retryOf(options.retry, context.callerCredentials))
  }

  /**
   * Asks the next target that may be asked, until one answers.
   * @throws {GatewayError} what the call ends with; the promise rejects with it, too
   */
  next(): Promise<Result<O>> {
    const { call, plan } = this
    if (call.signal.aborted) throw abortError(call.signal)
    const target = plan.next()
    if (!target) return this.nextAfterPause()
    const startedAt = performance.now()
    const open: OpenAttempt = { target: targetName(target), code: '', durationMs: 0, costUsd: undefined }
    const before = call.context.attempt
    call.context.attempt = open
    const asked = this.parts.options.guard?.admit(call, plan.lastResort)
    if (isPromise(asked)) return this.nextOnceAdmitted(asked, { target, open, startedAt, before })
    return this.decided(asked, { target, open, startedAt })
  }

  private decided(decision: GuardDecision | undefined, asking: Omit<Trying, 'admission'>): Promise<Result<O>> {
    const { call, plan } = this
    const { target, open, startedAt } = asking
    if (decision?.isRefused) {
      skip(call, open, { code: decision.code, startedAt })
      plan.refusedWith(target, decision, performance.now())
      return this.next()
    }
    plan.asked(open.target)
    this.learn?.({ call, target, durationMs: 0, outcome: 'asked' })
    call.context.target = target
    // An empty set is cleared at the cost of a new one.
    if (call.context.droppedParams.size > 0) call.context.droppedParams.clear()
    return this.ask({ target, open, startedAt, admission: decision })
  }

  private ask(trying: Trying): Promise<Result<O>> {
    const { call } = this
    try {
      return this.parts.attempt({ ...call, request: { ...call.request, model: trying.target.model } }).then(
        result => (isStream(result) ? this.held(result, trying) : this.answered(result, trying)),
        (error: unknown) => this.failed(error, trying),
      )
    } catch (error) {
      // A layer may throw before it has a promise to give.
      return this.failed(error, trying)
    }
  }

  private answered(result: Result<O>, { target, open, startedAt, admission }: Trying): Result<O> {
    record(this.call, open, { code: '200', startedAt })
    this.learn?.({ call: this.call, target, durationMs: open.durationMs, outcome: 'answered' })
    if (admission) endWith(admission, result)
    return result
  }

  /** A stream has answered with its first content. */
  private async held(result: Result<O> & Result<'chat'>, trying: Trying): Promise<Result<O>> {
    let committed: Result<O>
    try {
      committed = (await holdUntilContent(result)) as Result<O>
    } catch (error) {
      return this.failed(error, trying, result)
    }
    this.answered(result, trying)
    return committed
  }

  private async failed(error: unknown, trying: Trying, result?: Result<O>): Promise<Result<O>> {
    const { call, plan, learn } = this
    const { signal, context } = call
    const { target, open, startedAt, admission } = trying
    const { callerCredentials: theirs } = context
    try {
      // Clients throw errors of their own when they are aborted; why they were is in the signal.
      const shown = signal.aborted ? abortError(signal) : toGatewayError(error)
      record(call, open, { code: shown.code, startedAt })
      const failedAt = { restMs: admission?.end(shown) ?? 0, nowMs: performance.now() }
      // A stream that broke before its content: what it used is counted before the call goes on, or ends.
      await result?.settled
      if (!theirs) this.parts.options.onAttemptFailed?.(call, shown)
      const failover = failoverOf(shown)
      const outcome = signal.aborted ? 'left' : failover === 'next' ? 'failed' : 'refused'
      learn?.({ call, target, durationMs: open.durationMs, outcome })
      // All of a caller's targets get the same credentials.
      if (failover === 'stop' || (theirs && shown.status === 401)) throw shown
      const { chooser } = this.parts
      if (failover !== 'next') plan.keepOnly(rest => chooser.after({ call, error: shown, failed: target, rest }))
      plan.failedWith(target, shown, failedAt)
      return await this.next()
    } catch (fault) {
      throw this.ended(fault)
    }
  }

  /** @throws {GatewayError} what the call ends with, where no target is left; why the call was aborted meanwhile */
  private async nextAfterPause(): Promise<Result<O>> {
    const { plan, call } = this
    const { context, signal } = call
    try {
      const nowMs = performance.now()
      const pauseMs = plan.pauseMs(context.deadlineAt - nowMs, nowMs)
      if (pauseMs === undefined) {
        // Else headers, log and metrics would tell one target's failure of another, which was asked after it.
        if (context.target) context.target = plan.blamed(nowMs) ?? context.target
        throw plan.error(context.route ?? '', nowMs)
      }
      await pause(pauseMs, signal)
      return await this.next()
    } catch (fault) {
      throw this.ended(fault)
    }
  }

  /** @throws {GatewayError} why the call was aborted while it waited: also where it was let through at the same moment. */
  private async nextOnceAdmitted(
    asked: Promise<GuardDecision>,
    { before, ...asking }: Omit<Trying, 'admission'> & { readonly before: OpenAttempt | undefined },
  ): Promise<Result<O>> {
    const { context, signal } = this.call
    let decision: GuardDecision
    try {
      decision = await asked
      if (signal.aborted) {
        if (!decision.isRefused) decision.end(abortError(signal))
        throw abortError(signal)
      }
    } catch (error) {
      // It would stand for one whose upstream is at work.
      context.attempt = before
      // Else nobody is told what its time was spent on.
      skip(this.call, asking.open, { code: 'bulkhead_full', startedAt: asking.startedAt })
      throw this.ended(error)
    }
    try {
      return await this.decided(decision, asking)
    } catch (fault) {
      throw this.ended(fault)
    }
  }

  private ended(fault: unknown): GatewayError {
    return withAttempts(toGatewayError(fault), this.call.context.attempts)
  }
}

function retryOf(retry: RetryPolicy | undefined, theirs: CallerCredentials | undefined): RetryPolicy | undefined {
  return theirs ? (retry?.forCaller?.(theirs) ?? retry) : retry
}

/** A whole answer has succeeded; a stream has not before its end. */
function endWith(permit: AttemptPermit, result: Result<Operation>): void {
  if (!isStream(result)) permit.end(undefined)
  else {
    permit.answered?.()
    void result.settled.then(({ status, error }) =>
      permit.end(status === 'completed' ? undefined : toGatewayError(error)),
    )
  }
}

interface Recorded {
  readonly code: string
  readonly startedAt: number
}

/** An attempt that was not made. */
function skip(call: Call, open: OpenAttempt, why: Recorded): void {
  record(call, open, why)
  const { target, code } = open
  call.context.trace?.event(eventNames.skipped, { [attributeNames.target]: target, [attributeNames.code]: code })
}

function isStream(result: Result<Operation>): result is Result<'chat'> {
  return result.kind === 'stream'
}

function record({ context }: Call, open: OpenAttempt, { code, startedAt }: Recorded): void {
  open.code = code
  open.durationMs = Math.round(performance.now() - startedAt)
  context.attempts.push(open)
}
