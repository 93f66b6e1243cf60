import { GatewayError } from '@modelgate/core'

/**
 * Imports what the lane needs of `@modelgate/openai`, an optional peer: only who calls a model over the OpenAI-compatible endpoint needs it.
 * @throws {GatewayError} `invalid_configuration` naming the package where it is not installed.
 */
export function loadOpenai(): Promise<typeof import('@modelgate/openai/chat-over')> {
  // A bundler takes in the whole of what is imported so, and leaves out what it cannot resolve only where `catch` follows at once.
  return import('@modelgate/openai/chat-over').catch((cause: unknown) => {
    throw new GatewayError(
      'invalid_configuration',
      "bedrock({ lanes }): the lane 'openai' needs '@modelgate/openai'; install it beside '@modelgate/bedrock'.",
      { cause },
    )
  })
}
