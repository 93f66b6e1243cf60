import type { Call } from './contract.ts'
import { saysAllOnce } from './wire/source-body.ts'

/**
 * Has a body that says a member twice go out as it was read, with one of each: this gateway goes by the last of them, and servers that go by the
 * first would use more than was reserved, or answer what others have not asked. To be asked where something is reserved by what a body says, or
 * its answer is given to others, since it costs a look at all of its bytes.
 */
export function sendAsRead({ context }: Call): void {
  if (context.source && !saysAllOnce(context.source)) context.source = undefined
}
