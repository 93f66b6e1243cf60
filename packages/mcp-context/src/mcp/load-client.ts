import { GatewayError } from '@modelgate/core'

/** The MCP client, loaded. */
type ClientModule = typeof import('@modelcontextprotocol/client')
/** Its half for child processes. */
type StdioModule = typeof import('@modelcontextprotocol/client/stdio')

/**
 * Loads the MCP client at its first use: nobody who has a source of another kind needs it.
 * @throws {GatewayError} `invalid_configuration` where it is not installed.
 */
export async function loadClient(): Promise<ClientModule> {
  // Bundlers leave out what they cannot resolve only where it is awaited within a `try`.
  try {
    return await import('@modelcontextprotocol/client')
  } catch (cause) {
    throw notInstalled(cause)
  }
}

/** @throws {GatewayError} `invalid_configuration` where it is not installed. */
export async function loadStdio(): Promise<StdioModule> {
  try {
    return await import('@modelcontextprotocol/client/stdio')
  } catch (cause) {
    throw notInstalled(cause)
  }
}

function notInstalled(cause: unknown): GatewayError {
  const message =
    'An MCP source needs the MCP client, which could not be loaded; run `npm install @modelcontextprotocol/client`.'
  return new GatewayError('invalid_configuration', message, { cause })
}
