/** How {@link canonicalJson} takes what JSON can say and JavaScript cannot hold. */
export interface CanonicalJsonOptions {
  /** Whether a number beyond all and an integer beyond 2^53 are refused, since others read as the same one. Default false. */
  readonly isExact?: boolean | undefined
}

/**
 * JSON in which the order of members says nothing: two texts are equal where the values are. Lists keep theirs. As `JSON.stringify`
 * else, `null` for what that leaves out.
 * @throws {RangeError} for a number that is refused, and for what is nested too deeply
 */
export function canonicalJson(value: unknown, { isExact = false }: CanonicalJsonOptions = {}): string {
  return textOf(value, isExact) ?? 'null'
}

/** `undefined` for what JSON leaves out. By type, the most frequent first: it is asked of every member of every request. */
function textOf(value: unknown, isExact: boolean): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'object':
      return value === null ? 'null' : textOfObject(value, isExact)
    case 'number':
      if (isExact && !isItself(value)) throw new RangeError('A number beyond 2^53 stands for others, too.')
      return JSON.stringify(value)
    default:
      return JSON.stringify(value)
  }
}

function isItself(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
}

function textOfObject(value: object, isExact: boolean): string | undefined {
  const plain: unknown = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON('') : value
  if (typeof plain !== 'object' || plain === null) return textOf(plain, isExact)
  // As `JSON.stringify` takes them.
  if (plain instanceof Number || plain instanceof String || plain instanceof Boolean) {
    return textOf(plain.valueOf(), isExact)
  }
  return Array.isArray(plain) ? textOfList(plain, isExact) : textOfMembers(plain, isExact)
}

function textOfList(list: readonly unknown[], isExact: boolean): string {
  let text = ''
  for (const item of list) text += `${text ? ',' : '['}${textOf(item, isExact) ?? 'null'}`
  return text ? `${text}]` : '[]'
}

function textOfMembers(value: object, isExact: boolean): string {
  let text = ''
  for (const name of Object.keys(value).sort()) {
    const member = textOf(Reflect.get(value, name), isExact)
    if (member !== undefined) text += `${text ? ',' : '{'}${JSON.stringify(name)}:${member}`
  }
  return text ? `${text}}` : '{}'
}
