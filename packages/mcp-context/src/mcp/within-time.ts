import { GatewayError } from '@modelgate/core'

/**
 * Waits for what a server does, for so long. What comes later is for nobody: whoever is told that it was late closes the connection.
 * @throws {GatewayError} `timeout_connect`
 */
export async function withinTime(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new GatewayError('timeout_connect', `The MCP server did not answer within ${timeoutMs} ms.`)
    timer = setTimeout(reject, timeoutMs, error)
  })
  work.catch(() => undefined)
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
