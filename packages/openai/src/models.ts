import { type Model, readBody } from '@modelgate/core'
import type { Endpoint } from './endpoint.ts'
import { badAnswer, parseAnswer } from './json-answer.ts'

/**
 * `GET /models`.
 * @see https://developers.openai.com/api/docs/api-reference/models/list
 */
export async function listModels(endpoint: Endpoint, signal: AbortSignal): Promise<readonly Model[]> {
  const response = await endpoint.send({ path: '/models', accept: 'application/json', signal })
  const { value } = parseAnswer(await readBody(response.body), response.upstream)
  if (!isModelList(value)) throw badAnswer(response.upstream, 'JSON that is no list of models')
  return value.data
}

function isModelList(value: unknown): value is { readonly data: readonly Model[] } {
  return typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data)
}
