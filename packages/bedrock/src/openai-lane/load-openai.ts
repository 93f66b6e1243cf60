import { GatewayError } from '@modelgate/core'

/**
 * Imports what the lane needs of `@modelgate/openai`, an optional peer: only who calls a model over the OpenAI-compatible endpoint needs it.
 * @throws {GatewayError} `invalid_configuration` naming the package where it is not installed.
 */
export async function loadOpenai(): Promise<typeof import('@modelgate/openai/chat-over')> {
  // Bundlers take in the whole of what is imported so, and leave out what they cannot resolve only where it is awaited within a `try`.
  try {
    return await import('@modelgate/openai/chat-over')
  } catch (cause) {
    throw new GatewayError(
      'invalid_configuration',
      "bedrock({ lanes }): the lane 'openai' needs '@modelgate/openai'; install it beside '@modelgate/bedrock'.",
      { cause },
    )
  }
}
