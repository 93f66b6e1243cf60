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
    const kept = await this.#store.read(places.batch(tenant, id))
    if (!kept) throw noSuch('Batch', id)
    return JSON.parse(kept.text) as StoredBatch
  }

  /** Keeps a new batch; where there is one by its id already, that is given, and nothing is changed. */
  async add(tenant: string, batch: StoredBatch): Promise<StoredBatch> {
    const written = await this.#store.write(places.batch(tenant, batch.id), JSON.stringify(batch), { ifAbsent: true })
    return written === undefined ? this.batch(tenant, batch.id) : batch
  }

  /**
   * Changes a batch as it stands, and not as it stood. `change` gives `undefined` where there is nothing to change.
   * @returns the batch, and whether it was this change that made it so.
   */
  async change(
    tenant: string,
    id: string,
    change: (batch: StoredBatch) => Partial<StoredBatch> | undefined,
  ): Promise<{ readonly batch: StoredBatch; readonly isChanged: boolean }> {
    const key = places.batch(tenant, id)
    for (;;) {
      const kept = await this.#store.read(key)
      if (!kept) throw noSuch('Batch', id)
      const batch = JSON.parse(kept.text) as StoredBatch
      const changes = change(batch)
      if (!changes) return { batch, isChanged: false }
      const changed = { ...batch, ...changes }
      const written = await this.#store.write(key, JSON.stringify(changed), { ifUnchanged: kept.etag })
      if (written !== undefined) return { batch: changed, isChanged: true }
    }
  }
}

/** Whether a file's time is over. `now` in milliseconds since 1970. */
export function isExpired({ object }: StoredFile, now: number): boolean {
  return object.expires_at !== undefined && object.expires_at * 1_000 <= now
}
