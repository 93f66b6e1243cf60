import { strict as assert } from 'node:assert'
import type { CacheEntry, CacheStore } from '../../cache/cache-store.ts'
import type { CacheStoreRig } from '../cache-store-rig.ts'
import type { CaseOf } from '../port-cases.ts'

/** A case before it has its rig. */
export type RigCase = CaseOf<CacheStoreRig>

const encoder = new TextEncoder()

/** A text as bytes. */
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** Bytes that no compression makes shorter, and that are no text of any encoding. */
export function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = 0x9e3779b9
  for (let at = 0; at < length; at += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state & 0xff
  }
  return bytes
}

/** @param owner whose claim it must be; `undefined`: nobody's */
export async function holds(store: CacheStore, key: string, value: Uint8Array, owner?: string): Promise<void> {
  same(await store.get(key), value, owner)
}

/** Asserts that an entry is there, with this value and owner. */
export function same(entry: CacheEntry | undefined, value: Uint8Array, owner?: string): void {
  assert.ok(entry, 'Something had to be there.')
  assert.ok(Buffer.from(value).equals(entry.value), 'The value had to come back byte by byte.')
  assert.equal(entry.owner, owner)
}

/** Asserts that there is nothing under a key. */
export async function isEmpty(store: CacheStore, key: string): Promise<void> {
  // Not compared as values: what is told of a difference would be told byte by byte.
  assert.ok((await store.get(key)) === undefined, 'Nothing had to be there.')
}
