interface Kept<T> {
  readonly key: string
  value: T
}

const buckets = 256

/** Values under keys that come and go with calls; each key ends in a digest. No `Map`: nothing old may hold what is new. */
export class KeyedTable<T> {
  private readonly table: Kept<T>[][] = Array.from({ length: buckets }, () => [])

  get(key: string): T | undefined {
    return this.bucketOf(key).find(kept => kept.key === key)?.value
  }

  /** In place of what stands there. */
  set(key: string, value: T): void {
    const bucket = this.bucketOf(key)
    const kept = bucket.find(each => each.key === key)
    if (kept) kept.value = value
    else bucket.push({ key, value })
  }

  /** Where it is this value that stands there. */
  remove(key: string, value: T): void {
    const bucket = this.bucketOf(key)
    const place = bucket.findIndex(kept => kept.key === key && kept.value === value)
    if (place >= 0) bucket.splice(place, 1)
  }

  /** The last but one character of a digest is as good as chance, and so is the one before. */
  private bucketOf(key: string): Kept<T>[] {
    const place = (31 * key.charCodeAt(key.length - 2) + key.charCodeAt(key.length - 3)) % buckets
    return this.table[place] as Kept<T>[]
  }
}
