import type { Failure, Script } from '../script.ts'
import type { StoredObject } from './object-store.ts'
import type { S3Visit } from './s3-visit.ts'

/** What goes out in one write. */
const PIECE = 64 * 1024

/** Handles PutObject, with its conditions `If-None-Match: *` and `If-Match`. */
export function putObject(visit: S3Visit): Script | Failure {
  const { world, name, body, headers } = visit
  const refused = conditionFault(visit)
  if (refused) return refused
  const { etag } = world.objects.put(name, body, headers['content-type'] ?? 'application/octet-stream')
  return answered(visit, { status: 200, headers: { etag } })
}

/**
 * Why a conditional write is refused; undefined when it is not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function conditionFault({ world, name, headers }: S3Visit): Failure | undefined {
  const before = world.objects.get(name)
  if (headers['if-none-match'] === '*' && before) return { status: 412 }
  const expected = headers['if-match']
  if (expected === undefined) return undefined
  if (!before) return { status: 404 }
  return expected === before.etag ? undefined : { status: 412 }
}

/** Handles GetObject. */
export function getObject(visit: S3Visit): Script | Failure {
  const object = visit.world.objects.get(visit.name)
  if (!object) return { status: 404 }
  return answered(visit, { status: 200, headers: headersOf(object), bytes: object.bytes })
}

/** Handles HeadObject, whose failures have no body. */
export function headObject(visit: S3Visit): Script {
  const object = visit.world.objects.get(visit.name)
  return answered(visit, { status: object ? 200 : 404, headers: object ? headersOf(object) : {}, isHead: true })
}

/** Handles DeleteObject, which is no failure where there is none. */
export function deleteObject(visit: S3Visit): Script {
  visit.world.objects.delete(visit.name)
  return answered(visit, { status: 204, headers: {} })
}

function headersOf({ bytes, etag, modified, contentType }: StoredObject): Record<string, string> {
  return {
    'content-type': contentType,
    'content-length': String(bytes.length),
    etag,
    'last-modified': modified.toUTCString(),
  }
}

/** What an answer of S3's is made of. */
export interface S3Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes?: Uint8Array
  /** Whether the length is that of a body that does not come. */
  readonly isHead?: boolean
}

/** An answer whose bytes may be megabytes: they go out in large pieces. */
export function answered({ dialect }: S3Visit, { status, headers, bytes, isHead = false }: S3Answer): Script {
  const body = bytes ?? new Uint8Array()
  const frames = Array.from({ length: Math.ceil(body.length / PIECE) }, (_, index) => ({
    kind: 'frame' as const,
    role: 'content' as const,
    bytes: body.subarray(index * PIECE, (index + 1) * PIECE),
  }))
  const hasLength = !isHead && status !== 204
  return {
    dialect,
    body: 'json',
    status,
    headers: { ...headers, ...(hasLength && { 'content-length': String(body.length) }) },
    steps: [{ kind: 'head' }, ...frames, { kind: 'end' }],
    chunking: 'whole',
  }
}
