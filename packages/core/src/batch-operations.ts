import type { Payload } from './payload.ts'

/** How a list of files or batches is asked for. */
export interface ListQuery {
  /** Most entries to answer with. Default 20. */
  readonly limit?: number | undefined
  /** The id after which the list goes on. */
  readonly after?: string | undefined
  /** By creation. Default `desc`: the newest first. */
  readonly order?: 'asc' | 'desc' | undefined
  /** Files of this purpose only. */
  readonly purpose?: string | undefined
}

/** A page of a list, as OpenAI's clients read on from it. */
export interface ListPage<T> {
  readonly object: 'list'
  readonly data: readonly T[]
  readonly first_id: string | null
  readonly last_id: string | null
  readonly has_more: boolean
}

/** A page of what a list holds from where it was asked for. */
export function pageOf<T extends { readonly id: string }>(data: readonly T[], hasMore: boolean): ListPage<T> {
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: hasMore }
}

/** A file as it comes in: its bytes are pulled, and are never all there. */
export interface UploadedFile {
  readonly filename: string
  /** The file's bytes, to be read to their end. */
  readonly bytes: AsyncIterable<Uint8Array>
  /**
   * What the form said of the file. Complete once `bytes` have been read to their end: clients may send fields behind it.
   * @throws {GatewayError} `invalid_request` for a purpose that is not `batch`, or an expiry that is none.
   */
  readonly settings: () => UploadSettings
}

/** What a form says of its file. */
export interface UploadSettings {
  /** Seconds after which the file is to be forgotten. */
  readonly expiresAfterSeconds?: number | undefined
}

/** A batch as it is asked for. */
export interface NewBatch {
  readonly inputFileId: string
  /** `/v1/chat/completions`. */
  readonly endpoint: string
  readonly metadata: Readonly<Record<string, string>> | null
  /** How long its files of results are there, from its end. */
  readonly outputExpiresAfterSeconds?: number | undefined
  /** The same key of the same tenant gives the same batch. */
  readonly idempotencyKey?: string | undefined
}

/** A request about files. `model` is empty: which model a file is for, its lines say. */
export type FilesRequest = { readonly model: string } & (
  | { readonly action: 'create'; readonly file: UploadedFile }
  | { readonly action: 'get' | 'delete' | 'content'; readonly id: string }
  | { readonly action: 'list'; readonly query: ListQuery }
)

/** A request about batches. `model` is empty, as a file's. */
export type BatchesRequest = { readonly model: string } & (
  | { readonly action: 'create'; readonly batch: NewBatch }
  | { readonly action: 'get' | 'cancel'; readonly id: string }
  | { readonly action: 'list'; readonly query: ListQuery }
)

/** What is told of a file or batch, or what is in a file. */
export type StoredResult =
  | { readonly kind: 'stored'; readonly stored: Payload<unknown> }
  | { readonly kind: 'content'; readonly content: FileContent }

/** What is in a file. */
export interface FileContent {
  /** Bytes in all. */
  readonly length: number
  /** Opened when the first is asked for; `return()` closes them. */
  readonly bytes: AsyncIterable<Uint8Array>
}
