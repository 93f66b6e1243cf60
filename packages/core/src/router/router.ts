import type { OpenAttempt } from '../attempt.ts'
import type { AnyHandler } from '../compose.ts'
import type { Call, Handler, Operation, Result } from '../contract.ts'
import { abortError, GatewayError, toGatewayError, withAttempts } from '../errors.ts'
import type { Provider } from '../provider.ts'
import { holdUntilContent } from '../stream/first-content.ts'
import { targetName } from '../target.ts'
import { type ChooserOptions, TargetChooser } from './choose-targets.ts'
import { failoverOf } from './failover.ts'

export interface RouterOptions extends ChooserOptions {
  /** Upstream attempts a call may cost, over all its targets. */
  readonly maxAttempts: number
  /** Told of every attempt that failed, whatever becomes of the call. */
  readonly onAttemptFailed?: ((call: Call, error: GatewayError) => void) | undefined
}

/**
 * The handler over providers: resolves the model to targets and tries them in order until one answers. A stream counts as
 * answered with its first content frame, so that an exception inside a 200 event stream still fails over.
 * @throws {GatewayError} the last attempt's error, with `attempts`.
 */
export function createRouter(options: RouterOptions, attempt: AnyHandler): AnyHandler {
  const chooser = new TargetChooser(options)
  return async <O extends Operation>(call: Call<O>): Promise<Result<O>> => {
    const { context } = call
    const { route, targets, learn } = chooser.choose(call)
    context.route = route
    let last: GatewayError | undefined
    let rest = targets
    for (let left = options.maxAttempts; left > 0; left -= 1) {
      const target = rest[0]
      if (!target) break
      if (call.signal.aborted) throw abortError(call.signal)
      context.target = target
      context.droppedParams.clear()
      const startedAt = performance.now()
      const open: OpenAttempt = { target: targetName(target), code: '', durationMs: 0, costUsd: undefined }
      context.attempt = open
      let result: Result<O> | undefined
      try {
        result = await attempt({ ...call, request: { ...call.request, model: target.model } })
        const committed = isStream(result) ? ((await holdUntilContent(result)) as Result<O>) : result
        record(call, open, '200', startedAt)
        learn?.({ call, target, durationMs: open.durationMs, failed: false })
        return committed
      } catch (error) {
        // Clients throw errors of their own when they are aborted; why they were is in the signal.
        const shown = call.signal.aborted ? abortError(call.signal) : toGatewayError(error)
        record(call, open, shown.code, startedAt)
        // A stream that broke before its content: what it used is counted before the call goes on, or ends.
        await result?.settled
        options.onAttemptFailed?.(call, shown)
        last = withAttempts(shown, context.attempts)
        rest = chooser.after({ call, error: last, failed: target, rest: rest.slice(1) })
        if (learn && !call.signal.aborted && failoverOf(last) === 'next') {
          learn({ call, target, durationMs: open.durationMs, failed: true })
        }
      }
    }
    throw last ?? new GatewayError('model_not_found', `The route '${route}' has no target.`, { param: 'model' })
  }
}

/** The end of every attempt: the handler that the target's provider has for the operation. */
export function callProvider(providers: readonly Provider[]): AnyHandler {
  const byId = new Map(providers.map(provider => [provider.id, provider]))
  return <O extends Operation>(call: Call<O>): Promise<Result<O>> => {
    const id = call.context.target?.provider ?? ''
    const handler = byId.get(id)?.handlers[call.operation] as Handler<O> | undefined
    if (handler) return handler(call)
    const message = `The provider '${id}' does not serve ${call.operation}.`
    return Promise.reject(new GatewayError('invalid_request', message, { param: 'model', lacks: 'operation' }))
  }
}

function isStream(result: Result<Operation>): result is Result<'chat'> {
  return result.kind === 'stream'
}

function record({ context }: Call, open: OpenAttempt, code: string, startedAt: number): void {
  open.code = code
  open.durationMs = Math.round(performance.now() - startedAt)
  context.attempts.push(open)
}
