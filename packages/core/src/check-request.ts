import type { Call, Handler, Middleware, Operation, Result } from './contract.ts'
import { GatewayError } from './errors.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { isPromise } from './is-promise.ts'
import {
  checkChatRequest,
  checkEmbeddingsRequest,
  type RequestFault,
  type RequestFaults,
} from './wire/validate-request.ts'

/** Of files and batches the door and the lines of a file are checked where they are read. */
const checks: { readonly [O in Operation]?: (request: object) => RequestFaults } = {
  chat: checkChatRequest,
  embeddings: checkEmbeddingsRequest,
}

/** What answers a request that names no model. */
export type DefaultModels = Pick<GatewayOptions, 'defaultModel' | 'defaultEmbeddingModel'>

/**
 * Stops a request that no upstream could answer, and gives one that names no model the gateway's default. What it does not
 * know travels on: an upstream may.
 * @throws {GatewayError} `invalid_request`, naming the first faulty field, its value and the remedy.
 */
export function checkRequest({ defaultModel, defaultEmbeddingModel }: DefaultModels): Middleware {
  function goOn<O extends Operation>(
    [fault]: readonly RequestFault[],
    call: Call<O>,
    next: Handler<O>,
  ): Promise<Result<O>> {
    if (fault) return refused(fault)
    if (call.request.model) return next(call)
    const model = (call.operation === 'embeddings' && defaultEmbeddingModel) || defaultModel
    if (model) return next({ ...call, request: { ...call.request, model } })
    return refused({
      message: '`model` is missing; name the model to use. This gateway has no default.',
      param: 'model',
    })
  }
  return (call, next) => {
    const faults = checks[call.operation]?.(call.request) ?? []
    return isPromise(faults) ? faults.then(found => goOn(found, call, next)) : goOn(faults, call, next)
  }
}

function refused({ message, param }: RequestFault): Promise<never> {
  return Promise.reject(new GatewayError('invalid_request', message, { param }))
}
