import { type DoorRequest, GatewayError } from '@modelgate/core'

/** What an administrator has to say fits many times. */
const longestBody = 64 * 1024

/**
 * The JSON body of a request; `undefined` where it has none.
 * @throws {GatewayError} `invalid_request`, `request_too_large`
 */
export async function readJson(request: DoorRequest): Promise<unknown> {
  const text = new TextDecoder().decode(await request.readBody(longestBody))
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new GatewayError('invalid_request', 'The body is not valid JSON.')
  }
}
