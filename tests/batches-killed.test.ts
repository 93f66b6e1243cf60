import { request } from 'node:http'
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { fileSimulator } from '../packages/simulator/test/file-simulator.ts'
import { bucket, linesOf, numbered, saidIn, startBatch, untilEnded, upload } from './batches/batch-rig.ts'
import { startServer } from './batches/server-process.ts'

/** How long a process that was killed is waited for. */
const leaseMs = 400

const simulator = await fileSimulator()

const asked = (operation: string) => simulator.requests().filter(each => each.operation === operation)

/** Sends a form up to somewhere in its file, and leaves it there. */
function sendHalf(url: string, lines: string): void {
  const head =
    '--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n' +
    '--x\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n'
  const headers = { authorization: 'Bearer key-of-ann', 'content-type': 'multipart/form-data; boundary=x' }
  const sending = request(`${url}/v1/files`, { method: 'POST', headers })
  sending.on('error', () => undefined)
  sending.write(head + lines)
}

/** Several processes start one after the other, on a machine that may be busy. */
const timeout = 60_000

describe('a gateway that is killed', { timeout }, () => {
  it('in the midst of an upload leaves no file, and the next takes it anew', async () => {
    await using first = await startServer(simulator, leaseMs)
    const large = numbered(12_000, index => `${index} ${'x'.repeat(700)}`)
    sendHalf(first.url, large.join('\n'))
    await simulator.waitFor(({ operation, outcome }) => operation === 's3-upload-part' && outcome === 'sent', 30_000)
    await first.kill()
    await using second = await startServer(simulator, leaseMs)
    expect((await second.ann.files.list()).data).toEqual([])
    const file = await upload(second.ann, large)
    expect((await second.ann.files.list()).data).toEqual([file])
    // What is left is an upload that was never completed: such as a bucket's lifecycle rule takes away.
    const { url: endpoint, credential: credentials } = simulator
    const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true })
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    s3.destroy()
    expect(Uploads.length).toBeGreaterThan(0)
    expect(Uploads.filter(({ Key }) => Key?.includes(file.id))).toEqual([])
  })

  it('while it creates a job leaves a batch that has one job, whoever looks at it first', async () => {
    await using first = await startServer(simulator, leaseMs)
    simulator.setFaults([{ match: { operation: 'create-job', times: 1 }, fault: { kind: 'stall', afterFrames: 0 } }])
    const { id } = await upload(first.ann, numbered(100))
    const body = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
    const lost = first.ann.batches.create(body).catch((error: unknown) => error)
    await simulator.waitFor(({ operation }) => operation === 'create-job')
    await first.kill()
    expect(await lost).toBeInstanceOf(Error)
    await using second = await startServer(simulator, leaseMs)
    const { data } = await second.ann.batches.list()
    expect(data).toHaveLength(1)
    const { batch } = await untilEnded(second.ann, data[0]!.id)
    expect(batch.request_counts).toEqual({ total: 100, completed: 100, failed: 0 })
    expect(asked('create-job').map(({ json }) => (json as { clientRequestToken: string }).clientRequestToken)).toEqual(
      Array.from({ length: 2 }, () => `modelgate-${batch.id.slice(-24)}`),
    )
    expect(new Set(asked('get-job').map(({ path }) => path)).size).toBe(1)
  })

  it('while it prepares results leaves them to the next', async () => {
    await using first = await startServer(simulator, leaseMs)
    const { id } = await startBatch(first.ann, numbered(120))
    // Two objects are read before what the job wrote: the lease and the index.
    for (let looks = 0; looks < 3; looks += 1) await first.ann.batches.retrieve(id)
    simulator.setFaults([{ match: { operation: 's3-list', times: 1 }, fault: { kind: 'stall', afterFrames: 0 } }])
    const looking = first.ann.batches.retrieve(id).catch((error: unknown) => error)
    await simulator.waitFor(({ operation, outcome }) => operation === 's3-list' && outcome === 'open')
    await first.kill()
    await looking
    await using second = await startServer(simulator, leaseMs)
    const { batch, states } = await untilEnded(second.ann, id, 20)
    expect(states.at(-1)).toBe('completed')
    expect(batch.request_counts).toEqual({ total: 120, completed: 120, failed: 0 })
    expect(saidIn((await linesOf(second.ann, batch.output_file_id)).get('request-119'))).toBe('119')
  })

  it('while it runs a small batch loses nothing: the next goes on, runs nothing twice, and tells what was cut', async () => {
    await using first = await startServer(simulator, leaseMs)
    const { id: fileId } = await upload(first.ann, numbered(8))
    // Each of two processes is killed with two calls under way.
    simulator.setFaults([{ match: { operation: 'converse', times: 4 }, fault: { kind: 'stall', afterFrames: 0 } }])
    const body = { input_file_id: fileId, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
    const { id } = await first.ann.batches.create(body)
    await expect.poll(() => asked('converse').length).toBe(2)
    await first.kill()
    await using second = await startServer(simulator, leaseMs)
    await expect.poll(() => asked('converse').length, { timeout: 10_000 }).toBe(4)
    await second.kill()
    await using third = await startServer(simulator, leaseMs)
    const { batch } = await untilEnded(third.ann, id, 25)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 8, completed: 4, failed: 4 } })
    // Eight requests, eight calls: whatever was begun was begun once.
    const prompts = asked('converse').map(({ json }) => JSON.stringify((json as { messages: unknown }).messages))
    expect(prompts).toHaveLength(8)
    expect(new Set(prompts).size).toBe(8)
    const cut = [...(await linesOf(third.ann, batch.error_file_id)).values()]
    expect(cut.map(({ error }) => error?.code)).toEqual(Array.from({ length: 4 }, () => 'batch_interrupted'))
  })
})
