import { createHash } from 'node:crypto'
import { parseJsonObject } from '../wire/json.ts'
import type { ObjectStore } from './object-store.ts'
import { places } from './places.ts'

/** Whose idempotency key it is, and what it would stand for. */
export interface KeyedBatch {
  readonly tenant: string
  readonly key: string
  readonly inputFileId: string
  /** Stands for it where nothing does yet. */
  readonly madeId: string
  /** Milliseconds since 1970. */
  readonly now: number
}

const dayMs = 86_400_000

/**
 * The id of the batch that a key stands for: of however many ask with it within a day, all get the first one's. It is kept, since an id that
 * was made from the key could not say when its batch was begun, by which lists are ordered.
 */
export async function idForKey(
  store: ObjectStore,
  { tenant, key, inputFileId, madeId, now }: KeyedBatch,
): Promise<string> {
  const place = places.key(tenant, createHash('sha256').update(`${key} ${inputFileId}`).digest('hex'))
  for (;;) {
    const kept = await store.read(place)
    const { id, at } = parseJsonObject(kept?.text ?? '') ?? {}
    if (typeof id === 'string' && typeof at === 'number' && now < at + dayMs) return id
    const condition = kept ? { ifUnchanged: kept.etag } : { ifAbsent: true as const }
    if ((await store.write(place, JSON.stringify({ id: madeId, at: now }), condition)) !== undefined) return madeId
  }
}
