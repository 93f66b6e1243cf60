/**
 * The known name that a misspelt one most likely means: by the fewest letters changed, left out, added or swapped, of which a third may be
 * wrong, or because it is how only that one begins. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  // What nobody would call a slip of the pen is not worth the time.
  if (name.length > 64) return undefined
  const begun = name.length >= 3 ? known.filter(candidate => plain(candidate).startsWith(plain(name))) : []
  if (begun.length === 1) return begun[0]
  let best: string | undefined
  let fewest = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(plain(name), plain(candidate))
    if (distance >= fewest) continue
    fewest = distance
    best = candidate
  }
  return best
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '')
}

/** Letters changed, left out, added, or swapped with their neighbour. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const changed = rows[i - 1]![j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const swapped = isSwap ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(changed, swapped, rows[i - 1]![j]! + 1, row[j - 1]! + 1))
    }
    rows.push(row)
  }
  return rows[from.length]![to.length]!
}
