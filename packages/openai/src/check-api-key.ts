import { GatewayError } from '@modelgate/core'
import type { ApiKey } from './endpoint.ts'

/**
 * A key as it was given. Its value is in no error.
 * @throws {GatewayError} `invalid_configuration` for what is neither a text nor a function.
 */
export function checkApiKey(apiKey: ApiKey | undefined, subject: string): ApiKey | undefined {
  if (apiKey === undefined || typeof apiKey === 'string' || typeof apiKey === 'function') return apiKey
  const got = apiKey === null ? 'null' : typeof apiKey
  throw new GatewayError(
    'invalid_configuration',
    `${subject}: apiKey must be a string, or a function that gives one, got ${got}.`,
  )
}
