/** An error that reports a condition, such as a store that is down. Where it was noticed helps nobody: its stack is its message alone. */
export function conditionError(message: string, options?: ErrorOptions): Error {
  const error = new Error(message, options)
  error.stack = `Error: ${message}`
  return error
}
