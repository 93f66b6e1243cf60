import type { CallContext, Operation, Result } from '../contract.ts'
import { onceSettled } from '../outcome.ts'

/** Tells of a call's end, however it comes: where it goes on without its caller, of that end. */
export function atEnd<O extends Operation>(context: CallContext, going: Promise<Result<O>>, tell: () => void): void {
  const end = (): void => {
    const { goesOn } = context
    if (goesOn) void goesOn.then(tell)
    else tell()
  }
  going.then(result => onceSettled(result, end), end)
}
