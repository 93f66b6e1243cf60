/** How {@link canonicalJson} takes what JSON can say and JavaScript cannot hold. */
export interface CanonicalJsonOptions {
  /** Whether an integer beyond 2^53 is refused, since others read as the same one. Default false. */
  readonly isExact?: boolean | undefined
}

/**
 * JSON in which the order of members says nothing: two texts are equal where the values are. Lists keep theirs. As `JSON.stringify`
 * else, `null` for what that leaves out.
 * @throws {RangeError} for an integer that is refused, and for what is nested too deeply
 */
export function canonicalJson(value: unknown, { isExact = false }: CanonicalJsonOptions = {}): string {
  return textOf(value, isExact) ?? 'null'
}

/** `undefined` for what JSON leaves out. */
function textOf(given: unknown, isExact: boolean): string | undefined {
  const value = plainOf(given)
  if (isExact && typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new RangeError('An integer beyond 2^53 stands for others, too.')
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(item => textOf(item, isExact) ?? 'null').join(',')}]`
  let text = ''
  for (const name of Object.keys(value).toSorted()) {
    const member = textOf(Reflect.get(value, name), isExact)
    if (member !== undefined) text += `${text && ','}${JSON.stringify(name)}:${member}`
  }
  return `{${text}}`
}

/** As `JSON.stringify` takes objects that stand for something else. */
function plainOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { toJSON } = value as { readonly toJSON?: unknown }
  const given: unknown = typeof toJSON === 'function' ? Reflect.apply(toJSON, value, []) : value
  return given instanceof Number || given instanceof String || given instanceof Boolean ? given.valueOf() : given
}
