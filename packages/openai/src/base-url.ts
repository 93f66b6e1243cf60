import { GatewayError } from '@modelgate/core'

/**
 * A base URL as an option gives it, checked when the provider is made and not at its first call.
 * @throws {GatewayError} `invalid_configuration`
 */
export function checkBaseURL(baseURL: string | undefined, provider: string): string {
  const fault = baseURL === undefined ? 'is missing' : baseURLFault(baseURL)
  if (baseURL !== undefined && fault === undefined) return new URL(baseURL).href
  throw new GatewayError(
    'invalid_configuration',
    `${provider}: baseURL ${fault}; give one up to and without /chat/completions, such as https://api.openai.com/v1.`,
  )
}

/** What is wrong with a base URL, to go on from its name. */
export function baseURLFault(baseURL: string): string | undefined {
  if (typeof baseURL !== 'string') return `is of type ${typeof baseURL}`
  if (!URL.canParse(baseURL) || !/^https?:/i.test(baseURL)) return `'${baseURL}' is no http or https URL`
  // Copied with its path from a curl, it would be called as …/chat/completions/chat/completions.
  return /\/chat\/completions\/*$/.test(new URL(baseURL).pathname) ? `'${baseURL}' has that path in it` : undefined
}
