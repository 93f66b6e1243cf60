import { type FileContent, type ListPage, type ListQuery, pageOf, type UploadedFile } from '../batch-operations.ts'
import type { BatchCaller, BatchProvider, FileLines } from '../batch-provider.ts'
import type { AnyHandler } from '../compose.ts'
import type { Call, Handler, Operation, Result } from '../contract.ts'
import { GatewayError, isGatewayError } from '../errors.ts'
import { completedOutcome, settledAs } from '../outcome.ts'
import type { Principal } from '../principal.ts'
import type { Target } from '../target.ts'
import type { BatchObject } from '../wire/batch-object.ts'
import type { FileObject } from '../wire/file-object.ts'
import { badModel } from './bad-line.ts'
import { type BatchesOptions, defaultMaxFileBytes } from './batches-options.ts'
import { type CheckedLine, checkLines } from './check-lines.ts'
import { countedBytes } from './counted-bytes.ts'
import { holdToCaps } from './hold-to-caps.ts'
import { splitLines } from './line-splitter.ts'
import { noSuch } from './no-such.ts'
import { sentContent } from './sent-content.ts'

/** What the end of the onion of files and batches needs. */
export interface BatchHandlerOptions extends BatchesOptions {
  /**
   * The targets that a model stands for, as its caller may name it.
   * @throws {GatewayError} `model_not_found`, `permission_denied`
   */
  readonly targetsOf: (model: string, call: Call) => readonly Target[]
  /** The output cap of each route that has one, in tokens. */
  readonly routeTokens: Readonly<Record<string, number>>
  /** What requests get that have no cap, and a caller for which they need one. */
  readonly defaultTokensOf: (principal: Principal | undefined) => number | undefined
}

/** Handles files and batches: by the provider whose model a file names, or whose id it is. */
export function createBatchHandler(options: BatchHandlerOptions): AnyHandler {
  const handler = new BatchHandler(options)
  const handle = (call: Call): Promise<Result<Operation>> => {
    if (isOf('files', call)) return handler.files(call)
    if (isOf('batches', call)) return handler.batches(call)
    return Promise.reject(new TypeError(`${call.operation} is neither of files nor of batches.`))
  }
  return handle as AnyHandler
}

function isOf<O extends Operation>(operation: O, call: Call): call is Call<O> & Call {
  return call.operation === operation
}

interface OwnerOfModel {
  readonly provider: BatchProvider
  readonly target: Target
}

class BatchHandler {
  readonly #options: BatchHandlerOptions
  readonly #providers: readonly BatchProvider[]

  constructor(options: BatchHandlerOptions) {
    this.#options = options
    this.#providers = options.providers
  }

  readonly files: Handler<'files'> = async call => {
    const { request } = call
    const caller = callerOf(call)
    if (request.action === 'create') return stored(await this.#create(request.file, call))
    if (request.action === 'list') return stored(await this.#list('File', request.query, caller))
    return this.#byOwner(request.id, 'File', async provider => {
      if (request.action === 'get') return stored(await provider.file(request.id, caller))
      if (request.action === 'delete') return stored(await provider.deleteFile(request.id, caller))
      return content(await provider.content(request.id, caller), call)
    })
  }

