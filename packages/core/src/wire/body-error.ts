const brand = Symbol.for('modelgate.BodyError')

/**
 * A request body that cannot be read. The message is a sentence for the caller, without any of the body's content.
 * Recognised by {@link isBodyError}, never by `instanceof`: two copies of this package may live in one process.
 */
export class BodyError extends Error {
  /** The top-level member to blame, such as `tools`. Absent when the body as a whole is. */
  readonly param: string | undefined

  constructor(message: string, param?: string) {
    super(message)
    this.name = 'BodyError'
    this.param = param
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Whether a value is a {@link BodyError}, of this copy of the package or another. */
export function isBodyError(value: unknown): value is BodyError {
  return typeof value === 'object' && value !== null && brand in value
}

/** For a body that is JSON, and no object. */
export function noObject(value: unknown): BodyError {
  const kind = Array.isArray(value) ? 'an array' : value === null || value === undefined ? value : `a ${typeof value}`
  return new BodyError(`The request body must be a JSON object, not ${kind}.`)
}
