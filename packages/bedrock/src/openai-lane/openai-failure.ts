import { type BedrockFailure, failureOfResponse } from '../errors/errors.ts'
import { isJsonObject, parseJsonObject } from '../wire/json.ts'

/**
 * Reads an answer of the OpenAI-compatible endpoint whose status is no success: `{ error: { message, type, param, code } }`, or
 * Bedrock's own form, in which its front end speaks.
 */
export function failureOfOpenaiResponse(answer: Parameters<typeof failureOfResponse>[0]): BedrockFailure {
  const failure = failureOfResponse(answer)
  const error = parseJsonObject(answer.body)?.error
  if (!isJsonObject(error)) return failure
  const words = [error.type, error.code].filter(word => typeof word === 'string')
  const name = words.find(word => word.endsWith('Exception')) ?? words.at(-1)
  return {
    ...failure,
    name: failure.name || (name && /^\w{1,100}$/.test(name) ? name : ''),
    message: typeof error.message === 'string' ? error.message : failure.message,
    param: typeof error.param === 'string' && /^[\w.[\]-]{1,200}$/.test(error.param) ? error.param : undefined,
  }
}
