import type { Failure } from '../script.ts'

/** Why OpenAI would refuse the caller; undefined when it would let it in. */
export function refuseOpenaiCaller(
  headers: Readonly<Record<string, string>>,
  keys: readonly string[],
): Failure | undefined {
  const authorization = headers.authorization
  if (authorization === undefined) {
    const message =
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
    return { status: 401, type: 'invalid_request_error', message, code: 'invalid_api_key' }
  }
  const key = /^Bearer (.*)$/i.exec(authorization)?.[1] ?? ''
  if (keys.includes(key)) return undefined
  const message = `Incorrect API key provided: ${masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`
  return { status: 401, type: 'invalid_request_error', message, code: 'invalid_api_key' }
}

/** OpenAI quotes a wrong key back with its middle starred out. */
function masked(key: string): string {
  return key.length < 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`
}
