import { GatewayError, readBody, type UpstreamResponse } from '@modelgate/core'
import { asBuffer } from './as-buffer.ts'
import { parseAnswer } from './exact-json.ts'

/**
 * A successful answer's body.
 * @throws {GatewayError} `upstream_bad_response` when it is no JSON object.
 */
export async function readJson<T extends object>(response: UpstreamResponse): Promise<T> {
  const body = readBody(response.body)
  const value = parseAnswer(asBuffer(body instanceof Promise ? await body : body).toString('utf8'))
  if (!value)
    throw new GatewayError('upstream_bad_response', 'Bedrock answered with something else than a JSON object.')
  return value as T
}
