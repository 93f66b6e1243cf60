/** An error that tells of a condition, such as a store that is away. Where it was made says nothing, so that its stack is its message alone. */
export function conditionError(message: string, options?: ErrorOptions): Error {
  const error = new Error(message, options)
  error.stack = `Error: ${message}`
  return error
}
