import { GatewayError } from '@modelgate/core'

/** The SDK's client and its commands. */
export type Sdk = typeof import('@aws-sdk/client-bedrock-runtime')

/**
 * Imports the SDK, an optional peer: a provider without `client` never loads its hundreds of modules.
 * @throws {GatewayError} `invalid_configuration` naming the package where it is not installed.
 */
export async function loadSdk(): Promise<Sdk> {
  // Bundlers leave out what they cannot resolve only where it is awaited within a `try`; webpack takes no `catch` that follows.
  try {
    return await import('@aws-sdk/client-bedrock-runtime')
  } catch (cause) {
    throw new GatewayError(
      'invalid_configuration',
      "bedrock({ client }): '@aws-sdk/client-bedrock-runtime' cannot be loaded; install it beside '@modelgate/bedrock'.",
      { cause },
    )
  }
}
