import type { CallerCredentials } from '../caller-credentials.ts'
import type { AnyHandler } from '../compose.ts'
import type { Call, Handler, Operation, Result } from '../contract.ts'
import { GatewayError, toGatewayError, withAttempts } from '../errors.ts'
import type { Provider } from '../provider.ts'
import { CallRun } from './call-run.ts'
import { TargetChooser } from './choose-targets.ts'
import type { RouterOptions } from './router-options.ts'

/**
 * The handler over providers: resolves the model to targets and tries them in order until one answers. A stream counts as
 * answered with its first content frame, so that an exception inside a 200 event stream still fails over.
 * @throws {GatewayError} the last attempt's error, with `attempts`; where no target could be asked, that of the one which may be
 * asked again the soonest.
 */
export function createRouter(options: RouterOptions, attempt: AnyHandler): AnyHandler {
  const parts = { options, chooser: new TargetChooser(options), attempt }
  return call => {
    try {
      return new CallRun(call, parts).next()
    } catch (error) {
      return Promise.reject(withAttempts(toGatewayError(error), call.context.attempts))
    }
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

/** No other provider is sent a caller's credentials, or paid by the gateway in their place. */
function notTheirs({ provider }: CallerCredentials, id: string): GatewayError {
  const message = `The credentials of this call are for the provider '${provider}', and '${id}' was to be asked; leave them out.`
  return new GatewayError('invalid_request', message, { param: 'model' })
}
