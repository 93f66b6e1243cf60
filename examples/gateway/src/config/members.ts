import { spellingOf } from '@modelgate/core'
import * as z from 'zod'

/** An object whose members are all known. `planned` are those of the design that no code serves yet: they are refused by name. */
export function members<Shape extends z.core.$ZodShape>(shape: Shape, planned: readonly string[] = []) {
  const known = Object.keys(shape).filter(name => !name.startsWith('$'))
  const refuse = (key: string): string =>
    planned.includes(key) ? 'does not exist in this version yet; remove it.' : unknownMember(key, known)
  return z.strictObject(shape, {
    // One sentence a line, in the order of `keys`.
    error: issue => (issue.code === 'unrecognized_keys' ? issue.keys.map(refuse).join('\n') : undefined),
  })
}

/** One sentence, with the name that was most likely meant. */
function unknownMember(name: string, known: readonly string[]): string {
  const meant = spellingOf(name, known)
  return `is not a member here; ${meant === undefined ? 'known are' : `did you mean ${meant}? Known are`} ${known.join(', ')}.`
}
