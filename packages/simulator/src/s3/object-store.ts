import { createHash } from 'node:crypto'

/** One object as S3 keeps it. */
export interface StoredObject {
  readonly bytes: Buffer
  readonly etag: string
  readonly modified: Date
  readonly contentType: string
}

/** A multipart upload that is neither complete nor aborted. */
export interface OpenUpload {
  readonly name: string
  readonly contentType: string
  readonly parts: Map<number, StoredObject>
}

/** All buckets in one: an object's name is `bucket/key`. */
export interface ObjectStore {
  get(name: string): StoredObject | undefined
  put(name: string, bytes: Buffer, contentType: string): StoredObject
  delete(name: string): void
  /** In the order of UTF-8, as S3 lists. */
  names(prefix: string): readonly string[]
  readonly uploads: Map<string, OpenUpload>
  clear(): void
}

/** A store without objects. */
export function createObjectStore(): ObjectStore {
  const objects = new Map<string, StoredObject>()
  const uploads = new Map<string, OpenUpload>()
  return {
    get: name => objects.get(name),
    put(name, bytes, contentType) {
      const object = stored(bytes, contentType)
      objects.set(name, object)
      return object
    },
    delete: name => void objects.delete(name),
    names: prefix => [...objects.keys()].filter(name => name.startsWith(prefix)).sort(byBytes),
    uploads,
    clear() {
      objects.clear()
      uploads.clear()
    },
  }
}

/** An object, with its ETag in quotes. */
export function stored(bytes: Buffer, contentType: string): StoredObject {
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
  return { bytes, etag, modified: new Date(), contentType }
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
