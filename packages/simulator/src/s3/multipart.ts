import { randomName } from '../random.ts'
import type { Failure, Script } from '../script.ts'
import { stored } from './object-store.ts'
import { answered, conditionFault } from './objects.ts'
import { escapeXml, XML } from './s3-dialect.ts'
import type { S3Visit } from './s3-visit.ts'

/** Every part but the last must be so large. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const SMALLEST_PART = 5 * 1024 * 1024
const MOST_PARTS = 10_000

const NO_UPLOAD: Failure = {
  status: 404,
  type: 'NoSuchUpload',
  message:
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
}

/** Handles CreateMultipartUpload. */
export function beginUpload(visit: S3Visit): Script {
  const { world, name, bucket, key, headers } = visit
  const id = randomName(world.random, 32)
  world.objects.uploads.set(id, {
    name,
    contentType: headers['content-type'] ?? 'application/octet-stream',
    parts: new Map(),
  })
  return xml(
    visit,
    `<InitiateMultipartUploadResult><Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
  )
}

/** Handles UploadPart. */
export function uploadPart(visit: S3Visit): Script | Failure {
  const { world, query, body } = visit
  const upload = world.objects.uploads.get(query.get('uploadId') ?? '')
  if (!upload || upload.name !== visit.name) return NO_UPLOAD
  const number = Number(query.get('partNumber'))
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS)
    return {
      status: 400,
      type: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
    }
  const part = stored(Buffer.from(body), '')
  upload.parts.set(number, part)
  return answered(visit, { status: 200, headers: { etag: part.etag } })
}

/** Handles CompleteMultipartUpload. */
export function completeUpload(visit: S3Visit): Script | Failure {
  const { world, query, body, bucket, key } = visit
  const id = query.get('uploadId') ?? ''
  const upload = world.objects.uploads.get(id)
  if (!upload || upload.name !== visit.name) return NO_UPLOAD
  const named = [...body.toString('utf8').matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
    number: Number(/<PartNumber>(\d+)<\/PartNumber>/.exec(part)?.[1]),
    etag: (/<ETag>(.*?)<\/ETag>/.exec(part)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&#34;', '"'),
  }))
  const parts = named.map(({ number }) => upload.parts.get(number))
  if (parts.length === 0 || named.some(({ etag }, index) => parts[index]?.etag !== etag))
    return { status: 400, type: 'InvalidPart', message: 'One or more of the specified parts could not be found.' }
  if (parts.slice(0, -1).some(part => (part?.bytes.length ?? 0) < SMALLEST_PART))
    return {
      status: 400,
      type: 'EntityTooSmall',
      message: 'Your proposed upload is smaller than the minimum allowed object size.',
    }
  const refused = conditionFault(visit)
  if (refused) return refused
  const bytes = Buffer.concat(parts.flatMap(part => (part ? [part.bytes] : [])))
  const { etag } = world.objects.put(visit.name, bytes, upload.contentType)
  world.objects.uploads.delete(id)
  return xml(
    visit,
    `<CompleteMultipartUploadResult><Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key><ETag>${escapeXml(etag)}</ETag></CompleteMultipartUploadResult>`,
  )
}

/** Handles AbortMultipartUpload. */
export function abortUpload(visit: S3Visit): Script | Failure {
  const { uploads } = visit.world.objects
  if (!uploads.delete(visit.query.get('uploadId') ?? '')) return NO_UPLOAD
  return answered(visit, { status: 204, headers: {} })
}

/** A document of S3's. */
export function xml(visit: S3Visit, text: string): Script {
  const headers = { 'content-type': 'application/xml' }
  return answered(visit, { status: 200, headers, bytes: Buffer.from(XML + text) })
}
