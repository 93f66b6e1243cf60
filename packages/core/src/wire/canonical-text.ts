/** How {@link canonicalText} takes what JSON can say and JavaScript cannot hold. */
export interface CanonicalTextOptions {
  /** Whether a number beyond all and an integer beyond 2^53 are refused, since others read as the same one. Default false. */
  readonly isExact?: boolean | undefined
}

/**
 * A text to be hashed, in which the order of members says nothing: two texts are equal where the values are. Lists keep theirs. What
 * JSON leaves out is left out, or `null`. It is no JSON: a string stands behind its length, as it is, and nothing in it is looked for.
 * @throws {RangeError} for a number that is refused, and for what is nested too deeply
 */
export function canonicalText(value: unknown, { isExact = false }: CanonicalTextOptions = {}): string {
  return textOf(value, isExact) ?? 'null'
}

/** `undefined` for what JSON leaves out. By type, the most frequent first: it is asked of every member of every request. */
function textOf(value: unknown, isExact: boolean): string | undefined {
  switch (typeof value) {
    case 'string':
      return textOfString(value)
    case 'object':
      return value === null ? 'null' : textOfObject(value, isExact)
    case 'number':
      if (isExact && !isItself(value)) throw new RangeError('A number beyond 2^53 stands for others, too.')
      return Number.isFinite(value) ? String(value) : 'null'
    default:
      return JSON.stringify(value)
  }
}

/** Half a surrogate pair would be hashed as U+FFFD, as each other half would: it is written out. */
function textOfString(value: string): string {
  return value.isWellFormed() ? `${value.length}"${value}` : JSON.stringify(value)
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
  for (const name of sorted(Object.keys(value))) {
    const member = textOf(Reflect.get(value, name), isExact)
    if (member !== undefined) text += `${text ? ',' : '{'}${textOfString(name)}:${member}`
  }
  return text ? `${text}}` : '{}'
}

/** Up to so many are put in order one by one, in less time than `sort()` takes to begin. */
const few = 12

/** In place. */
function sorted(names: string[]): readonly string[] {
  if (names.length > few) return names.sort()
  for (let next = 1; next < names.length; next += 1) {
    const name = names[next]!
    let at = next
    for (; at > 0 && names[at - 1]! > name; at -= 1) names[at] = names[at - 1]!
    names[at] = name
  }
  return names
}
