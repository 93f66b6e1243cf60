import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'

const Bucket = 'batches'
let simulator: Simulator
let s3: S3Client
beforeAll(async () => {
  simulator = await startSimulator()
  s3 = clientOf(simulator.credential)
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  s3.destroy()
  await simulator.close()
})

function clientOf(credentials: { accessKeyId: string; secretAccessKey: string }): S3Client {
  return new S3Client({
    endpoint: simulator.url,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  })
}

async function textOf(Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  return Body!.transformToString()
}

describe('S3, as the AWS SDK calls it', () => {
  it('keeps what is put, under keys of any characters, and deletes it', async () => {
    const Key = 'a b/ü+(1)//x=y?.json'
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: '{"a":1}', ContentType: 'application/json' }),
    )
    expect(await textOf(Key)).toBe('{"a":1}')
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }))
    expect(head).toMatchObject({ ETag, ContentLength: 7, ContentType: 'application/json' })
    await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    await expect(textOf(Key)).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'NotFound' })
  })

  it('writes on a condition, and refuses where it does not hold', async () => {
    const Key = 'state.json'
    const first = await s3.send(new PutObjectCommand({ Bucket, Key, Body: '1', IfNoneMatch: '*' }))
    const again = s3.send(new PutObjectCommand({ Bucket, Key, Body: '2', IfNoneMatch: '*' }))
    await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } })
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: '2', IfMatch: first.ETag }))
    const stale = s3.send(new PutObjectCommand({ Bucket, Key, Body: '3', IfMatch: first.ETag }))
    await expect(stale).rejects.toMatchObject({ name: 'PreconditionFailed' })
    expect(await textOf(Key)).toBe('2')
  })

  it('joins the parts of an upload, and shows nothing of it before', async () => {
    const Key = 'large'
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('end')]
    const Parts = []
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))
      Parts.push({ ETag, PartNumber })
    }
    await expect(textOf(Key)).rejects.toMatchObject({ name: 'NoSuchKey' })
    const wrong = { Parts: Parts.toReversed().map((part, index) => ({ ...part, PartNumber: index + 1 })) }
    const refused = s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: wrong }))
    await expect(refused).rejects.toMatchObject({ name: 'InvalidPart' })
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }))
    expect(await textOf(Key)).toBe(Buffer.concat(bodies).toString())
  })

  it('refuses small parts before the last, and parts of an upload that was aborted', async () => {
    const Key = 'small'
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const Parts = []
    for (const PartNumber of [1, 2]) {
      const part = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: 'tiny' })
      Parts.push({ PartNumber, ETag: (await s3.send(part)).ETag })
    }
    const complete = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
    await expect(s3.send(complete)).rejects.toMatchObject({ name: 'EntityTooSmall' })
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    const late = s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 3, Body: 'x' }))
    await expect(late).rejects.toMatchObject({ name: 'NoSuchUpload' })
  })

  it('lists keys in order, page by page, from a prefix and after a key', async () => {
    for (const Key of ['a/3', 'a/1', 'b/1', 'a/2']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
    const first = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/', MaxKeys: 2 }))
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2'])
    const ContinuationToken = first.NextContinuationToken
    const rest = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/', ContinuationToken }))
    expect(rest).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'a/3', Size: 1 }] })
    const after = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/', StartAfter: 'a/1' }))
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['a/2', 'a/3'])
  })

  it('lets nobody in with a wrong secret, fails on demand, and keeps no bodies in its log', async () => {
    const stranger = clientOf({ ...simulator.credential, secretAccessKey: 'wrong' })
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'a secret body' })
    await expect(stranger.send(put)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
    stranger.destroy()
    simulator.setFaults([{ match: { operation: 's3-put', times: 1 }, fault: { kind: 'status', status: 503 } }])
    await expect(s3.send(put)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } })
    await s3.send(put)
    expect(simulator.requests().map(({ operation, status, body }) => [operation, status, body])).toEqual([
      ['s3-put', 403, ''],
      ['s3-put', 503, ''],
      ['s3-put', 200, ''],
    ])
  })
})
