import { LRUCache } from 'lru-cache'
import { type ChecksOf, checkValues } from '../wire/check-values.ts'
import { callable, whole } from '../wire/value-check.ts'
import { type CacheClaim, type CacheEntry, type CacheStore, type ClaimUpdate, checkValue } from './cache-store.ts'

/** How much a cache in this process's memory may hold. */
export interface MemoryCacheStoreOptions {
  /** All it keeps, in bytes, with about 300 for each entry. Default 64 MiB. */
  readonly maxBytes?: number | undefined
  /** Default 1 MiB, or all of `maxBytes` where that is less. */
  readonly maxValueBytes?: number | undefined
  /** Milliseconds of a clock. Default: `performance.now()`, which no correction of the machine's time moves. */
  readonly now?: (() => number) | undefined
}

/** A {@link CacheStore} that answers at once. */
export interface MemoryCacheStore extends CacheStore {
  /** What it keeps now, in bytes: what has expired counts until it is asked for, or makes room. */
  readonly bytes: number
  get(key: string): CacheEntry | undefined
  put(key: string, value: Uint8Array, ttlMs: number): void
  delete(key: string): void
  claim(key: string, claim: CacheClaim): CacheEntry | undefined
  replace(key: string, owner: string, update: ClaimUpdate): boolean
  release(key: string, owner: string): boolean
}

/**
 * Answers of one process, in its memory, and what every other store is held to. Once it is full, what was not asked for the longest
 * makes room.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and a size that is no number of bytes.
 */
export function memoryCacheStore(options: MemoryCacheStoreOptions = {}): MemoryCacheStore {
  const checks: ChecksOf<MemoryCacheStoreOptions> = { maxBytes: whole(1), maxValueBytes: whole(1), now: callable() }
  checkValues(options, checks, 'memoryCacheStore()')
  return new MemoryStore(options)
}

const mebibyte = 1024 * 1024
/** What an entry takes beside its key's characters and its value, about. */
const entryBytes = 300

interface Kept extends CacheEntry {
  readonly expiresAt: number
}

class MemoryStore implements MemoryCacheStore {
  readonly maxValueBytes: number
  readonly #now: () => number
  readonly #entries: LRUCache<string, Kept>

  constructor({ maxBytes = 64 * mebibyte, maxValueBytes, now = () => performance.now() }: MemoryCacheStoreOptions) {
    this.maxValueBytes = Math.min(maxValueBytes ?? mebibyte, maxBytes)
    this.#now = now
    this.#entries = new LRUCache({
      maxSize: maxBytes + entryBytes,
      sizeCalculation: ({ value, owner }, key) => entryBytes + 2 * (key.length + (owner?.length ?? 0)) + value.length,
    })
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  get(key: string): CacheEntry | undefined {
    const kept = this.#entries.get(key)
    if (!kept || kept.expiresAt > this.#now()) return kept
    this.#entries.delete(key)
    return undefined
  }

  put(key: string, value: Uint8Array, ttlMs: number): void {
    checkValue(value, this.maxValueBytes)
    this.#keep(key, { value, expiresAt: this.#now() + ttlMs })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  claim(key: string, { owner, value, ttlMs }: CacheClaim): CacheEntry | undefined {
    checkValue(value, this.maxValueBytes)
    const standing = this.get(key)
    if (standing) return standing
    this.#keep(key, { value, owner, expiresAt: this.#now() + ttlMs })
    return undefined
  }

  replace(key: string, owner: string, { value, ttlMs, final }: ClaimUpdate): boolean {
    checkValue(value, this.maxValueBytes)
    if (this.get(key)?.owner !== owner) return false
    this.#keep(key, { value, ...(!final && { owner }), expiresAt: this.#now() + ttlMs })
    return true
  }

  release(key: string, owner: string): boolean {
    return this.get(key)?.owner === owner && this.#entries.delete(key)
  }

  #keep(key: string, kept: Kept): void {
    this.#entries.set(key, { ...kept, value: ofItsOwn(kept.value) })
  }
}

/** What is cut from a pool of buffers would keep all of it: 64 KiB for an answer of one. */
function ofItsOwn(value: Uint8Array): Uint8Array {
  return value.buffer.byteLength === value.length ? value : new Uint8Array(value)
}
