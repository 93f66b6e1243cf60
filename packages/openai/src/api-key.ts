import { GatewayError, isGatewayError } from '@modelgate/core'

/** A key, or what gets one for each call: it may rotate. */
export type ApiKey = string | (() => string | undefined | Promise<string | undefined>)

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

/**
 * A key as a header can hold it.
 * @param id the provider's, for messages
 * @throws {GatewayError} `upstream_auth_failed` where there is none
 */
export function sendableKey(key: string | undefined, id: string): string {
  // A key read from a file ends with a line break, which no header can hold.
  const trimmed = key?.trim()
  if (trimmed && /^[\x21-\x7e]+$/.test(trimmed)) return trimmed
  throw noKey(id, trimmed ? 'has an API key with characters that a header cannot hold' : 'has no API key')
}

/**
 * Gets a key for one call. A key store out of order is the target's failure, which another target may not share, and not a fault of ours.
 * @throws {GatewayError} `upstream_auth_failed` where there is none; the promise rejects with it.
 */
export async function askForKey(apiKey: Exclude<ApiKey, string>, id: string): Promise<string> {
  let key: string | undefined
  try {
    key = await apiKey()
  } catch (cause) {
    throw isGatewayError(cause) ? cause : noKey(id, 'could not get its API key', cause)
  }
  return sendableKey(key, id)
}

function noKey(id: string, fault: string, cause?: unknown): GatewayError {
  return new GatewayError('upstream_auth_failed', `The provider '${id}' ${fault}; check its \`apiKey\` option.`, {
    cause,
  })
}