  readonly batches: Handler<'batches'> = async call => {
    const { request } = call
    const caller = callerOf(call)
    if (request.action === 'list') return stored(await this.#list('Batch', request.query, caller))
    if (request.action === 'create') {
      const { batch } = request
      return stored(await this.#byOwner(batch.inputFileId, 'File', provider => provider.createBatch(batch, caller)))
    }
    const { action, id } = request
    const ask = (provider: BatchProvider) => provider[action === 'get' ? 'batch' : 'cancelBatch'](id, caller)
    return stored(await this.#byOwner(id, 'Batch', ask))
  }

  /** The first line says which model, and so whose file it is; it is read before anything is kept. */
  async #create({ filename, bytes, settings }: UploadedFile, call: Call<'files'>): Promise<FileObject> {
    const { maxFileBytes = defaultMaxFileBytes, maxRequests = 50_000, routeTokens, defaultTokensOf } = this.#options
    const reads = countedBytes(bytes, maxFileBytes)
    const checked = checkLines(splitLines(reads), maxRequests)
    const first = await checked.next()
    if (first.done) throw new TypeError('A file without lines was let through.')
    const { model } = first.value.body
    const { provider, target } = this.#ownerOfModel(first.value, call)
    call.context.route = model
    call.context.target = target
    const caps = {
      // A host's login may say that there is none by null.
      maxTokens: call.context.principal?.maxTokens ?? undefined,
      routeTokens: Object.hasOwn(routeTokens, model) ? routeTokens[model] : undefined,
      defaultTokens: defaultTokensOf(call.context.principal),
    }
    const lines: FileLines = { model, target, lines: holdToCaps(startingWith(first.value, checked), caps) }
    return provider.createFile({ ...lines, filename, settings }, callerOf(call))
  }

  /** @throws {GatewayError} `model_not_found`, `permission_denied`, `invalid_request`, naming the line. */
  #ownerOfModel({ number, body: { model } }: CheckedLine, call: Call): OwnerOfModel {
    try {
      return this.#providerOf(model, this.#options.targetsOf(model, call))
    } catch (error) {
      throw badModel(number, error)
    }
  }

  #providerOf(model: string, targets: readonly Target[]): OwnerOfModel {
    for (const target of targets) {
      const provider = this.#providers.find(candidate => candidate.provider === target.provider)
      if (provider) return { provider, target }
    }
    const known = this.#providers.map(({ provider }) => provider).join(', ')
    throw new GatewayError(
      'invalid_request',
      `'${model.slice(0, 200)}' has no target that runs batches; name a model of ${known}.`,
      { param: 'file', lacks: 'operation' },
    )
  }

  /** Two accounts at one upstream have ids of one form: which of them has this one, only asking tells. */
  async #byOwner<T>(
    id: string,
    kind: 'File' | 'Batch',
    ask: (provider: BatchProvider) => Promise<T>,
    param?: string,
  ): Promise<T> {
    let missed: unknown = noSuch(kind, id, param)
    for (const provider of this.#providers) {
      if (!provider.owns(id)) continue
      try {
        return await ask(provider)
      } catch (error) {
        if (!isGatewayError(error) || error.code !== 'not_found') throw error
        missed = error
      }
    }
    throw missed
  }

  /** Which provider's an id is. It may be gone since it was listed: where its form tells, nobody is asked. */
  #placeOf(id: string, kind: 'File' | 'Batch', caller: BatchCaller): Promise<number> {
    const isSole = this.#providers.filter(provider => provider.owns(id)).length === 1
    const ask = async (provider: BatchProvider): Promise<number> => {
      if (!isSole) await provider[kind === 'File' ? 'file' : 'batch'](id, caller)
      return this.#providers.indexOf(provider)
    }
    return this.#byOwner(id, kind, ask, 'after')
  }

  /** One provider's after the other's: their ids have no order among each other. */
  async #list(
    kind: 'File' | 'Batch',
    query: ListQuery,
    caller: BatchCaller,
  ): Promise<ListPage<FileObject | BatchObject>> {
    const page = (provider: BatchProvider, asked: ListQuery): Promise<ListPage<FileObject | BatchObject>> =>
      provider[kind === 'File' ? 'files' : 'batches'](asked, caller)
    const { after, limit = 20 } = query
    const from = after === undefined ? 0 : await this.#placeOf(after, kind, caller)
    const data: (FileObject | BatchObject)[] = []
    let hasMore = false
    for (const [index, provider] of this.#providers.entries()) {
      if (index < from || hasMore) continue
      if (data.length >= limit)
        hasMore = (await page(provider, { ...query, after: undefined, limit: 1 })).data.length > 0
      else {
        const own = { ...query, after: index === from ? after : undefined, limit: limit - data.length }
        const { data: more, has_more } = await page(provider, own)
        data.push(...more)
        hasMore = has_more
      }
    }
    return pageOf(data, hasMore)
  }
}

async function* startingWith(
  first: CheckedLine,
  rest: AsyncIterable<CheckedLine>,
): AsyncGenerator<CheckedLine, void, void> {
  yield first
  yield* rest
}

function callerOf({ context, signal }: Call): BatchCaller {
  return { principal: context.principal, signal, droppedParams: context.droppedParams }
}

function stored(value: unknown): Result<'files'> {
  return { kind: 'stored', stored: { value }, settled: settledAs(completedOutcome({})) }
}

function content(given: FileContent, call: Call): Result<'files'> {
  const { bytes, settled } = sentContent(given.bytes, call.signal)
  return { kind: 'content', content: { length: given.length, bytes }, settled }
}
