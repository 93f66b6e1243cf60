import { GatewayError } from '@modelgate/core'

/**
 * A base URL as an option gives it, checked when the provider is made and not at its first call.
 * @throws {GatewayError} `invalid_configuration`
 */
export function checkBaseURL(baseURL: string | undefined, provider: string): string {
  if (typeof baseURL === 'string' && URL.canParse(baseURL) && /^https?:/i.test(baseURL)) return new URL(baseURL).href
  const fault = baseURL === undefined ? 'is missing' : `'${String(baseURL)}' is no http or https URL`
  throw new GatewayError(
    'invalid_configuration',
    `${provider}: baseURL ${fault}; give one up to and without /chat/completions, such as https://api.openai.com/v1.`,
  )
}
