import { refuseS3Caller } from '../auth/bedrock-auth.ts'
import { parseAuthorization } from '../auth/sigv4.ts'
import { applyFault } from '../faults/fault-table.ts'
import type { Arrival } from '../http/arrival.ts'
import type { Failure, Script } from '../script.ts'
import type { World } from '../world.ts'
import { listObjects } from './list-objects.ts'
import { abortUpload, beginUpload, completeUpload, uploadPart } from './multipart.ts'
import { deleteObject, getObject, headObject, putObject } from './objects.ts'
import { s3Dialect } from './s3-dialect.ts'
import type { S3Visit } from './s3-visit.ts'

interface S3Route {
  readonly method: string
  readonly operation: string
  /** A member of the query that makes it this operation and no other. */
  readonly has?: string
  readonly onBucket?: boolean
  readonly answer: (visit: S3Visit) => Script | Failure
}

/** The first that fits is taken. */
const ROUTES: readonly S3Route[] = [
  { method: 'GET', operation: 's3-list', onBucket: true, answer: listObjects },
  { method: 'PUT', operation: 's3-upload-part', has: 'uploadId', answer: uploadPart },
  { method: 'POST', operation: 's3-create-upload', has: 'uploads', answer: beginUpload },
  { method: 'POST', operation: 's3-complete-upload', has: 'uploadId', answer: completeUpload },
  { method: 'DELETE', operation: 's3-abort-upload', has: 'uploadId', answer: abortUpload },
  { method: 'PUT', operation: 's3-put', answer: putObject },
  { method: 'GET', operation: 's3-get', answer: getObject },
  { method: 'HEAD', operation: 's3-head', answer: headObject },
  { method: 'DELETE', operation: 's3-delete', answer: deleteObject },
]

/** Whether a request is signed for S3: its paths may be anything, those of the other APIs included. */
export function isForS3({ headers }: Arrival): boolean {
  const { authorization } = headers
  return authorization !== undefined && parseAuthorization(authorization)?.service === 's3'
}

/** Answers a request to S3, and says what was asked. */
export function s3Script(world: World, arrival: Arrival): { readonly operation: string; readonly script: Script } {
  const dialect = s3Dialect(world.random)
  const [path = '', search = ''] = arrival.path.split('?')
  const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent)
  const key = rest.join('/')
  const query = new URLSearchParams(search)
  const route = ROUTES.find(
    ({ method, has, onBucket = false }) =>
      method === arrival.method && onBucket === (key === '') && (has === undefined || query.has(has)),
  )
  const operation = route?.operation ?? 'unknown'
  const refused = refuseS3Caller(arrival, world.gate)
  if (refused) return { operation, script: dialect.failure(refused) }
  const fault = world.faults.take({ operation, model: undefined })
  const visit = {
    world,
    dialect,
    bucket,
    key,
    name: `${bucket}/${key}`,
    query,
    headers: arrival.headers,
    body: arrival.body,
  }
  const given = route?.answer(visit) ?? { status: 501, type: 'NotImplemented', message: 'Not simulated.' }
  const script = 'steps' in given ? given : dialect.failure(given)
  return { operation, script: fault ? applyFault(script, fault, { body: undefined }) : script }
}
