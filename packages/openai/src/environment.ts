import { GatewayError } from '@modelgate/core'
import { baseURLFault } from './base-url.ts'

/** The environment's `OPENAI_BASE_URL`, or OpenAI's own. */
export function environmentURL(): string {
  return process.env.OPENAI_BASE_URL || 'https://api.openai.com/v1'
}

/**
 * The same for a call.
 * @throws {GatewayError} `upstream_unavailable` for one that nothing can be sent to: another target may answer.
 */
export function reachableURL(): string {
  const url = environmentURL()
  if (baseURLFault(url) === undefined) return url
  // Not what it is: callers read this, and a URL may hold a password.
  const message =
    'OPENAI_BASE_URL is no http or https URL up to and without /chat/completions; set it to one, such as https://api.openai.com/v1.'
  throw new GatewayError('upstream_unavailable', message, { retryable: false })
}

/** The environment's `OPENAI_API_KEY`, read once: looking into the environment costs more than the rest of the headers. */
export function environmentKey(): () => string {
  let key: string | undefined
  return () => {
    key ??= process.env.OPENAI_API_KEY
    if (key) return key
    throw new GatewayError('upstream_auth_failed', 'There is no OpenAI API key; set OPENAI_API_KEY or pass `apiKey`.')
  }
}
