import { GatewayError } from '@modelgate/core'

/** The environment's `OPENAI_BASE_URL`, or OpenAI's own. */
export function environmentURL(): string {
  return process.env.OPENAI_BASE_URL || 'https://api.openai.com/v1'
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
