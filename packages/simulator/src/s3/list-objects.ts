import type { Script } from '../script.ts'
import { xml } from './multipart.ts'
import { escapeXml } from './s3-dialect.ts'
import type { S3Visit } from './s3-visit.ts'

const MOST_KEYS = 1000

/** Handles ListObjectsV2, and ListMultipartUploads where the query has `uploads`. */
export function listObjects(visit: S3Visit): Script {
  return visit.query.has('uploads') ? listUploads(visit) : list(visit)
}

function list(visit: S3Visit): Script {
  const { world, bucket, query } = visit
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? query.get('start-after') ?? ''
  const size = Math.min(Number(query.get('max-keys') ?? MOST_KEYS), MOST_KEYS)
  const keys = world.objects
    .names(`${bucket}/${prefix}`)
    .map(name => name.slice(bucket.length + 1))
    .filter(key => key > after)
  const page = keys.slice(0, size)
  const isTruncated = keys.length > page.length
  const contents = page.map(key => {
    const object = world.objects.get(`${bucket}/${key}`)
    return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${object?.modified.toISOString()}</LastModified><ETag>${escapeXml(object?.etag ?? '')}</ETag><Size>${object?.bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`
  })
  const token = isTruncated ? `<NextContinuationToken>${escapeXml(page.at(-1) ?? '')}</NextContinuationToken>` : ''
  return xml(
    visit,
    `<ListBucketResult><Name>${escapeXml(bucket)}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${size}</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>${token}${contents.join('')}</ListBucketResult>`,
  )
}

function listUploads(visit: S3Visit): Script {
  const { world, bucket } = visit
  const uploads = [...world.objects.uploads].filter(([, { name }]) => name.startsWith(`${bucket}/`))
  const told = uploads.map(
    ([id, { name }]) =>
      `<Upload><Key>${escapeXml(name.slice(bucket.length + 1))}</Key><UploadId>${id}</UploadId></Upload>`,
  )
  return xml(
    visit,
    `<ListMultipartUploadsResult><Bucket>${escapeXml(bucket)}</Bucket><IsTruncated>false</IsTruncated>${told.join('')}</ListMultipartUploadsResult>`,
  )
}
