import type { FileContent } from '../../batch-operations.ts'
import { abortError, bodyTooLarge, GatewayError, readerStalled, toGatewayError } from '../../errors.ts'
import { unlessAborted } from '../../unless-aborted.ts'
import type { Exchange } from '../exchange.ts'
import { readUpload } from '../form/read-upload.ts'
import { answerStored, batchCall } from './batch-call.ts'
import { listQuery } from './list-query.ts'

/** What a form holds beside its file. */
const formBytes = 64 * 1024

/** `POST /v1/files`: the form is read while its file is kept. */
export async function answerUpload(exchange: Exchange): Promise<void> {
  const { request } = exchange
  if (request.parsedBody !== undefined) {
    throw new GatewayError(
      'invalid_configuration',
      'The host read the form before the gateway; mount the gateway before the parser of forms.',
    )
  }
  const { bodyCap } = request
  const { maxFileBytes = 0 } = exchange.door
  const declared = Number(request.headers['content-length'] ?? 0)
  if (bodyCap && declared > bodyCap.bytes) throw beyondCap(bodyCap)
  if (declared > maxFileBytes + formBytes) throw bodyTooLarge(maxFileBytes)
  const reads = exchange.streamBody()
  try {
    const file = await readUpload({ reads, contentType: request.headers['content-type'] })
    await answerStored('files', { model: '', action: 'create', file }, exchange)
  } catch (error) {
    // Not waited for: one that is silent would keep its answer back.
    reads.return().catch(exchange.door.onError)
    throw error
  }
}

function beyondCap({ bytes, by }: { readonly bytes: number; readonly by: string }): GatewayError {
  return new GatewayError(
    'request_too_large',
    `The upload is larger than the ${bytes} bytes that ${by}; send its lines in several files, or to a gateway that is a server of its own.`,
    { param: 'file' },
  )
}

/** `GET /v1/files` */
export function answerFileList(exchange: Exchange): Promise<void> {
  const query = listQuery(exchange.request.path)
  return answerStored('files', { model: '', action: 'list', query }, exchange)
}

/** `GET` and `DELETE /v1/files/{id}` */
export function answerFile(action: 'get' | 'delete', exchange: Exchange): Promise<void> {
  return answerStored('files', { model: '', action, id: exchange.id }, exchange)
}

/** `GET /v1/files/{id}/content`: the bytes go out as they are read. */
export async function answerContent(exchange: Exchange): Promise<void> {
  if (exchange.request.method === 'HEAD') return answerContentHead(exchange)
  const result = await batchCall('files', { model: '', action: 'content', id: exchange.id }, exchange)
  if (result.kind !== 'content') throw new TypeError('An object came where bytes were asked for.')
  await sendContent(result.content, exchange)
}

/** Whether there is such a file: to open it would be a call that is given up. Its length may be known to who reads it alone. */
async function answerContentHead(exchange: Exchange): Promise<void> {
  await batchCall('files', { model: '', action: 'get', id: exchange.id }, exchange)
  const { sink, headers } = exchange
  sink.head(200, { ...headers, 'content-type': 'application/octet-stream' })
  await sink.end()
}

/** The first bytes come before the head: until then a failure has its status. After it, a cut is all that can tell of one. */
async function sendContent({ length, bytes }: FileContent, exchange: Exchange): Promise<void> {
  const { sink, headers, request, door, callId } = exchange
  const iterator = bytes[Symbol.asyncIterator]()
  let hasHead = false
  try {
    let read = await iterator.next()
    headers['content-type'] = 'application/octet-stream'
    headers['content-length'] = String(length)
    sink.head(200, headers)
    hasHead = true
    for (; !read.done; read = await iterator.next()) {
      if (!sink.write(read.value)) await roomIn(exchange)
      if (request.controller.signal.aborted) throw abortError(request.controller.signal)
    }
  } catch (error) {
    await iterator.return?.()
    if (!hasHead) throw error
    const shown = toGatewayError(error)
    if (shown.code === 'internal') door.onError(shown.cause, callId)
    if (sink.cut) return sink.cut(shown)
  }
  await sink.end()
}

/** A reader that takes nothing holds a connection to where the file is kept: it goes as that of a stream does. */
async function roomIn({ sink, request: { controller }, door }: Exchange): Promise<void> {
  const { writeStallMs } = door.streams.times
  const stalled = setTimeout(() => controller.abort(readerStalled(writeStallMs)), writeStallMs)
  try {
    await unlessAborted(sink.drained(), controller.signal)
  } finally {
    clearTimeout(stalled)
  }
}
