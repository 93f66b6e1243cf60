/** What stands under a key. */
export interface CacheEntry {
  /** As it was put. Neither the store nor its reader changes these bytes. */
  readonly value: Uint8Array
  /** Whose claim it is; `undefined` where it is no claim but a value that was put, or recorded at a claim's end. */
  readonly owner?: string | undefined
}

/** Somebody's word that he will put something. */
export interface CacheClaim {
  /** Not empty; another for each claim, so that nobody takes one for his own that is not. */
  readonly owner: string
  readonly value: Uint8Array
  readonly ttlMs: number
}

/** What its owner puts in the place of a claim. */
export interface ClaimUpdate {
  readonly value: Uint8Array
  readonly ttlMs: number
  /** Whether it is the value itself, which nobody owns any more; else the claim goes on. */
  readonly final: boolean
}

/** What is there at once, or comes later. */
export type MaybeLater<T> = T | Promise<T>

/**
 * Where answers are kept that may be given again: bytes under a key, for a time. One definition in every store: *what has
 * expired is not there*, whether or not it has been deleted; a claim that has expired is nobody's.
 *
 * Keys are up to 512 characters of anything. What was put may be gone before its time: a store that is full forgets what was not
 * asked for the longest. One that cannot answer rejects; it sets no time limit that its client does not.
 */
export interface CacheStore {
  /** The longest value it takes, in bytes. A longer one is refused with a `RangeError`, by all that write: look before. */
  readonly maxValueBytes: number
  /** `undefined` where nothing is there. */
  get(key: string): MaybeLater<CacheEntry | undefined>
  /** In place of whatever stands there, a claim included. `ttlMs` is above 0. */
  put(key: string, value: Uint8Array, ttlMs: number): MaybeLater<void>
  delete(key: string): MaybeLater<void>
  /** Claims a key where nothing stands: of however many try, exactly one. `undefined`: it is his. Else what stands there. */
  claim(key: string, claim: CacheClaim): MaybeLater<CacheEntry | undefined>
  /** Renews a claim, or ends it by the value. False where it is not this owner's, or has expired: nothing is changed then. */
  replace(key: string, owner: string, update: ClaimUpdate): MaybeLater<boolean>
  /** Takes a claim back. False where it is not this owner's, or has expired: nothing is changed then. */
  release(key: string, owner: string): MaybeLater<boolean>
}

/** @throws {RangeError} for a value that is too long for its store */
export function checkValue(value: Uint8Array, maxValueBytes: number): void {
  if (value.length <= maxValueBytes) return
  throw new RangeError(`A value of ${value.length} bytes is longer than the ${maxValueBytes} that this store takes.`)
}
