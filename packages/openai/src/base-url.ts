import { GatewayError } from '@modelgate/core'

/**
 * A base URL as an option gives it, checked when the provider is made and not at its first call.
 * @throws {GatewayError} `invalid_configuration`
 */
export function checkBaseURL(baseURL: string, provider: string): string {
  if (URL.canParse(baseURL) && /^https?:/i.test(baseURL)) return new URL(baseURL).href
  throw new GatewayError(
    'invalid_configuration',
    `${provider}: baseURL '${baseURL}' is no http or https URL; give one up to and without /chat/completions, such as https://api.openai.com/v1.`,
  )
}
