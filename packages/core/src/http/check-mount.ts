import { type ChecksOf, checkValues } from '../wire/check-values.ts'
import { callable, text } from '../wire/value-check.ts'

/** What every handler is told that mounts a gateway on a server of the host's. */
interface HandlerOptions {
  readonly basePath?: unknown
  readonly principal?: unknown
}

/**
 * Refuses what a handler cannot be made with, when it is made and not at its first request.
 * @param subject the function that got it, such as `toNodeHandler()`
 * @throws {GatewayError} `invalid_configuration` for an option that is none or of the wrong kind, one line for each.
 */
export function checkMount(options: HandlerOptions, subject: string): void {
  const checks: ChecksOf<HandlerOptions> = { basePath: text(), principal: callable() }
  checkValues(options, checks, subject)
}
