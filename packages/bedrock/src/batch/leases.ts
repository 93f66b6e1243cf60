import { randomUUID } from 'node:crypto'
import { parseJsonObject } from '../wire/json.ts'
import type { ObjectStore } from './object-store.ts'

/** Work on one thing, which one process at a time has. */
export interface Lease {
  /** Says that its holder lives. False: it has been taken away. */
  renew(progress?: LeaseProgress): Promise<boolean>
  /** Gives it back. */
  release(): Promise<void>
}

/** How far the work is, for others to tell. */
export interface LeaseProgress {
  readonly completed: number
  readonly failed: number
}

/** What is kept of a lease. */
interface StoredLease {
  readonly owner: string
  /** Milliseconds since 1970. */
  readonly until: number
  readonly progress?: LeaseProgress | undefined
}

/** How leases are held. */
export interface Leasing {
  readonly store: ObjectStore
  /** Milliseconds that a holder is waited for which says nothing. */
  readonly leaseMs: number
  readonly now: () => number
}

/** Takes a lease that nobody holds any more; `undefined` where somebody does. */
export async function takeLease(key: string, { store, leaseMs, now }: Leasing): Promise<Lease | undefined> {
  const owner = randomUUID()
  const textOf = (until: number, progress?: LeaseProgress): string => JSON.stringify({ owner, until, progress })
  const held = await store.read(key)
  if (held && readLease(held.text).until > now()) return undefined
  const condition = held ? { ifUnchanged: held.etag } : { ifAbsent: true as const }
  let etag = await store.write(key, textOf(now() + leaseMs), condition)
  if (etag === undefined) return undefined
  const change = async (until: number, progress?: LeaseProgress): Promise<boolean> => {
    if (etag === undefined) return false
    etag = await store.write(key, textOf(until, progress), { ifUnchanged: etag })
    return etag !== undefined
  }
  let last: Promise<unknown> = Promise.resolve()
  // One that is given back while it is renewed would be found changed, and be held until its time is over.
  const inTurn = (until: () => number, progress?: LeaseProgress): Promise<boolean> => {
    const changed = last.then(() => change(until(), progress))
    last = changed.catch(() => undefined)
    return changed
  }
  return {
    renew: progress => inTurn(() => now() + leaseMs, progress),
    release: async () => void (await inTurn(() => 0)),
  }
}

/** A lease as it was last renewed; one that is none is over. */
export function readLease(text: string): StoredLease {
  const { owner, until, progress } = parseJsonObject(text) ?? {}
  return {
    owner: typeof owner === 'string' ? owner : '',
    until: typeof until === 'number' ? until : 0,
    progress: progress as LeaseProgress | undefined,
  }
}
