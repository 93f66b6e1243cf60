import { type GatewayError, isGatewayError } from '@modelgate/core'
import { statusOf, toS3Error } from './aws-failure.ts'
import type { LazyClients } from './batch-clients.ts'
import { ObjectWriter } from './object-writer.ts'

/** A small object, and by which it is known to be unchanged. */
interface KeptObject {
  readonly text: string
  readonly etag: string
}

/** On what a write depends: that there is nothing yet, or still the same. */
type WriteCondition = { readonly ifAbsent: true } | { readonly ifUnchanged: string }

/** Keys from a prefix on. */
export interface KeyPage {
  readonly keys: readonly string[]
  readonly hasMore: boolean
}

/** The part of a bucket's that files and batches are kept in. Keys are the store's own, below its prefix. */
export class ObjectStore {
  readonly #clients: LazyClients
  readonly #bucket: string
  readonly #prefix: string

  constructor(clients: LazyClients, { bucket, prefix }: { readonly bucket: string; readonly prefix: string }) {
    this.#clients = clients
    this.#bucket = bucket
    this.#prefix = prefix
  }

  /** As Bedrock is told of it. */
  uri(key: string): string {
    return `s3://${this.#bucket}/${this.#prefix}${key}`
  }

  /** A small object whole; `undefined` where there is none. */
  async read(key: string): Promise<KeptObject | undefined> {
    const { s3, s3Commands } = await this.#clients.get()
    try {
      const { Body, ETag = '' } = await s3.send(new s3Commands.GetObjectCommand(this.#at(key)))
      return { text: (await Body?.transformToString('utf-8')) ?? '', etag: ETag }
    } catch (error) {
      if (statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket') return undefined
      throw toS3Error(error, 's3:GetObject')
    }
  }

  /** An object piece by piece, opened when the first is asked for. @throws {GatewayError} where it is gone. */
  async *stream(key: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
    const { s3, s3Commands } = await this.#clients.get()
    const options = signal ? { abortSignal: signal } : {}
    try {
      const { Body } = await s3.send(new s3Commands.GetObjectCommand(this.#at(key)), options)
      if (Body) yield* Body as AsyncIterable<Uint8Array>
    } catch (error) {
      throw toS3Error(error, 's3:GetObject')
    }
  }

  /** Writes a small object. Its ETag; `undefined` where the condition did not hold. */
  async write(key: string, text: string, condition?: WriteCondition): Promise<string | undefined> {
    const { s3, s3Commands } = await this.#clients.get()
    const asked = {
      ...this.#at(key),
      Body: text,
      ContentType: 'application/json',
      ...(condition && ('ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifUnchanged })),
    }
    try {
      return (await s3.send(new s3Commands.PutObjectCommand(asked))).ETag ?? ''
    } catch (error) {
      if (condition && lost(error, 'ifUnchanged' in condition)) return this.#writtenAfterAll(key, text)
      const fault = toS3Error(error, 's3:PutObject')
      // It may have arrived, and only its answer be lost: who depends on it must hear that it was their write.
      const isUnsure = condition && fault.code === 'upstream_unavailable'
      const etag = isUnsure ? await this.#writtenAfterAll(key, text).catch(() => undefined) : undefined
      if (etag !== undefined) return etag
      throw fault
    }
  }

  async delete(key: string): Promise<void> {
    const { s3, s3Commands } = await this.#clients.get()
    try {
      await s3.send(new s3Commands.DeleteObjectCommand(this.#at(key)))
    } catch (error) {
      throw toS3Error(error, 's3:DeleteObject')
    }
  }

  /** Keys in the order of their bytes, those after `after`. */
  async list(
    prefix: string,
    { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<KeyPage> {
    const { s3, s3Commands } = await this.#clients.get()
    const asked = { Bucket: this.#bucket, Prefix: this.#prefix + prefix, MaxKeys: limit }
    const start = after === undefined ? {} : { StartAfter: this.#prefix + after }
    try {
      const page = await s3.send(new s3Commands.ListObjectsV2Command({ ...asked, ...start }))
      const keys = (page.Contents ?? []).map(({ Key = '' }) => Key.slice(this.#prefix.length))
      return { keys, hasMore: page.IsTruncated === true }
    } catch (error) {
      throw toS3Error(error, 's3:ListBucket')
    }
  }

  /** All keys from a prefix on. */
  async listAll(prefix: string): Promise<readonly string[]> {
    const keys: string[] = []
    for (let hasMore = true; hasMore; ) {
      const page = await this.list(prefix, { after: keys.at(-1), limit: 1_000 })
      keys.push(...page.keys)
      hasMore = page.hasMore && page.keys.length > 0
    }
    return keys
  }

  /** A large object, written piece by piece: it is there when its writer has ended, and not before. */
  open(key: string): ObjectWriter {
    return new ObjectWriter(this.#clients, this.#at(key))
  }

  #at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key }
  }

  /** A write whose answer was lost is sent again by the SDK, and then refused for what it has written itself. */
  async #writtenAfterAll(key: string, text: string): Promise<string | undefined> {
    const there = await this.read(key)
    return there?.text === text ? there.etag : undefined
  }
}

/** 409 is for two conditional writes at the same moment; an object to be unchanged may be gone. */
function lost(error: unknown, mustBeThere: boolean): boolean {
  const status = statusOf(error)
  return status === 412 || status === 409 || (mustBeThere && status === 404 && (error as Error).name !== 'NoSuchBucket')
}

/** Whether what was to be read is not there; of a bucket that is none, nobody can say what is in it. */
export function isGone(error: unknown): error is GatewayError {
  return isGatewayError(error) && error.code !== 'invalid_configuration' && statusOf(error.cause) === 404
}
