import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { createGateway } from '@modelgate/core'
import { NotFoundError } from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bucket,
  line,
  linesOf,
  numbered,
  saidIn,
  startBatch,
  startBatchRig,
  startSimulatedRig,
  untilEnded,
  upload,
} from './batches/batch-rig.ts'

let rig: Awaited<ReturnType<typeof startSimulatedRig>>
beforeEach(async () => {
  rig = await startSimulatedRig({ batches: { smallBatches: 'run', concurrency: 3 } })
})
afterEach(() => rig[Symbol.asyncDispose]())

const calls = () => rig.simulator.requests().filter(({ operation }) => operation === 'converse')

/** The id of a batch whose process ends with three requests under way: they are aborted after the grace, and the batch is given back. */
async function givenBack(requests: number): Promise<string> {
  rig.simulator.setFaults([{ match: { operation: 'converse', times: 3 }, fault: { kind: 'stall', afterFrames: 0 } }])
  const { id } = await startBatch(rig.ann, numbered(requests))
  await expect.poll(() => calls().length).toBe(3)
  await rig.gateway.close({ graceMs: 20 })
  return id
}

function openS3(): S3Client {
  const { url: endpoint, credential: credentials } = rig.simulator
  return new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true })
}

describe('a batch below the minimum, where gateways run them', () => {
  it('answers each request as a call, and says so in the same form', async () => {
    const lines = [...numbered(7), line('last', 'Say exactly: seven', { temperature: 0 })]
    const started = await startBatch(rig.ann, lines)
    expect(started).toMatchObject({ status: 'in_progress' })
    const { batch } = await untilEnded(rig.ann, started.id, 5)
    expect(batch.status).toBe('completed')
    expect(batch.request_counts).toEqual({ total: 8, completed: 8, failed: 0 })
    const output = await linesOf(rig.ann, batch.output_file_id)
    expect(saidIn(output.get('request-6'))).toBe('6')
    expect(saidIn(output.get('last'))).toBe('seven')
    expect(calls()).toHaveLength(8)
    expect(rig.simulator.requests().filter(({ operation }) => operation === 'create-job')).toEqual([])
  })

  it('is paid and reported call by call, as its caller’s, and not once more as a whole', async () => {
    const { id } = await startBatch(rig.ann, numbered(5))
    await untilEnded(rig.ann, id, 5)
    const chats = rig.reports.filter(({ operation }) => operation === 'chat')
    expect(chats.map(({ tenant, keyId, tags }) => [tenant, keyId, tags.batch])).toEqual(
      Array.from({ length: 5 }, () => ['a', 'k1', id]),
    )
    expect(rig.reports.filter(({ callId }) => callId === id)).toEqual([])
  })

  it('that has ended is not begun again by a repeat of its idempotency key, and its deleted results stay so', async () => {
    const { id } = await upload(rig.ann, numbered(2))
    const asked = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
    const create = () => rig.ann.batches.create(asked, { headers: { 'Idempotency-Key': 'one' } })
    const { batch } = await untilEnded(rig.ann, (await create()).id, 5)
    const output = batch.output_file_id ?? ''
    await rig.ann.files.delete(output)
    const writes = () => rig.simulator.requests().filter(({ method }) => method === 'PUT').length
    const before = writes()
    expect(await create()).toEqual(batch)
    await rig.gateway.close()
    // That the file is in use is all that is written.
    expect(writes() - before).toBeLessThanOrEqual(1)
    await using next = await startBatchRig({ simulator: rig.simulator })
    await expect(next.ann.files.retrieve(output)).rejects.toBeInstanceOf(NotFoundError)
  })

  it('has so many requests under way and no more', async () => {
    rig.simulator.setFaults([{ match: { operation: 'converse' }, fault: { kind: 'stall', afterFrames: 0 } }])
    const { id } = await startBatch(rig.ann, numbered(9))
    await expect.poll(() => calls().length).toBe(3)
    await rig.simulator.waitFor(({ operation }) => operation === 's3-put')
    expect(calls()).toHaveLength(3)
    await rig.ann.batches.cancel(id)
  })

  it('is cancelled at once: what is under way is aborted, nothing more is begun', async () => {
    rig.simulator.setFaults([{ match: { operation: 'converse' }, fault: { kind: 'stall', afterFrames: 0 } }])
    const { id } = await startBatch(rig.ann, numbered(9))
    await expect.poll(() => calls().length).toBe(3)
    await rig.ann.batches.cancel(id)
    const { batch } = await untilEnded(rig.ann, id, 5)
    expect(batch).toMatchObject({ status: 'cancelled', request_counts: { total: 9, completed: 0, failed: 9 } })
    expect((await linesOf(rig.ann, batch.error_file_id)).get('request-8')?.error?.code).toBe('batch_cancelled')
    expect(calls().map(({ outcome }) => outcome)).toEqual(Array.from({ length: 3 }, () => 'closed-by-client'))
  })

  it('tells what failed with the error that the call had', async () => {
    rig.simulator.setFaults([{ match: { operation: 'converse' }, fault: { kind: 'status', status: 403 } }])
    const { batch } = await untilEnded(rig.ann, (await startBatch(rig.ann, numbered(2))).id, 5)
    expect(batch.request_counts).toEqual({ total: 2, completed: 0, failed: 2 })
    const failed = (await linesOf(rig.ann, batch.error_file_id)).get('request-0')
    expect(failed?.response).toMatchObject({ status_code: 502, body: { error: { code: 'upstream_auth_failed' } } })
  })

  it('goes on in another process where one ends, and runs nothing twice', async () => {
    const id = await givenBack(9)
    const next = await startBatchRig({ simulator: rig.simulator, batches: { smallBatches: 'run' } })
    const { batch } = await untilEnded(next.ann, id, 5)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 9, completed: 6, failed: 3 } })
    expect(calls()).toHaveLength(9)
    const errors = await linesOf(next.ann, batch.error_file_id)
    expect([...errors.values()].map(({ error }) => error?.code)).toEqual(
      Array.from({ length: 3 }, () => 'batch_interrupted'),
    )
    await next[Symbol.asyncDispose]()
  })

  it('is taken up though one before it is gone', async () => {
    const s3 = openS3()
    const Key = 'modelgate/running/batch_bedrock_000000000000000000000000.json'
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '{"tenant":"gone"}' }))
    s3.destroy()
    const next = await startBatchRig({ simulator: rig.simulator, batches: { smallBatches: 'run' } })
    await rig.simulator.waitFor(({ operation, path }) => operation === 's3-delete' && path.includes('/running/'), 5_000)
    expect(next.errors).toEqual([])
    await next[Symbol.asyncDispose]()
  })

  it('is taken up, and listed, though the record of one before it cannot be read', async () => {
    const id = await givenBack(4)
    const s3 = openS3()
    const before = 'batch_bedrock_000000000000000000000000'
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    const tenant = Contents.map(({ Key }) => /modelgate\/(\w+)\/batches\//.exec(Key ?? '')?.[1]).find(Boolean)
    const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
    await put(`modelgate/${tenant}/batches/${before}.json`, '{"id":')
    await put(`modelgate/running/${before}.json`, JSON.stringify({ tenant }))
    s3.destroy()
    const next = await startBatchRig({ simulator: rig.simulator, batches: { smallBatches: 'run' } })
    await expect.poll(() => calls().length).toBe(4)
    expect((await next.ann.batches.list()).data.map(batch => batch.id)).toEqual([id])
    expect(next.errors).toHaveLength(1)
    await next[Symbol.asyncDispose]()
  })

  it('fails, and is not tried for ever, where what it is to run is gone from the bucket', async () => {
    const id = await givenBack(4)
    const s3 = openS3()
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    const Key = Contents.map(each => each.Key).find(key => key?.endsWith('content.jsonl'))
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
    s3.destroy()
    const next = await startBatchRig({ simulator: rig.simulator, batches: { smallBatches: 'run' } })
    const { batch } = await untilEnded(next.ann, id, 5)
    expect(batch).toMatchObject({ status: 'failed', request_counts: { total: 4, completed: 0, failed: 3 } })
    expect(batch.errors?.data?.[0]?.message).toMatch(/is gone/)
    await next[Symbol.asyncDispose]()
  })

  it('waits out the limits of its caller', async () => {
    const limited = await startBatchRig({
      simulator: rig.simulator,
      batches: { smallBatches: 'run', concurrency: 2 },
      gateway: { limits: { tiers: { enterprise: { maxConcurrentCalls: 1 } } } },
    })
    const { id } = await startBatch(limited.ann, numbered(3))
    const { batch } = await untilEnded(limited.ann, id, 20)
    expect(batch.request_counts).toEqual({ total: 3, completed: 3, failed: 0 })
    await limited[Symbol.asyncDispose]()
  })

  it('gives back what waits for the limits of its caller when its gateway closes, and holds it up no longer', async () => {
    const limited = await startBatchRig({
      simulator: rig.simulator,
      batches: { smallBatches: 'run' },
      gateway: { limits: { tiers: { enterprise: { requestsPerMinute: 6 } } } },
    })
    const { id } = await startBatch(limited.ann, numbered(9))
    // The upload and the batch are two of the six; the next place comes free in a minute.
    const claims = () => rig.simulator.requests().filter(({ path, method }) => method === 'PUT' && /claims/.test(path))
    await expect.poll(() => claims().length).toBe(8)
    await limited.gateway.close({ graceMs: 20 })
    const next = await startBatchRig({ simulator: rig.simulator, batches: { smallBatches: 'run' } })
    const { batch } = await untilEnded(next.ann, id, 5)
    expect(batch.request_counts).toEqual({ total: 9, completed: 9, failed: 0 })
    expect(calls()).toHaveLength(9)
    await next[Symbol.asyncDispose]()
    await limited[Symbol.asyncDispose]()
  })

  it('whose last answers come when its window is over is completed: nothing of it has expired', async () => {
    let now = Date.now()
    await using late = await startBatchRig({
      simulator: rig.simulator,
      batches: { smallBatches: 'run', now: () => now },
    })
    rig.simulator.setFaults([{ match: { operation: 'converse' }, fault: { kind: 'delay', ms: 100 } }])
    const { id } = await startBatch(late.ann, numbered(2))
    await expect.poll(() => calls().length).toBe(2)
    now += 86_400_000
    const { batch } = await untilEnded(late.ann, id, 5)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 2, failed: 0 } })
  })

  it('expires though the limits of its caller have let nothing through', async () => {
    let timeMs = Date.now()
    const limited = await startBatchRig({
      simulator: rig.simulator,
      batches: { smallBatches: 'run', concurrency: 2, now: () => timeMs },
      gateway: { limits: { tiers: { enterprise: { maxConcurrentCalls: 1 } } } },
    })
    rig.simulator.setFaults([{ match: { operation: 'converse' }, fault: { kind: 'stall', afterFrames: 0 } }])
    const { id } = await startBatch(limited.ann, numbered(3))
    await expect.poll(() => calls().length).toBe(1)
    timeMs += 25 * 3_600_000
    const failed = async () => (await limited.ann.batches.retrieve(id)).request_counts?.failed
    await expect.poll(failed, { timeout: 10_000, interval: 50 }).toBe(2)
    await limited[Symbol.asyncDispose]()
  })
})

describe('the options of batches', () => {
  it('name what is wrong with them', async () => {
    const { bedrockBatches } = await import('@modelgate/bedrock/batch')
    const wrong = { bucket: 'A', roleArn: 'nobody', concurrency: 0, smallBatches: 'maybe' } as never
    expect(() => bedrockBatches(wrong)).toThrow(/bucket.*'A'.*roleArn.*'nobody'.*smallBatches.*concurrency/s)
    const { bedrock } = await import('@modelgate/bedrock')
    const batches = bedrockBatches({ bucket: 'abc', roleArn: 'arn:aws:iam::123456789012:role/r', provider: 'eu' })
    const options = { providers: [bedrock()], batches: { providers: [batches] } }
    expect(() => createGateway(options)).toThrow(
      /batches.providers\[0\].provider: 'eu' is not the id of a provider; use one of bedrock/,
    )
    expect(() => createGateway({ providers: [bedrock()], batches: { providers: [] } })).toThrow(/batches\.providers/)
  })
})
