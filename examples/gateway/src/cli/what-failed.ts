import { isGatewayError } from '@modelgate/core'

const remedies: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'There is no such table or index here; look at its name and at AWS_REGION, or make it.',
  CredentialsProviderError: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  AccessDeniedException: 'These credentials may not do it; the README of @modelgate/aws lists what they need.',
}

/** What is told where DynamoDB says no: an error's name and message, for its other members may hold the request. */
export function whatFailed(error: unknown): string {
  if (!(error instanceof Error)) return 'DynamoDB could not be asked.'
  if (isGatewayError(error)) return error.message
  // The SDK gives this one no name of its own.
  const remedy = error.message === 'Region is missing' ? 'Set AWS_REGION.' : remedies[error.name]
  const said = `DynamoDB could not be asked: ${error.name}: ${error.message}`
  return remedy ? `${said}\n${remedy}` : said
}
