/** So many results are kept, then all are forgotten: callers choose model ids, and must not fill the memory with them. */
const maxKept = 500

/** A pure function that is asked the same few things at every call, and answers from memory. What it throws is not kept. */
export function remembered<T>(make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>()
  return key => {
    const before = kept.get(key)
    if (before !== undefined) return before
    const made = make(key)
    if (kept.size >= maxKept) kept.clear()
    kept.set(key, made)
    return made
  }
}
