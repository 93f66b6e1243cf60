import { objectOf, pick } from '../json.ts'
import { randomName } from '../random.ts'
import { type Failure, type Script, wholeScript } from '../script.ts'
import type { Visit } from '../world.ts'
import { openaiHeaders } from './openai-dialect.ts'
import type { OpenaiFile } from './openai-file.ts'

/** Handles `POST /v1/files`. */
export function createFile(visit: Visit): Script {
  const { arrival } = visit
  const boundary = /boundary=([^;]+)/.exec(arrival.headers['content-type'] ?? '')?.[1]
  const parts = boundary === undefined ? [] : partsOf(arrival.body, boundary)
  const file = parts.find(({ name, filename }) => name === 'file' && filename !== undefined)
  const purpose = parts.find(({ name }) => name === 'purpose')?.bytes.toString('utf8')
  if (!file || purpose === undefined)
    return failed(visit, { status: 400, message: "Missing required parameter: 'file'.", code: null })
  return ok(visit, fileView(keepFile(visit, { filename: file.filename ?? '', purpose, bytes: file.bytes })))
}

/** Keeps a file, as results are kept, too. */
export function keepFile({ world }: Visit, file: Pick<OpenaiFile, 'filename' | 'purpose' | 'bytes'>): OpenaiFile {
  const createdAt = Math.floor(world.gate.now().getTime() / 1000)
  const kept = { ...file, id: `file-${randomName(world.random, 22)}`, createdAt }
  world.openaiFiles.set(kept.id, kept)
  return kept
}

/** Handles `GET /v1/files/{id}`. */
export function retrieveFile(visit: Visit): Script {
  const file = visit.world.openaiFiles.get(visit.model)
  return file ? ok(visit, fileView(file)) : failed(visit, noFile(visit.model))
}

/** Handles `DELETE /v1/files/{id}`. */
export function deleteFile(visit: Visit): Script {
  if (!visit.world.openaiFiles.delete(visit.model)) return failed(visit, noFile(visit.model))
  return ok(visit, { id: visit.model, object: 'file', deleted: true })
}

/** Handles `GET /v1/files/{id}/content`. */
export function readFile(visit: Visit): Script {
  const file = visit.world.openaiFiles.get(visit.model)
  if (!file) return failed(visit, noFile(visit.model))
  const headers = { ...openaiHeaders(visit.world.random), 'content-type': 'application/octet-stream' }
  return wholeScript(visit.world.openai, { status: 200, headers, text: file.bytes.toString('utf8') })
}

/** Handles `GET /v1/files`, newest first unless `order` is `asc`. */
export function listFiles(visit: Visit): Script {
  const purpose = visit.query.get('purpose')
  const files = [...visit.world.openaiFiles.values()].filter(file => purpose === null || file.purpose === purpose)
  return listed(visit, (visit.query.get('order') === 'asc' ? files : files.toReversed()).map(fileView))
}

/** A page of a list, by `after` and `limit`. */
export function listed(visit: Visit, all: readonly { readonly id: string }[]): Script {
  const after = visit.query.get('after')
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  const end = start + Number(visit.query.get('limit') ?? 20)
  const data = all.slice(start, end)
  const [first_id, last_id] = [data[0]?.id ?? null, data.at(-1)?.id ?? null]
  return ok(visit, { object: 'list', data, first_id, last_id, has_more: end < all.length })
}

function fileView({ id, filename, purpose, createdAt, bytes }: OpenaiFile) {
  return { id, object: 'file', bytes: bytes.length, created_at: createdAt, filename, purpose, status: 'processed' }
}

function noFile(id: string): Failure {
  return { status: 404, message: `No such File object: ${id}`, type: 'invalid_request_error', param: 'id', code: null }
}

/** A refusal in OpenAI's words. */
export function failed({ world }: Visit, failure: Failure): Script {
  return world.openai.failure(failure)
}

/** An object. */
export function ok({ world }: Visit, body: unknown): Script {
  return wholeScript(world.openai, { status: 200, headers: openaiHeaders(world.random), text: JSON.stringify(body) })
}

interface Part {
  readonly name: string
  readonly filename: string | undefined
  readonly bytes: Buffer
}

function partsOf(body: Buffer, boundary: string): readonly Part[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const whole = Buffer.concat([Buffer.from('\r\n'), body])
  const parts: Part[] = []
  for (let at = whole.indexOf(delimiter); at >= 0; ) {
    const next = whole.indexOf(delimiter, at + 1)
    if (next < 0) break
    const part = whole.subarray(at + delimiter.length + 2, next)
    const split = part.indexOf('\r\n\r\n')
    const head = part.subarray(0, split).toString('utf8')
    const name = /[;\s]name="([^"]*)"/.exec(head)?.[1] ?? ''
    parts.push({ name, filename: /filename="([^"]*)"/.exec(head)?.[1], bytes: Buffer.from(part.subarray(split + 4)) })
    at = next
  }
  return parts
}

/** A member of a batch's line. */
export function memberOf(line: unknown, ...path: readonly string[]): unknown {
  return pick(objectOf(line), ...path)
}
