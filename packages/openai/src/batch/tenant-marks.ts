import { createHash } from 'node:crypto'
import { type BatchCaller, type BatchObject, type FileObject, GatewayError } from '@modelgate/core'

/**
 * The mark of a tenant on its files and batches at OpenAI, where those of all tenants stand under one key. A digest, so that it holds
 * nothing that a tenant could choose.
 */
export function markOf({ principal }: Pick<BatchCaller, 'principal'>): string {
  return principal ? createHash('sha256').update(principal.tenant).digest('hex').slice(0, 32) : 'open'
}

const tenantKey = 'modelgate_tenant'
/** OpenAI takes 16 pairs of metadata, of which one is ours. */
const mostPairs = 15

/** The model that a file's lines named, and OpenAI's model that was put in its place. */
interface FileModels {
  readonly model: string
  readonly upstreamModel: string
}

/** A file's name as OpenAI is told it. */
export function markedName(mark: string, { model, upstreamModel }: FileModels, filename: string): string {
  const words = [mark, ...[model, upstreamModel].map(each => Buffer.from(each).toString('base64url'))]
  return `mg.${words.join('.')}.${filename}`
}

/** A file of a tenant's. */
export interface OwnFile extends FileModels {
  /** As its owner is told of it. */
  readonly file: FileObject
}

/** `undefined` where it is another's. */
export function ownFile(mark: string, file: FileObject): OwnFile | undefined {
  const [, of, model = '', upstreamModel = '', filename = ''] =
    /^mg\.(\w+)\.([\w-]+)\.([\w-]+)\.(.*)$/s.exec(file.filename) ?? []
  if (of !== mark) return undefined
  const said = (word: string): string => Buffer.from(word, 'base64url').toString('utf8')
  return { file: { ...file, filename }, model: said(model), upstreamModel: said(upstreamModel) }
}

/** @throws {GatewayError} `invalid_request` for more pairs than there is room for. */
export function markedMetadata(
  mark: string,
  metadata: Readonly<Record<string, string>> | null,
): Record<string, string> {
  if (Object.keys(metadata ?? {}).length > mostPairs || Object.hasOwn(metadata ?? {}, tenantKey)) {
    const message = `metadata: holds ${mostPairs} pairs at most here, none of them '${tenantKey}'.`
    throw new GatewayError('invalid_request', message, { param: 'metadata' })
  }
  return { ...metadata, [tenantKey]: mark }
}

/** A batch as its owner is told of it: ids of its results say whose they are. `undefined` where it is another's. */
export function ownBatch(mark: string, batch: BatchObject): BatchObject | undefined {
  const { [tenantKey]: of, ...metadata } = batch.metadata ?? {}
  if (of !== mark) return undefined
  const { output_file_id: output, error_file_id: errors } = batch
  return {
    ...batch,
    metadata: Object.keys(metadata).length > 0 ? metadata : null,
    ...(output && { output_file_id: resultId(output, batch.id) }),
    ...(errors && { error_file_id: resultId(errors, batch.id) }),
  }
}

/** The id of a file of results, which OpenAI does not mark: the batch that it came of does. */
function resultId(fileId: string, batchId: string): string {
  return `${fileId}.${batchId}`
}

/** The parts of an id that an owner was told: OpenAI's own, and for a file of results the batch that it came of. */
export function readId(id: string): { readonly id: string; readonly batchId: string | undefined } {
  const dot = id.indexOf('.')
  return dot < 0 ? { id, batchId: undefined } : { id: id.slice(0, dot), batchId: id.slice(dot + 1) }
}

/** Whether an id has the form of OpenAI's. It becomes part of a path, in which nothing else may stand. */
export function isOpenAIId(id: string): boolean {
  return /^(file-\w{1,64}(\.batch_\w{1,64})?|batch_\w{1,64})$/.test(id)
}
