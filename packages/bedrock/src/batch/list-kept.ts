import type { ListQuery } from '@modelgate/core'
import { parseJsonObject } from '../wire/json.ts'
import type { ObjectStore } from './object-store.ts'
import { nameOf } from './places.ts'

/** Which of what is kept is listed. */
interface ListRules<T> extends Pick<ListQuery, 'after' | 'limit' | 'order'> {
  /** By its id, before it is read: other providers may keep theirs in the same place. */
  readonly owns: (id: string) => boolean
  readonly keep: (item: T) => boolean
}

/** A page of kept things, and whether more come. */
interface KeptPage<T> {
  readonly items: readonly T[]
  readonly hasMore: boolean
}

/** Read side by side. */
const atOnce = 10

/** What is kept below a prefix, by the order of its ids, which is the newest first; for `asc` all keys are listed. */
export async function listKept<T>(
  store: ObjectStore,
  prefix: string,
  { after, limit = 20, order = 'desc', owns, keep }: ListRules<T>,
): Promise<KeptPage<T>> {
  const items: T[] = []
  for await (const keys of order === 'desc' ? newestFirst(store, prefix, after) : oldestFirst(store, prefix, after)) {
    const own = keys.filter(key => owns(nameOf(key)))
    const read = await Promise.all(own.map(key => store.read(key)))
    for (const kept of read) {
      // What somebody else wrote there must not keep a tenant from the rest.
      const item = kept && (parseJsonObject(kept.text) as T | undefined)
      if (!item || !keep(item)) continue
      // One more than was asked for tells that more come.
      if (items.length === limit) return { items, hasMore: true }
      items.push(item)
    }
  }
  return { items, hasMore: false }
}

async function* newestFirst(
  store: ObjectStore,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<readonly string[], void, void> {
  let last = after === undefined ? undefined : `${prefix}${after}.json`
  for (;;) {
    const { keys, hasMore } = await store.list(prefix, { after: last, limit: atOnce })
    if (keys.length > 0) yield keys
    if (!hasMore || keys.length === 0) return
    last = keys.at(-1)
  }
}

async function* oldestFirst(
  store: ObjectStore,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<readonly string[], void, void> {
  const all = (await store.listAll(prefix)).toReversed()
  // By its place in the order: it may have been deleted since it was listed.
  const keys = after === undefined ? all : all.filter(key => nameOf(key) < after)
  for (let at = 0; at < keys.length; at += atOnce) yield keys.slice(at, at + atOnce)
}
