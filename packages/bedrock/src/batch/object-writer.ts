import { Buffer } from 'node:buffer'
import { toS3Error } from './aws-failure.ts'
import type { LazyClients } from './batch-clients.ts'

/** S3 takes none below 5 MiB but the last, and 10,000 of them: 80 GB. */
const partBytes = 8 * 1024 * 1024

type Place = { readonly Bucket: string; readonly Key: string }
type Part = { readonly PartNumber: number; readonly ETag: string }

/**
 * Writes one object in parts, two of which are in memory at most: one that fills and one on its way. One that is smaller than a part
 * goes as it is.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export class ObjectWriter {
  /** So far. */
  bytes = 0
  readonly #clients: LazyClients
  readonly #place: Place
  #part: Buffer | undefined
  /** That of a part which has arrived: new ones would wait for the collector, some hundred megabytes of them. */
  #spare: Buffer | undefined
  #filled = 0
  #uploadId: string | undefined
  #parts: Part[] = []
  #sending: Promise<void> = Promise.resolve()
  readonly #aborting = new AbortController()

  constructor(clients: LazyClients, place: Place) {
    this.#clients = clients
    this.#place = place
  }

  /** A promise where a part has to go out first. */
  write(bytes: Uint8Array): void | Promise<void> {
    this.bytes += bytes.length
    return this.#fill(bytes, 0)
  }

  #fill(bytes: Uint8Array, from: number): void | Promise<void> {
    if (!this.#part) {
      this.#part = this.#spare ?? Buffer.allocUnsafe(partBytes)
      this.#spare = undefined
    }
    const room = partBytes - this.#filled
    const piece = bytes.subarray(from, from + room)
    this.#part.set(piece, this.#filled)
    this.#filled += piece.length
    if (this.#filled < partBytes) return undefined
    const part = this.#part
    this.#part = undefined
    this.#filled = 0
    return this.#send(part).then(() => (from + room < bytes.length ? this.#fill(bytes, from + room) : undefined))
  }

  /** Writes what is left. The object is there once this has resolved. */
  async end(): Promise<void> {
    const rest = this.#part?.subarray(0, this.#filled) ?? Buffer.alloc(0)
    this.#part = undefined
    await this.#sending
    const { s3, s3Commands } = await this.#clients.get()
    try {
      if (this.#uploadId === undefined) {
        await s3.send(new s3Commands.PutObjectCommand({ ...this.#place, Body: rest, ContentType: 'application/jsonl' }))
        return
      }
      if (rest.length > 0) await this.#send(rest)
      await this.#sending
      const MultipartUpload = { Parts: this.#parts }
      await s3.send(
        new s3Commands.CompleteMultipartUploadCommand({ ...this.#place, UploadId: this.#uploadId, MultipartUpload }),
      )
      this.#uploadId = undefined
    } catch (error) {
      throw toS3Error(error, 's3:PutObject')
    }
  }

  /** Ends what is on its way: whoever waits for it is told. */
  giveUp(): void {
    this.#aborting.abort()
  }

  /** Forgets what was written, as far as S3 can be told; what is on its way is given up. */
  async abort(): Promise<void> {
    this.giveUp()
    await this.#sending.catch(() => undefined)
    if (this.#uploadId === undefined) return
    const { s3, s3Commands } = await this.#clients.get()
    const asked = { ...this.#place, UploadId: this.#uploadId }
    // What is left here, a lifecycle rule of the bucket takes away.
    await s3.send(new s3Commands.AbortMultipartUploadCommand(asked)).catch(() => undefined)
  }

  /** Resolves when the part is on its way, which it is once the one before has arrived. */
  async #send(part: Buffer): Promise<void> {
    await this.#sending
    const { s3, s3Commands } = await this.#clients.get()
    try {
      if (this.#uploadId === undefined) {
        const asked = { ...this.#place, ContentType: 'application/jsonl' }
        this.#uploadId = (await s3.send(new s3Commands.CreateMultipartUploadCommand(asked))).UploadId ?? ''
      }
    } catch (error) {
      throw toS3Error(error, 's3:PutObject')
    }
    const PartNumber = this.#parts.length + 1
    this.#parts.push({ PartNumber, ETag: '' })
    const asked = { ...this.#place, UploadId: this.#uploadId, PartNumber, Body: part }
    this.#sending = s3.send(new s3Commands.UploadPartCommand(asked), { abortSignal: this.#aborting.signal }).then(
      ({ ETag = '' }) => {
        this.#parts[PartNumber - 1] = { PartNumber, ETag }
        if (part.length === partBytes) this.#spare = part
      },
      (error: unknown) => {
        throw toS3Error(error, 's3:PutObject')
      },
    )
    // Whoever writes next, or ends, is told.
    this.#sending.catch(() => undefined)
  }
}
