import type { OpenAttempt } from '../attempt.ts'
import type { AttemptGuard, AttemptPermit, GuardDecision } from '../attempt-guard.ts'
import type { CallerCredentials } from '../caller-credentials.ts'
import type { AnyHandler } from '../compose.ts'
import type { Call, Handler, Operation, Result } from '../contract.ts'
import { abortError, GatewayError, toGatewayError, withAttempts } from '../errors.ts'
import { isPromise } from '../is-promise.ts'
import { pause } from '../pause.ts'
import type { Provider } from '../provider.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import { holdUntilContent } from '../stream/first-content.ts'
import { targetName } from '../target.ts'
import { attributeNames, eventNames } from '../telemetry/semantic-conventions.ts'
import { AttemptPlan } from './attempt-plan.ts'
import { type ChooserOptions, TargetChooser } from './choose-targets.ts'
import { failoverOf } from './failover.ts'

export interface RouterOptions extends ChooserOptions {
  /** Upstream attempts a call may cost, over all its targets. */
  readonly maxAttempts: number
  /** Asked before each attempt. Default: all may be made. */
  readonly guard?: AttemptGuard | undefined
  /** Default: no target is asked twice by one call. */
  readonly retry?: RetryPolicy | undefined
  /** Told of every attempt that failed with the gateway's own credentials, whatever becomes of the call. */
  readonly onAttemptFailed?: ((call: Call, error: GatewayError) => void) | undefined
}

/**
 * The handler over providers: resolves the model to targets and tries them in order until one answers. A stream counts as
 * answered with its first content frame, so that an exception inside a 200 event stream still fails over.
 * @throws {GatewayError} the last attempt's error, with `attempts`; where no target could be asked, that of the one which may be
 * asked again the soonest.
 */
export function createRouter(options: RouterOptions, attempt: AnyHandler): AnyHandler {
  const chooser = new TargetChooser(options)
  return async <O extends Operation>(call: Call<O>): Promise<Result<O>> => {
    const { context, signal } = call
    const { guard } = options
    const { callerCredentials: theirs } = context
    const { route, targets, learn: learning } = chooser.choose(call)
    // What is wrong with a caller's own account says nothing of the target.
    const learn = theirs ? undefined : learning
    context.route = route
    const plan = new AttemptPlan(targets, options.maxAttempts, retryOf(options.retry, theirs))
    try {
      for (;;) {
        if (signal.aborted) throw abortError(signal)
        const target = plan.next()
        if (!target) {
          await pauseFor(plan, call)
          continue
        }
        const startedAt = performance.now()
        const open: OpenAttempt = { target: targetName(target), code: '', durationMs: 0, costUsd: undefined }
        const before = context.attempt
        context.attempt = open
        const asked = guard?.admit(call, plan.lastResort)
        const admission = isPromise(asked) ? await admittedInTime(asked, { call, before }) : asked
        if (admission?.isRefused) {
          record(call, open, admission.code, startedAt)
          plan.refusedWith(target, admission)
          context.trace?.event(eventNames.skipped, skippedBecause(open))
          continue
        }
        plan.asked(open.target)
        context.target = target
        context.droppedParams.clear()
        let result: Result<O> | undefined
        try {
          result = await attempt({ ...call, request: { ...call.request, model: target.model } })
          const committed = isStream(result) ? ((await holdUntilContent(result)) as Result<O>) : result
          record(call, open, '200', startedAt)
          learn?.({ call, target, durationMs: open.durationMs, outcome: 'answered' })
          if (admission) endWith(admission, result)
          return committed
        } catch (error) {
          // Clients throw errors of their own when they are aborted; why they were is in the signal.
          const shown = signal.aborted ? abortError(signal) : toGatewayError(error)
          record(call, open, shown.code, startedAt)
          const restMs = admission?.end(shown)
          // A stream that broke before its content: what it used is counted before the call goes on, or ends.
          await result?.settled
          if (!theirs) options.onAttemptFailed?.(call, shown)
          const failover = failoverOf(shown)
          if (signal.aborted) learn?.({ call, target, durationMs: open.durationMs, outcome: 'left' })
          // All of a caller's targets get the same credentials.
          if (failover === 'stop' || (theirs && shown.status === 401)) throw shown
          if (failover !== 'next') plan.keepOnly(rest => chooser.after({ call, error: shown, failed: target, rest }))
          else if (!signal.aborted) learn?.({ call, target, durationMs: open.durationMs, outcome: 'failed' })
          plan.failedWith(target, shown, restMs)
        }
      }
    } catch (error) {
      throw withAttempts(toGatewayError(error), context.attempts)
    }
  }
}

function retryOf(retry: RetryPolicy | undefined, theirs: CallerCredentials | undefined): RetryPolicy | undefined {
  return theirs ? (retry?.forCaller?.(theirs) ?? retry) : retry
}

/**
 * Until the plan has a target again.
 * @throws {GatewayError} what the call ends with, where it has none; why the call was aborted meanwhile
 */
async function pauseFor(plan: AttemptPlan, { context, signal }: Call): Promise<void> {
  const pauseMs = plan.pauseMs(context.deadlineAt - performance.now())
  if (pauseMs === undefined) throw plan.error(context.route ?? '')
  await pause(pauseMs, signal)
}

interface Admitting {
  readonly call: Call
  /** The attempt before, which is the last one where this one is not made. */
  readonly before: OpenAttempt | undefined
}

/** @throws {GatewayError} why the call was aborted while it waited: also where it was let through at the same moment. */
async function admittedInTime(
  asked: Promise<GuardDecision>,
  { call: { context, signal }, before }: Admitting,
): Promise<GuardDecision> {
  try {
    const decision = await asked
    if (!signal.aborted) return decision
    if (!decision.isRefused) decision.end(abortError(signal))
    throw abortError(signal)
  } catch (error) {
    // It would stand for one whose upstream is at work.
    context.attempt = before
    throw error
  }
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

/** The end of every attempt: the handler that the target's provider has for the operation. */
export function callProvider(providers: readonly Provider[]): AnyHandler {
  const byId = new Map(providers.map(provider => [provider.id, provider]))
  return <O extends Operation>(call: Call<O>): Promise<Result<O>> => {
    const { target, callerCredentials } = call.context
    const id = target?.provider ?? ''
    if (callerCredentials && callerCredentials.provider !== id) return Promise.reject(notTheirs(callerCredentials, id))
    const handler = byId.get(id)?.handlers[call.operation] as Handler<O> | undefined
    if (handler) return handler(call)
    const message = `The provider '${id}' does not serve ${call.operation}.`
    return Promise.reject(new GatewayError('invalid_request', message, { param: 'model', lacks: 'operation' }))
  }
}

function skippedBecause({ target, code }: OpenAttempt): Record<string, string> {
  return { [attributeNames.target]: target, [attributeNames.code]: code }
}

/** No other provider is sent a caller's credentials, or paid by the gateway in their place. */
function notTheirs({ provider }: CallerCredentials, id: string): GatewayError {
  const message = `The credentials of this call are for the provider '${provider}', and '${id}' was to be asked; leave them out.`
  return new GatewayError('invalid_request', message, { param: 'model' })
}

function isStream(result: Result<Operation>): result is Result<'chat'> {
  return result.kind === 'stream'
}

function record({ context }: Call, open: OpenAttempt, code: string, startedAt: number): void {
  open.code = code
  open.durationMs = Math.round(performance.now() - startedAt)
  context.attempts.push(open)
}
