import { GatewayError } from '../errors.ts'
import { memberFaults } from './check-members.ts'
import { knownMembers, type ValueCheck, valueFaults } from './value-check.ts'

/** What each member of an interface must be, every one of them, so that none is forgotten: `{ level: oneOf(…), … } satisfies ChecksOf<Options>`. */
export type ChecksOf<Options extends object> = { readonly [Name in keyof Options]-?: ValueCheck }

/**
 * Refuses options that there are not, and values that no option takes: `Number(process.env.BATCH)` is a number to the types, and may be
 * NaN, and what an environment variable says of a level may be any text.
 * @param subject what the options are of, such as `jsonLogger()`
 * @throws {GatewayError} `invalid_configuration`, one line for each.
 */
export function checkValues(options: unknown, checks: Readonly<Record<string, ValueCheck>>, subject: string): void {
  const faults = memberFaults(options, checks, subject)
  if (typeof (options ?? {}) === 'object') {
    const wrong = valueFaults(knownMembers(checks), options ?? {}, subject)
    faults.push(...wrong.map(fault => `${subject}: ${fault}`))
  }
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}
