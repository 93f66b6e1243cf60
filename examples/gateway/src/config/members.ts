import { spellingOf } from '@modelgate/core'
import * as z from 'zod'

/** An object whose members are all known; what else it has is refused by name. */
export function members<Shape extends z.core.$ZodShape>(shape: Shape) {
  const known = Object.keys(shape).filter(name => !name.startsWith('$'))
  return z.strictObject(shape, {
    // One sentence a line, in the order of `keys`.
    error: issue =>
      issue.code === 'unrecognized_keys' ? issue.keys.map(key => unknownMember(key, known)).join('\n') : undefined,
  })
}

/** One sentence, with the name that was most likely meant. */
function unknownMember(name: string, known: readonly string[]): string {
  const meant = spellingOf(name, known)
  return `is not a member here; ${meant === undefined ? 'known are' : `did you mean ${meant}? Known are`} ${known.join(', ')}.`
}
