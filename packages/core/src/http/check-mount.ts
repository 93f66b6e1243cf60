import { GatewayError } from '../errors.ts'
import { checkMembers, type MembersOf } from '../wire/check-members.ts'
import { callable, knownMembers, text, valueFaults } from '../wire/value-check.ts'

/** What every handler is told that mounts a gateway on a server of the host's. */
interface HandlerOptions {
  readonly basePath?: unknown
  readonly principal?: unknown
}

const members: MembersOf<HandlerOptions> = { basePath: true, principal: true }

/**
 * Refuses what a handler cannot be made with, when it is made and not at its first request.
 * @param subject the function that got it, such as `toNodeHandler()`
 * @throws {GatewayError} `invalid_configuration` for an option that is none or of the wrong kind, one line for each.
 */
export function checkMount(options: HandlerOptions, subject: string): void {
  checkMembers(options, members, subject)
  const faults = valueFaults(knownMembers({ basePath: text(), principal: callable() }), options, subject)
  if (faults.length > 0)
    throw new GatewayError('invalid_configuration', faults.map(fault => `${subject}: ${fault}`).join('\n'))
}
