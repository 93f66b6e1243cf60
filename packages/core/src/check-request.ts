import type { Middleware, Operation } from './contract.ts'
import { GatewayError } from './errors.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { checkChatRequest, checkEmbeddingsRequest, type RequestFault } from './wire/validate-request.ts'

/** Of files and batches the door and the lines of a file are checked where they are read. */
const checks: { readonly [O in Operation]?: (request: object) => readonly RequestFault[] } = {
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
  return (call, next) => {
    const [fault] = checks[call.operation]?.(call.request) ?? []
    if (fault) return refused(fault)
    if (call.request.model) return next(call)
    const model = (call.operation === 'embeddings' && defaultEmbeddingModel) || defaultModel
    if (model) return next({ ...call, request: { ...call.request, model } })
    return refused({
      message: '`model` is missing; name the model to use. This gateway has no default.',
      param: 'model',
    })
  }
}

function refused({ message, param }: RequestFault): Promise<never> {
  return Promise.reject(new GatewayError('invalid_request', message, { param }))
}
