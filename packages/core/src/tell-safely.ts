import { isPromise } from './is-promise.ts'

/** Calls a listener of the host's. What it throws, and what an async one rejects with, ends the same way: told, not fatal. */
export function tellSafely(listener: () => unknown, onFault: (error: unknown) => void): void {
  try {
    const told = listener()
    if (isPromise(told)) told.then(undefined, onFault)
  } catch (error) {
    onFault(error)
  }
}
