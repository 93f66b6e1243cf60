import {
  type BatchCaller,
  type BatchGateway,
  type BatchObject,
  type BatchProvider,
  type BatchUpload,
  checkMembers,
  type FileDeleted,
  type FileObject,
  isGatewayError,
  type KeptReservation,
  type ListPage,
  type ListQuery,
  type MembersOf,
  noSuch,
  pageOf,
} from '@modelgate/core'
import { type ApiKey, checkApiKey } from '../api-key.ts'
import { checkBaseURL } from '../base-url.ts'
import { checkHeaders } from '../check-headers.ts'
import { environmentKey, reachableURL } from '../environment.ts'
import { type ApiRequest, FilesApi } from './files-api.ts'
import { openaiLines } from './openai-lines.ts'
import { releaseIfRefused } from './release-if-refused.ts'
import {
  isOpenAIId,
  markedMetadata,
  markedName,
  markOf,
  type OwnFile,
  ownBatch,
  ownFile,
  readId,
} from './tenant-marks.ts'

/** Every option accepts `undefined`, which means "not set". */
export interface OpenAIBatchesOptions {
  /** The id of the OpenAI provider whose models are run in batches. Default `openai`. */
  readonly provider?: string | undefined
  /** Default: the environment's `OPENAI_API_KEY`. */
  readonly apiKey?: ApiKey | undefined
  /** Up to and without `/files`. Default: the environment's `OPENAI_BASE_URL`, or OpenAI's own. */
  readonly baseURL?: string | undefined
  /** Sent with every request, after our own and instead of them, such as `openai-project`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

const members = {
  provider: true,
  apiKey: true,
  baseURL: true,
  headers: true,
} as const satisfies MembersOf<OpenAIBatchesOptions>

/**
 * Passes files and batches on to OpenAI's own. Files go out as they came, but that OpenAI's model stands where a line names a route. At
 * OpenAI the files and batches of all tenants are under one key; here each tenant sees its own alone. Nothing is kept here, so that nobody
 * would know whether a batch's cost was reported already: it never is, and a budget is charged the most that the batch may cost.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and a base URL, key or header that is none.
 * @see https://platform.openai.com/docs/guides/batch
 */
export function openaiBatches(options: OpenAIBatchesOptions = {}): BatchProvider {
  checkMembers(options, members, 'openaiBatches()')
  const { provider = 'openai' } = options
  const given = options.baseURL === undefined ? undefined : checkBaseURL(options.baseURL, 'openaiBatches()')
  const baseURL = (): string => (given ?? reachableURL()).replace(/\/+$/, '')
  const apiKey = checkApiKey(options.apiKey, 'openaiBatches()') ?? environmentKey()
  const headers = checkHeaders(options.headers ?? {}, provider)
  return new OpenAIBatches(provider, new FilesApi({ id: provider, baseURL, apiKey, headers }))
}

class OpenAIBatches implements BatchProvider {
  readonly provider: string
  readonly #api: FilesApi
  #gateway: BatchGateway | undefined

  constructor(provider: string, api: FilesApi) {
    this.provider = provider
    this.#api = api
  }

  start(gateway: BatchGateway): void {
    this.#gateway = gateway
  }

  owns(id: string): boolean {
    return isOpenAIId(id)
  }

