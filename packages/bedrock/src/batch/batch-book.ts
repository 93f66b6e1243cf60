import { randomUUID } from 'node:crypto'
import { noSuch } from '@modelgate/core'
import type { ObjectStore } from './object-store.ts'
import { places } from './places.ts'
import type { StoredBatch, StoredFile } from './stored.ts'

/** The facts of files and batches, each an object of its own: there is no other record of them. */
export class BatchBook {
  readonly #store: ObjectStore

  constructor(store: ObjectStore) {
    this.#store = store
  }

  /** @throws {GatewayError} `not_found`, also for one that has expired. */
  async file(tenant: string, id: string, now: number): Promise<StoredFile> {
    const kept = await this.#store.read(places.file(tenant, id))
    const file = kept && (JSON.parse(kept.text) as StoredFile)
    if (!file || isExpired(file, now)) throw noSuch('File', id)
    return file
  }

  /** @throws {GatewayError} `not_found` */
  async batch(tenant: string, id: string): Promise<StoredBatch> {
    const batch = await this.find(tenant, id)
    if (!batch) throw noSuch('Batch', id)
    return batch
  }

  async find(tenant: string, id: string): Promise<StoredBatch | undefined> {
    const kept = await this.#store.read(places.batch(tenant, id))
    return kept && (JSON.parse(kept.text) as StoredBatch)
  }

  /** Keeps a new batch; where there is one by its id already, that is given, and nothing is changed. */
  async add(tenant: string, given: Omit<StoredBatch, 'change'>): Promise<BookedBatch> {
    const batch = { ...given, change: randomUUID() }
    const written = await this.#store.write(places.batch(tenant, batch.id), JSON.stringify(batch), { ifAbsent: true })
    if (written !== undefined) return { batch, isChanged: true }
    return { batch: await this.batch(tenant, batch.id), isChanged: false }
  }

  /**
   * Changes a batch as it stands, and not as it stood. `change` gives `undefined` where there is nothing to change.
   */
  async change(
    tenant: string,
    id: string,
    change: (batch: StoredBatch) => Partial<StoredBatch> | undefined,
  ): Promise<BookedBatch> {
    const key = places.batch(tenant, id)
    for (;;) {
      const kept = await this.#store.read(key)
      if (!kept) throw noSuch('Batch', id)
      const batch = JSON.parse(kept.text) as StoredBatch
      const changes = change(batch)
      if (!changes) return { batch, isChanged: false }
      const changed = { ...batch, ...changes, change: randomUUID() }
      const written = await this.#store.write(key, JSON.stringify(changed), { ifUnchanged: kept.etag })
      if (written !== undefined) return { batch: changed, isChanged: true }
    }
  }
}

/** A batch, and whether it was this caller that made it so. */
export interface BookedBatch {
  readonly batch: StoredBatch
  readonly isChanged: boolean
}

/** Whether a file's time is over. `now` in milliseconds since 1970. */
export function isExpired({ object }: StoredFile, now: number): boolean {
  return (object.expires_at ?? Number.POSITIVE_INFINITY) * 1_000 <= now
}
