import { GatewayError } from '../errors.ts'
import { noMember } from './spelling-of.ts'

/**
 * The names of an interface's members, every one of them, so that none is forgotten: `{ id: true, … } satisfies MembersOf<Options>`.
 */
export type MembersOf<Options extends object> = { readonly [Name in keyof Options]-?: true }

/**
 * What options have that there is not, a sentence each: JavaScript, and objects that were parsed or spread, pass by the types, and an
 * option misspelt would be none.
 * @param subject what the options are of, such as `openai()`
 */
export function memberFaults(options: unknown, members: Readonly<Record<string, unknown>>, subject: string): string[] {
  if (options === undefined) return []
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    return [`${subject} takes an object of options.`]
  const strangers = Object.keys(options).filter(name => !Object.hasOwn(members, name))
  return strangers.slice(0, 10).map(name => noMember(subject, name, Object.keys(members), 'option'))
}

/**
 * Refuses options that there are not.
 * @throws {GatewayError} `invalid_configuration`, one line for each.
 */
export function checkMembers(options: unknown, members: Readonly<Record<string, true>>, subject: string): void {
  const faults = memberFaults(options, members, subject)
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}
