import { GatewayError } from '@modelgate/core'

/** The MCP client, loaded. */
type ClientModule = typeof import('@modelcontextprotocol/client')
/** Its half for child processes. */
type StdioModule = typeof import('@modelcontextprotocol/client/stdio')

/**
 * Loads the MCP client at its first use: nobody who has a source of another kind needs it.
 * @throws {GatewayError} `invalid_configuration` where it is not installed.
 */
export function loadClient(): Promise<ClientModule> {
  return import('@modelcontextprotocol/client').catch(notInstalled)
}

/** @throws {GatewayError} `invalid_configuration` where it is not installed. */
export function loadStdio(): Promise<StdioModule> {
  return import('@modelcontextprotocol/client/stdio').catch(notInstalled)
}

function notInstalled(cause: unknown): never {
  const message =
    'An MCP source needs the MCP client, which could not be loaded; run `npm install @modelcontextprotocol/client`.'
  throw new GatewayError('invalid_configuration', message, { cause })
}
