import { GatewayError } from '@modelgate/core'

/** The SDK's client and its commands. */
export type Sdk = typeof import('@aws-sdk/client-bedrock-runtime')

/**
 * Imports the SDK, an optional peer: a provider without `client` never loads its hundreds of modules.
 * @throws {GatewayError} `invalid_configuration` naming the package where it is not installed.
 */
export function loadSdk(): Promise<Sdk> {
  // A bundler leaves an import out that it cannot resolve only where `catch` follows at once.
  return import('@aws-sdk/client-bedrock-runtime').catch((cause: unknown) => {
    throw new GatewayError(
      'invalid_configuration',
      "bedrock({ client }): '@aws-sdk/client-bedrock-runtime' cannot be loaded; install it beside '@modelgate/bedrock'.",
      { cause },
    )
  })
}
