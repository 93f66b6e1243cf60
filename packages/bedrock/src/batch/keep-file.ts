import { Buffer } from 'node:buffer'
import {
  abortError,
  type BatchCaller,
  type BatchUpload,
  badLine,
  type FileObject,
  isGatewayError,
} from '@modelgate/core'
import { IndexLines, recordId } from './file-index.ts'
import type { ObjectStore } from './object-store.ts'
import { places, tenantKey } from './places.ts'
import type { RecordTranslator } from './record-translator.ts'
import { saveRules } from './saved-rules.ts'
import type { StoredFile } from './stored.ts'

/** Where a file is kept, and how its requests are said. */
interface Keeping {
  readonly store: ObjectStore
  readonly id: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly translator: RecordTranslator
  readonly caller: BatchCaller
}

const lineEnd = Buffer.from('\n')

/**
 * Keeps a file as it comes: as it came, as Bedrock's records, and as an index by which answers find their requests. Its facts are written
 * last, and without them it is not there: a file that was cut off, by whatever end of whichever process, is none.
 */
export async function keepFile(upload: BatchUpload, keeping: Keeping): Promise<FileObject> {
  const { store, id, now, translator, caller } = keeping
  const tenant = tenantKey(caller)
  const content = store.open(places.content(tenant, id))
  const records = store.open(places.records(tenant, id))
  const index = store.open(places.index(tenant, id))
  const writers = [content, records, index]
  const indexLines = new IndexLines()
  let count = 0
  let promptTokens = 0
  let completionTokens: number | null = 0
  // Who leaves while S3 is slow is not waited out.
  const onAbort = (): void => {
    for (const writer of writers) writer.giveUp()
  }
  caller.signal.addEventListener('abort', onAbort, { once: true })
  try {
    for await (const line of upload.lines) {
      const { modelInput, rules } = translated(line, translator, caller)
      await content.write(line.bytes)
      await content.write(lineEnd)
      await records.write(Buffer.from(`${JSON.stringify({ recordId: recordId(count), modelInput })}\n`))
      await index.write(Buffer.from(indexLines.add(line.customId, saveRules(rules, line.body))))
      const { bound } = line
      promptTokens += bound.promptTokens
      completionTokens =
        completionTokens === null || bound.completionTokens === undefined
          ? null
          : completionTokens + bound.completionTokens
      count += 1
    }
    const { expiresAfterSeconds } = upload.settings()
    for (const writer of writers) await writer.end()
    if (caller.signal.aborted) throw abortError(caller.signal)
    const createdAt = Math.floor(now / 1_000)
    const object: FileObject = {
      id,
      object: 'file',
      bytes: content.bytes,
      created_at: createdAt,
      filename: upload.filename,
      purpose: 'batch',
      status: 'processed',
      ...(expiresAfterSeconds !== undefined && { expires_at: createdAt + expiresAfterSeconds }),
    }
    const { model, target } = upload
    const { invocationType } = translator
    const requests = { model, target, count, promptTokens, completionTokens, invocationType }
    const stored: StoredFile = { object, requests }
    await store.write(places.file(tenant, id), JSON.stringify(stored))
    return object
  } catch (error) {
    await Promise.all(writers.map(writer => writer.abort()))
    await Promise.allSettled([places.content, places.records, places.index].map(at => store.delete(at(tenant, id))))
    throw caller.signal.aborted ? abortError(caller.signal) : error
  } finally {
    caller.signal.removeEventListener('abort', onAbort)
  }
}

/** @throws {GatewayError} `invalid_request` naming the line, and the member of its body. */
function translated(
  { number, body }: { readonly number: number; readonly body: Parameters<RecordTranslator['toRecord']>[0] },
  translator: RecordTranslator,
  { droppedParams }: BatchCaller,
): ReturnType<RecordTranslator['toRecord']> {
  try {
    return translator.toRecord(body, droppedParams)
  } catch (error) {
    if (!isGatewayError(error) || error.status >= 500) throw error
    throw badLine(number, `body: ${error.message.replace(/\.$/, '')}`, error)
  }
}
