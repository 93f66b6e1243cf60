import type { Call, CallContext, Handler, Operation, Result } from '../contract.ts'
import { onceSettled } from '../outcome.ts'

/** Lets a call on, and tells of its end, however it comes: where it goes on without its caller, of that end. Tells once. */
export function goOnUntil<O extends Operation>(call: Call<O>, next: Handler<O>, tell: () => void): Promise<Result<O>> {
  try {
    const going = next(call)
    atEnd(call.context, going, tell)
    return going
  } catch (error) {
    // A layer may throw before it has a promise to give.
    tell()
    throw error
  }
}

function atEnd<O extends Operation>(context: CallContext, going: Promise<Result<O>>, tell: () => void): void {
  const end = (): void => {
    const { goesOn } = context
    if (goesOn) void goesOn.then(tell)
    else tell()
  }
  going.then(result => onceSettled(result, end), end)
}