  createFile: BatchProvider['createFile'] = async (upload, caller) => {
    const mark = markOf(caller)
    const answer = await this.#api.upload({
      filename: markedName(mark, { model: upload.model, upstreamModel: upload.target.model }, upload.filename),
      bytes: openaiLines(upload),
      fields: () => expiryOf(upload),
      signal: caller.signal,
    })
    const file = answer as FileObject
    return ownFile(mark, file)?.file ?? file
  }

  file: BatchProvider['file'] = async (id, caller) => {
    const { batchId } = readId(id)
    if (batchId === undefined) return (await this.#uploaded(id, caller)).file
    const file = await this.#file(id, caller)
    await this.#checkResult(id, batchId, caller)
    return { ...file, id }
  }

  files: BatchProvider['files'] = (query, caller) => {
    const mark = markOf(caller)
    const purpose = query.purpose === undefined ? '' : `&purpose=${encodeURIComponent(query.purpose)}`
    const path = `/files?order=${query.order ?? 'desc'}${purpose}`
    return this.#list<FileObject>(path, { query, caller, own: file => ownFile(mark, file)?.file })
  }

  deleteFile: BatchProvider['deleteFile'] = async (id, caller) => {
    await this.file(id, caller)
    const gone = () => noSuch('File', id)
    const answer = await this.#ask({ method: 'DELETE', path: `/files/${readId(id).id}`, signal: caller.signal }, gone)
    return { ...(answer as FileDeleted), id }
  }

  content: BatchProvider['content'] = async (id, caller) => {
    const { bytes: length } = await this.file(id, caller)
    return { length, bytes: this.#bytesOf(id, caller) }
  }

  createBatch: BatchProvider['createBatch'] = async (asked, caller) => {
    const mark = markOf(caller)
    const { endpoint, metadata, outputExpiresAfterSeconds: seconds, idempotencyKey } = asked
    const told = markedMetadata(mark, metadata)
    const reserved = await this.#admit(asked.inputFileId, caller)
    const asking = this.#api.json({
      method: 'POST',
      path: '/batches',
      signal: caller.signal,
      json: {
        input_file_id: asked.inputFileId,
        endpoint,
        completion_window: '24h',
        metadata: told,
        ...(seconds !== undefined && { output_expires_after: { anchor: 'created_at', seconds } }),
      },
      headers: idempotencyKey === undefined ? undefined : { 'idempotency-key': `${mark}-${idempotencyKey}` },
    })
    const answer = await asking.catch((error: unknown) => {
      releaseIfRefused(this.#gateway, reserved, { id: this.provider, error })
      throw error
    })
    return ownBatch(mark, answer as BatchObject) ?? (answer as BatchObject)
  }

  batch: BatchProvider['batch'] = async (id, caller) => {
    const batch = (await this.#get(`/batches/${id}`, caller, () => noSuch('Batch', id))) as BatchObject
    const own = ownBatch(markOf(caller), batch)
    if (own) return own
    throw noSuch('Batch', id)
  }

  batches: BatchProvider['batches'] = (query, caller) => {
    const mark = markOf(caller)
    return this.#list<BatchObject>('/batches?', { query, caller, own: batch => ownBatch(mark, batch) })
  }

  cancelBatch: BatchProvider['cancelBatch'] = async (id, caller) => {
    await this.batch(id, caller)
    const path = `/batches/${id}/cancel`
    const answer = await this.#api.json({ method: 'POST', path, signal: caller.signal })
    return ownBatch(markOf(caller), answer as BatchObject) ?? (answer as BatchObject)
  }

  /** A file, whosesoever it is. @throws {GatewayError} `not_found` */
  async #file(id: string, caller: BatchCaller): Promise<FileObject> {
    return (await this.#get(`/files/${readId(id).id}`, caller, () => noSuch('File', id))) as FileObject
  }

  /** A file of requests of the caller's. @throws {GatewayError} `not_found` for any other. */
  async #uploaded(id: string, caller: BatchCaller): Promise<OwnFile> {
    const own = ownFile(markOf(caller), await this.#file(id, caller))
    if (own && readId(id).batchId === undefined) return own
    throw noSuch('File', id)
  }

  /** The bytes of a file that was found to be the caller's. */
  #bytesOf(id: string, { signal }: BatchCaller): AsyncIterable<Uint8Array> {
    return this.#api.bytes({ method: 'GET', path: `/files/${readId(id).id}/content`, signal })
  }

  /** @throws {GatewayError} `not_found` for a file that is not the caller's, or none of requests; `permission_denied` */
  async #admit(id: string, caller: BatchCaller): Promise<KeptReservation | undefined> {
    const { model, upstreamModel } = await this.#uploaded(id, caller)
    return this.#gateway?.admit({
      principal: caller.principal,
      model,
      target: { provider: this.provider, model: upstreamModel },
      requests: undefined,
      promptTokens: undefined,
      completionTokens: undefined,
      content: () => this.#bytesOf(id, caller),
    })
  }

  /** That a file of results came of a batch of the caller's. */
  async #checkResult(id: string, batchId: string, caller: BatchCaller): Promise<void> {
    const batch = await this.batch(batchId, caller).catch((error: unknown) => {
      throw isGatewayError(error) && error.code === 'not_found' ? noSuch('File', id) : error
    })
    if (batch.output_file_id !== id && batch.error_file_id !== id) throw noSuch('File', id)
  }

  #get(path: string, { signal }: BatchCaller, gone: () => Error): Promise<unknown> {
    return this.#ask({ method: 'GET', path, signal }, gone)
  }

  async #ask(request: ApiRequest, gone: () => Error): Promise<unknown> {
    try {
      return await this.#api.json(request)
    } catch (error) {
      throw isGatewayError(error) && error.code === 'model_not_found' ? gone() : error
    }
  }

  /** OpenAI's pages, read on until there is a page of the caller's own. */
  async #list<T extends { readonly id: string }>(
    path: string,
    { query, caller, own }: Listing<T>,
  ): Promise<ListPage<T>> {
    const { limit = 20 } = query
    const data: T[] = []
    let after = query.after && readId(query.after).id
    for (;;) {
      const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
      const page = (await this.#api.json({
        method: 'GET',
        path: `${path}&limit=100${cursor}`,
        signal: caller.signal,
      })) as ListPage<T>
      for (const item of page.data) {
        const kept = own(item)
        if (kept && data.length === limit) return pageOf(data, true)
        if (kept) data.push(kept)
      }
      after = page.data.at(-1)?.id
      if (!page.has_more || after === undefined) return pageOf(data, false)
    }
  }
}

interface Listing<T> {
  readonly query: ListQuery
  readonly caller: BatchCaller
  /** What the caller is told of it; `undefined` where it is another's. */
  readonly own: (item: T) => T | undefined
}

function expiryOf({ settings }: BatchUpload): Readonly<Record<string, string>> {
  const { expiresAfterSeconds } = settings()
  if (expiresAfterSeconds === undefined) return {}
  return { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': String(expiresAfterSeconds) }
}
