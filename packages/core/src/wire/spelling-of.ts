/**
 * The one of some names that a misspelt one was meant for: the same but for case and signs (`apikey`, `max_attempts`), the only one that it
 * is a part of (`ttl`, `ttlMs`) or that is a part of it, or the nearest by letters changed. `undefined` where none is near.
 */
export function spellingOf(name: string, names: readonly string[]): string | undefined {
  // What nobody would call a slip of the pen is not worth the time.
  if (name.length > 64) return undefined
  const wanted = plain(name)
  const same = names.find(candidate => plain(candidate) === wanted)
  if (same !== undefined) return same
  const parts = names.filter(candidate => holds(plain(candidate), wanted) || holds(wanted, plain(candidate)))
  const [part] = parts
  // A part of a long name may mean something else: `profile` is no `applicationInferenceProfiles`.
  if (part !== undefined && parts.length === 1 && wanted.length * 3 >= plain(part).length) return part
  const most = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)))
  let nearest: { readonly candidate: string; readonly changes: number } | undefined
  for (const candidate of names) {
    const changes = changesBetween(wanted, plain(candidate))
    if (changes <= most && changes < (nearest?.changes ?? Number.POSITIVE_INFINITY)) nearest = { candidate, changes }
  }
  return nearest?.candidate
}

/** What is said of a member that there is not: its right spelling where that is plain, else what there is, where that is not too much to read. */
export function noMember(subject: string, name: string, names: readonly string[], noun = 'member'): string {
  const shown = name.length > 60 ? `${name.slice(0, 59)}…` : name
  const meant = spellingOf(shown, names)
  if (meant !== undefined) return `${subject} has no ${noun} \`${shown}\`; did you mean \`${meant}\`?`
  if (names.length === 0 || names.length > 12)
    return `${subject} has no ${noun} \`${shown}\`; remove it or correct its spelling.`
  return `${subject} has no ${noun} \`${shown}\`; there is ${names.map(each => `\`${each}\``).join(', ')}.`
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** Two letters are part of everything. */
function holds(whole: string, part: string): boolean {
  return part.length >= 3 && whole.includes(part)
}

/** Letters put in, left out, changed, or exchanged with their neighbour. */
function changesBetween(one: string, other: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const cost = one[row - 1] === other[column - 1] ? 0 : 1
      const exchanged = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + cost,
        exchanged ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, other.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
