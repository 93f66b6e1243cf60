import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { text } from 'node:stream/consumers'
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { toNodeHandler } from '@modelgate/core/node'
import OpenAI, { BadRequestError, ConflictError, NotFoundError, PermissionDeniedError, toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  bucket,
  line,
  linesOf,
  model,
  numbered,
  saidIn,
  startBatch,
  startBatchRig,
  startSimulatedRig,
  untilEnded,
  upload,
} from './batches/batch-rig.ts'
import { sendAllFirst } from './batches/send-all-first.ts'
import { sendLines } from './batches/send-lines.ts'

let rig: Awaited<ReturnType<typeof startSimulatedRig>>
beforeAll(async () => {
  rig = await startSimulatedRig()
})
beforeEach(() => {
  rig.simulator.reset()
  rig.reports.length = 0
})
afterAll(() => rig[Symbol.asyncDispose]())

const completions = { endpoint: '/v1/chat/completions', completion_window: '24h' } as const

const titan = 'amazon.titan-tg1-large'
const optimized = { performance_config: { latency: 'optimized' } }

describe("OpenAI's files", () => {
  it('are kept, told, listed, read and deleted', async () => {
    const lines = numbered(3)
    const file = await upload(rig.ann, lines, 'three "quoted".jsonl')
    expect(file).toMatchObject({
      object: 'file',
      purpose: 'batch',
      filename: 'three "quoted".jsonl',
      status: 'processed',
    })
    expect(file.bytes).toBe(Buffer.byteLength(`${lines.join('\n')}\n`))
    expect(await rig.ann.files.retrieve(file.id)).toEqual(file)
    expect(await (await rig.ann.files.content(file.id)).text()).toBe(`${lines.join('\n')}\n`)
    expect(await rig.ann.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true })
    await expect(rig.ann.files.retrieve(file.id)).rejects.toBeInstanceOf(NotFoundError)
    await expect(rig.ann.files.delete(file.id)).rejects.toBeInstanceOf(NotFoundError)
  })

  it('and batches are listed after one that there is, or what there is not is told by what was asked for', async () => {
    const after = 'nobodys-id'
    const told = { status: 404, code: 'not_found', param: 'after' }
    await expect(rig.ann.files.list({ after })).rejects.toMatchObject({
      ...told,
      message: expect.stringContaining(`There is no file '${after}'.`),
    })
    await expect(rig.ann.batches.list({ after })).rejects.toMatchObject({
      ...told,
      message: expect.stringContaining(`There is no batch '${after}'.`),
    })
  })

  it('come in over fetch and HTTP/2 as over HTTP/1', async () => {
    const inProcess = new OpenAI({ apiKey: 'key-of-ann', baseURL: 'http://gateway/v1', fetch: rig.gateway.fetch })
    const lines = numbered(2_000, () => 'x'.repeat(300))
    const { id, bytes } = await upload(inProcess, lines)
    expect(await (await inProcess.files.content(id)).text()).toBe(`${lines.join('\n')}\n`)
    const server = createServer()
    server.on('request', toNodeHandler(rig.gateway))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const form = `--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${lines.join('\n')}\n\r\n--x--\r\n`
    const stream = session.request({
      ':method': 'POST',
      ':path': '/v1/files',
      authorization: 'Bearer key-of-ann',
      'content-type': 'multipart/form-data; boundary=x',
    })
    stream.end(form)
    expect(JSON.parse(await text(stream))).toMatchObject({ object: 'file', bytes })
    session.close()
    await new Promise(resolve => server.close(resolve))
  })

  const large = () => numbered(12, () => 'x'.repeat(1024 * 1024))
  const takeNothing = (url: string, id: string) => {
    const reader = connectTcp(Number(new URL(url).port), '127.0.0.1').pause()
    reader.write(`GET /v1/files/${id}/content HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key-of-ann\r\n\r\n`)
    return reader
  }

  it('keep nobody else waiting for those who take none of theirs', async () => {
    const { id } = await upload(rig.ann, large())
    // One more than the connections that the AWS SDK opens to S3, if nobody tells it.
    const readers = Array.from({ length: 51 }, () => takeNothing(rig.url, id))
    const reads = () => rig.simulator.requests().filter(({ operation }) => operation === 's3-get').length
    await expect.poll(reads, { timeout: 10_000 }).toBe(2 * 51)
    expect((await rig.bob.files.list()).data).toEqual([])
    for (const reader of readers) reader.destroy()
  })

  it('are given up where their reader takes nothing', async () => {
    const { simulator } = rig
    const hasty = await startBatchRig({ simulator, gateway: { streams: { writeStallMs: 50 } } })
    const reader = takeNothing(hasty.url, (await upload(hasty.ann, large())).id)
    await expect.poll(() => hasty.reports.at(-1)?.errorCode, { timeout: 10_000 }).toBe('reader_stalled')
    reader.destroy()
    await hasty[Symbol.asyncDispose]()
  })

  it('are listed page by page, in both orders, by OpenAI’s own pages', async () => {
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1) {
      ids.push((await upload(rig.ann, [line('a', 'x')], `${count}.jsonl`)).id)
      // An id says when it was made, to the millisecond.
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    const listed = async (order: 'asc' | 'desc') => {
      const found: string[] = []
      for await (const { id } of rig.ann.files.list({ limit: 2, order, purpose: 'batch' })) found.push(id)
      return found
    }
    expect(await listed('asc')).toEqual(ids)
    expect(await listed('desc')).toEqual(ids.toReversed())
    expect((await rig.ann.files.list({ purpose: 'vision' })).data).toEqual([])
    const wrong = rig.ann.get('/files?limit=no')
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'limit' })
  })

  it.each(['asc', 'desc'] as const)('are listed %s on from one that was deleted meanwhile', async order => {
    const made: string[] = []
    for (let count = 0; count < 4; count += 1) {
      made.push((await upload(rig.ann, numbered(1))).id)
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    const seen: string[] = []
    for await (const { id } of rig.ann.files.list({ order, limit: 1 })) {
      seen.push(id)
      if (made.indexOf(id) % 2 === 1) await rig.ann.files.delete(id)
    }
    expect(seen).toEqual(order === 'asc' ? made : made.toReversed())
  })

  it('say no more of another tenant’s than of one that is not there', async () => {
    const { id } = await upload(rig.ann, numbered(100))
    const unknown = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`
    const messageOf = async (asked: Promise<unknown>): Promise<string> => {
      const error = await asked.then(
        () => undefined,
        (failure: unknown) => failure,
      )
      expect(error).toBeInstanceOf(NotFoundError)
      return (error as NotFoundError).message.replace(/'[^']+'/, 'ID')
    }
    const same = await messageOf(rig.ann.files.retrieve(unknown))
    for (const ask of [
      () => rig.bob.files.retrieve(id),
      () => rig.bob.files.delete(id),
      () => rig.bob.files.content(id),
      () => rig.bob.batches.create({ ...completions, input_file_id: id }),
      () => rig.ann.files.retrieve('file-abc'),
      () => rig.ann.files.retrieve('../../x'),
    ]) {
      expect(await messageOf(ask())).toBe(same)
    }
    expect((await rig.bob.files.list()).data).toEqual([])
    expect((await rig.ann.files.list()).data.map(file => file.id)).toEqual([id])
  })

  it.each([
    ['a line that is no JSON', [...numbered(2), '{"custom_id": "x", '], /Line 3: it is not valid JSON/],
    ['mixed models', [line('a', 'x'), line('b', 'x', { model: 'bulk' })], /Line 2: body.model: "bulk" is not /],
    ['a custom_id twice', [line('a', 'x'), line('b', 'x'), line('a', 'x')], /Line 3: custom_id: "a" is that of line 1/],
    ['what the model cannot be asked', [line('a', 'x'), line('b', 'x', { n: 2 })], /Line 2: body: .*`n`/],
    ['a service tier', [line('a', 'x', { service_tier: 'flex' })], /Line 1: body.service_tier: .*got "flex"/],
    ['another price', [line('a', 'x', optimized)], /Line 1: body: `performance_config`: a batch has no optimized/],
    [
      'a guardrail that no record of its model holds',
      [line('a', 'x', { model: titan, guardrail_config: { guardrailIdentifier: 'gr-1', guardrailVersion: '1' } })],
      /Line 1: body: `guardrail_config`: .*InvokeModel/,
    ],
    [
      'a model that nobody knows',
      ['', line('a', 'x', { model: 'nope' })],
      /^404 Line 2: body.model: The model 'nope' is not known here/,
    ],
  ])('with %s are refused by the line, and leave nothing behind', async (_what, lines, words) => {
    await expect(upload(rig.ann, lines)).rejects.toThrow(words)
    expect((await rig.ann.files.list()).data).toEqual([])
    const puts = rig.simulator.requests().filter(({ operation }) => operation === 's3-put')
    expect(puts).toEqual([])
  })

  it('are refused early, and the client that is sending hears why', async () => {
    const bad = [line('a', 'x', { n: 2 }), ...numbered(20_000, () => 'x'.repeat(500))]
    await expect(upload(rig.ann, bad)).rejects.toThrow(/Line 1: body: .*`n`/)
    // The connection is as good as new.
    expect((await rig.ann.files.list()).data).toEqual([])
  })

  it('are refused to a client that looks at no answer before it has sent all', async () => {
    expect(await sendAllFirst(rig.url, 'key-of-bob', 40)).toMatch(/^HTTP\/1.1 403 .*permission_denied/s)
  })

  it('are taken no faster than they are kept: what waits is a few parts, however large the file is', async () => {
    rig.simulator.setFaults([{ match: { operation: 's3-upload-part' }, fault: { kind: 'delay', ms: 600_000 } }])
    const upload = sendLines({ url: rig.url, megabytes: 300, lineBytes: 20_000 })
    upload.answered.catch(() => undefined)
    await rig.simulator.waitFor(({ operation }) => operation === 's3-upload-part', 15_000)
    let before = -1
    await expect
      .poll(
        () => {
          const now = upload.sentBytes()
          const isStill = now === before
          before = now
          return isStill
        },
        { timeout: 15_000, interval: 500 },
      )
      .toBe(true)
    expect(upload.sentBytes()).toBeLessThan(64 * 1_048_576)
    upload.abort()
  })

  it('whose client leaves are not kept, nor is what of them was kept before', async () => {
    const upload = sendLines({ url: rig.url, megabytes: 200, lineBytes: 20_000 })
    upload.answered.catch(() => undefined)
    await rig.simulator.waitFor(
      ({ operation, outcome }) => operation === 's3-upload-part' && outcome === 'sent',
      15_000,
    )
    upload.abort()
    await rig.simulator.waitFor(
      ({ operation, outcome }) => operation === 's3-abort-upload' && outcome === 'sent',
      15_000,
    )
    expect((await rig.ann.files.list()).data).toEqual([])
    await expect.poll(() => rig.reports.find(({ operation }) => operation === 'files')?.status).toBe('cancelled')
  })

  it('are for the models that a key may use', async () => {
    const refused = upload(rig.bob, [line('a', 'x')])
    await expect(refused).rejects.toBeInstanceOf(PermissionDeniedError)
    await expect(refused).rejects.toThrow(/^403 Line 1: body.model: This key may not use the model/)
    const { id } = await upload(rig.bob, [line('a', 'x', { model: 'bulk' })])
    expect(id).toMatch(/^file-bedrock-[0-9a-f]{24}$/)
  })

  it('of a tenant’s are not a way for its narrower keys to models that they may not use', async () => {
    const { id } = await upload(rig.ann, numbered(100))
    expect((await rig.amy.files.retrieve(id)).id).toBe(id)
    await expect(rig.amy.batches.create({ ...completions, input_file_id: id })).rejects.toBeInstanceOf(
      PermissionDeniedError,
    )
    expect((await rig.ann.batches.list()).data).toEqual([])
  })

  it('have one purpose, and need a form', async () => {
    const file = await toFile(Buffer.from(line('a', 'x')), 'a.jsonl')
    await expect(rig.ann.files.create({ file, purpose: 'vision' })).rejects.toThrow(/purpose: must be 'batch'/)
    const plain = fetch(`${rig.url}/v1/files`, {
      method: 'POST',
      headers: { authorization: 'Bearer key-of-ann' },
      body: 'x',
    })
    expect((await plain).status).toBe(415)
  })
})

describe("OpenAI's batches", () => {
  it('of 1,000 requests go through their states, and answer each under its own custom_id', async () => {
    const lines = numbered(1_000, index => (index % 100 === 7 ? `Fail. #error:429` : `Say exactly: answer ${index}`))
    const { id } = await upload(rig.ann, lines)
    const metadata = { team: 'search' }
    const batch = await rig.ann.batches.create({ ...completions, input_file_id: id, metadata })
    expect(batch).toMatchObject({ object: 'batch', status: 'validating', input_file_id: id, metadata, model })
    expect(batch.request_counts).toEqual({ total: 1_000, completed: 0, failed: 0 })
    const { batch: done, states } = await untilEnded(rig.ann, batch.id)
    expect(states).toEqual(['validating', 'in_progress', 'completed'])
    expect(done.request_counts).toEqual({ total: 1_000, completed: 990, failed: 10 })
    const [output, errors] = [await linesOf(rig.ann, done.output_file_id), await linesOf(rig.ann, done.error_file_id)]
    expect([output.size, errors.size]).toEqual([990, 10])
    for (const index of [0, 1, 8, 500, 999]) expect(saidIn(output.get(`request-${index}`))).toBe(`answer ${index}`)
    expect(output.get('request-0')).toMatchObject({
      id: expect.stringMatching(/^batch_req_/),
      response: { status_code: 200, body: { object: 'chat.completion', model } },
      error: null,
    })
    expect(errors.get('request-7')).toMatchObject({
      response: { status_code: 429, body: { error: { code: 'upstream_rate_limited' } } },
      error: null,
    })
    expect(done.usage?.total_tokens).toBeGreaterThan(1_000)
    expect((await rig.ann.files.retrieve(done.output_file_id!)).purpose).toBe('batch_output')
  })

  it('cost half, and are reported once', async () => {
    const { id } = await startBatch(rig.ann, numbered(100))
    await untilEnded(rig.ann, id)
    await rig.ann.batches.retrieve(id)
    const reports = rig.reports.filter(({ callId }) => callId === id)
    expect(reports).toHaveLength(1)
    const { usage, costUsd, tenant, target, operation, status } = reports[0]!
    expect({ tenant, target, operation, status }).toEqual({
      tenant: 'a',
      target: `bedrock/${model}`,
      operation: 'batches',
      status: 'completed',
    })
    // Nova Lite: 0.06 and 0.24 dollars a million tokens, as calls.
    const asCalls = ((usage?.prompt_tokens ?? 0) * 0.06 + (usage?.completion_tokens ?? 0) * 0.24) / 1_000_000
    expect(costUsd).toBeCloseTo(asCalls / 2, 12)
  })

  it('that are partly completed are completed, with what is missing among the errors', async () => {
    rig.simulator.setJobs({ ends: 'PartiallyCompleted', processed: 60 })
    const { batch } = await untilEnded(rig.ann, (await startBatch(rig.ann, numbered(100))).id)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 100, completed: 60, failed: 40 } })
    const errors = await linesOf(rig.ann, batch.error_file_id)
    expect(errors.get('request-60')).toMatchObject({ response: null, error: { code: 'batch_failed' } })
  })

  it.each([
    ['some', 30],
    ['none', 0],
  ])('that expire have %s of their answers', async (_what, processed) => {
    rig.simulator.setJobs({ ends: 'Expired', processed })
    const { batch } = await untilEnded(rig.ann, (await startBatch(rig.ann, numbered(100))).id)
    expect(batch).toMatchObject({ status: 'expired', expired_at: expect.any(Number) })
    expect(batch.request_counts).toEqual({ total: 100, completed: processed, failed: 100 - processed })
    expect((await linesOf(rig.ann, batch.output_file_id)).size).toBe(processed)
    const errors = await linesOf(rig.ann, batch.error_file_id)
    expect(errors.get('request-99')).toMatchObject({ error: { code: 'batch_expired' } })
  })

  it('are cancelled while they run, and keep what was answered', async () => {
    rig.simulator.setJobs({ holdAt: 'InProgress', processed: 10 })
    const { id } = await startBatch(rig.ann, numbered(100))
    for (let looks = 0; looks < 5; looks += 1) await rig.ann.batches.retrieve(id)
    expect(await rig.ann.batches.cancel(id)).toMatchObject({ status: 'cancelling', cancelling_at: expect.any(Number) })
    const { batch } = await untilEnded(rig.ann, id)
    expect(batch).toMatchObject({ status: 'cancelled', request_counts: { total: 100, completed: 10, failed: 90 } })
    expect((await linesOf(rig.ann, batch.error_file_id)).get('request-50')?.error?.code).toBe('batch_cancelled')
    await expect(rig.ann.batches.cancel(id)).rejects.toBeInstanceOf(ConflictError)
  })

  it('that fail as a whole say why', async () => {
    rig.simulator.setJobs({ minimumRecords: 500 })
    const { batch } = await untilEnded(rig.ann, (await startBatch(rig.ann, numbered(100))).id)
    expect(batch).toMatchObject({ status: 'failed', failed_at: expect.any(Number) })
    expect(batch.errors?.data?.[0]?.message).toMatch(/required minimum of: 500/)
    expect(rig.reports.find(({ callId }) => callId === batch.id)).toMatchObject({ status: 'failed', costUsd: 0 })
  })

  it('that Bedrock refuses have failed, and stand in no other’s way', async () => {
    rig.simulator.setFaults([{ match: { operation: 'create-job' }, fault: { kind: 'status', status: 403 } }])
    await expect(startBatch(rig.ann, numbered(100))).rejects.toMatchObject({
      status: 502,
      code: 'upstream_auth_failed',
    })
    rig.simulator.setFaults([])
    // Who heard that there is none sends it anew: what was kept of it must not be run, too.
    const { data } = await rig.ann.batches.list()
    expect(data.map(({ status }) => status)).toEqual(['failed'])
    expect(data[0]?.errors?.data?.[0]?.code).toBe('batch_refused')
    const created = rig.simulator.requests().filter(({ operation }) => operation === 'create-job')
    expect(created).toHaveLength(1)
  })

  it('that Bedrock cannot be asked for are kept, and begun by whoever looks next', async () => {
    rig.simulator.setFaults([{ match: { operation: 'create-job' }, fault: { kind: 'status', status: 503 } }])
    const batch = await startBatch(rig.ann, numbered(100))
    expect(batch.status).toBe('validating')
    expect((await rig.ann.batches.list()).data.map(({ id }) => id)).toEqual([batch.id])
    rig.simulator.setFaults([])
    expect((await untilEnded(rig.ann, batch.id)).batch.request_counts?.completed).toBe(100)
  })

  it.each(['retrieve', 'cancel'] as const)(
    'that Bedrock refuses when they could not be asked for before have failed for who comes to %s them',
    async how => {
      const status = (code: number, errorType: string) =>
        rig.simulator.setFaults([
          { match: { operation: 'create-job' }, fault: { kind: 'status', status: code, errorType } },
        ])
      status(503, 'ServiceUnavailableException')
      const { id } = await startBatch(rig.ann, numbered(100))
      // Credentials are renewed, and a job of its name may be its own: neither says that it never will run.
      for (const [code, errorType] of [
        [403, 'AccessDeniedException'],
        [400, 'ConflictException'],
      ] as const) {
        status(code, errorType)
        await expect(rig.ann.batches[how](id)).rejects.toMatchObject({ status: code === 403 ? 502 : 503 })
      }
      status(400, 'ValidationException')
      expect(await rig.ann.batches[how](id)).toMatchObject({ status: 'failed', failed_at: expect.any(Number) })
      rig.simulator.setFaults([])
      expect((await rig.ann.batches.retrieve(id)).errors?.data?.[0]?.code).toBe('batch_refused')
      expect(rig.reports.find(({ callId }) => callId === id)).toMatchObject({ status: 'failed', costUsd: 0 })
    },
  )

  it('whose requests are gone from the bucket have failed, and are not prepared for ever', async () => {
    const { url: endpoint, credential: credentials } = rig.simulator
    const { id, input_file_id } = await startBatch(rig.ann, numbered(100))
    const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true })
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    const Key = Contents.map(each => each.Key).find(key => key?.endsWith(`${input_file_id}/index.jsonl`))
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
    s3.destroy()
    const { batch } = await untilEnded(rig.ann, id)
    expect(batch).toMatchObject({ status: 'failed', failed_at: expect.any(Number) })
    expect(batch.errors?.data?.[0]?.message).toMatch(/gone from the bucket/)
    // What was answered is paid for.
    expect(rig.reports.find(({ callId }) => callId === id)).toMatchObject({ status: 'failed', costUsd: null })
  })

  it('below the minimum are refused by a 400 that names it', async () => {
    const starting = startBatch(rig.ann, numbered(99))
    await expect(starting).rejects.toBeInstanceOf(BadRequestError)
    await expect(starting).rejects.toThrow(/has 99 requests, and Bedrock takes batches of 100 at least/)
    expect(rig.simulator.requests().filter(({ operation }) => operation === 'create-job')).toEqual([])
  })

  it('tell tools by the names their callers gave them', async () => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'weather/get',
          description: 'Weather of a city',
          parameters: { type: 'object', properties: {} },
        },
      },
    ]
    const ask = { tools, tool_choice: { type: 'function', function: { name: 'weather/get' } } }
    const lines = Array.from({ length: 100 }, (_, index) =>
      line(`t${index}`, 'Weather of Paris?', index === 3 ? {} : ask),
    )
    const { batch } = await untilEnded(rig.ann, (await startBatch(rig.ann, lines)).id)
    const output = await linesOf(rig.ann, batch.output_file_id)
    expect(output.get('t50')?.response?.body.choices?.[0]?.message.tool_calls).toMatchObject([
      { type: 'function', function: { name: 'weather/get' } },
    ])
    expect(output.get('t3')?.response?.body.choices?.[0]?.message.tool_calls).toBeUndefined()
  })

  it('ask models that Converse never served by their own bodies', async () => {
    const lines = Array.from({ length: 100 }, (_, index) =>
      line(`n${index}`, `Say exactly: ${index}`, { model: titan }),
    )
    const { batch } = await untilEnded(rig.ann, (await startBatch(rig.ann, lines)).id)
    expect(batch.request_counts).toEqual({ total: 100, completed: 100, failed: 0 })
    expect(saidIn((await linesOf(rig.ann, batch.output_file_id)).get('n42'))).toContain('42')
  })

  it('are listed newest first, their own tenant’s only, and are nobody else’s to see or cancel', async () => {
    const { id } = await upload(rig.ann, numbered(100))
    const made: string[] = []
    for (let count = 0; count < 4; count += 1) {
      const headers = { 'Idempotency-Key': count % 2 === 0 ? null : `key ${count}` }
      made.push((await rig.ann.batches.create({ ...completions, input_file_id: id }, { headers })).id)
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    const listed: string[] = []
    for await (const batch of rig.ann.batches.list({ limit: 2 })) listed.push(batch.id)
    expect(listed).toEqual(made.toReversed())
    expect((await rig.bob.batches.list()).data).toEqual([])
    await expect(rig.bob.batches.retrieve(made[0]!)).rejects.toBeInstanceOf(NotFoundError)
    await expect(rig.bob.batches.cancel(made[0]!)).rejects.toBeInstanceOf(NotFoundError)
    await expect(rig.ann.batches.retrieve('batch_abc')).rejects.toBeInstanceOf(NotFoundError)
  })

  it('are one for one idempotency key, and one job', async () => {
    const { id } = await upload(rig.ann, numbered(100))
    const create = (idempotencyKey: string) =>
      rig.ann.batches.create({ ...completions, input_file_id: id }, { headers: { 'Idempotency-Key': idempotencyKey } })
    const [first, second, other] = [await create('one'), await create('one'), await create('two')]
    expect(second.id).toBe(first.id)
    expect(other.id).not.toBe(first.id)
    const jobs = new Set(
      rig.simulator.requests().flatMap(({ operation, path }) => (operation === 'get-job' ? [path] : [])),
    )
    expect(jobs.size).toBe(2)
  })

  it('are one for one idempotency key for a day from the first on, over midnight too', async () => {
    let now = Date.parse('2026-03-01T23:59:00Z')
    await using midnight = await startBatchRig({ simulator: rig.simulator, batches: { now: () => now } })
    const { id } = await upload(midnight.ann, numbered(100))
    const headers = { 'Idempotency-Key': 'one' }
    const create = () => midnight.ann.batches.create({ ...completions, input_file_id: id }, { headers })
    const [one, again] = await Promise.all([create(), create()])
    expect(again.id).toBe(one.id)
    now += 86_399_999
    expect((await create()).id).toBe(one.id)
    now += 1
    const next = await create()
    expect(next.id).not.toBe(one.id)
    expect((await create()).id).toBe(next.id)
  })

  it.each([
    [{ endpoint: '/v1/embeddings' }, 'endpoint'],
    [{ completion_window: '1h' }, 'completion_window'],
    [{ input_file_id: '' }, 'input_file_id'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ output_expires_after: { anchor: 'created_at', seconds: 60 } }, 'output_expires_after.seconds'],
  ])('asked for with %j are refused', async (changes, param) => {
    const body = { ...completions, input_file_id: 'file-bedrock-x', ...changes }
    await expect(rig.ann.post('/batches', { body })).rejects.toMatchObject({ status: 400, param })
  })

  it('have results that expire when their caller says so', async () => {
    const { id } = await upload(
      rig.ann,
      numbered(100, index => (index === 7 ? 'Fail. #error:429' : 'Say exactly: x')),
    )
    const expiry = { anchor: 'created_at', seconds: 3_600 } as const
    const started = await rig.ann.batches.create({ ...completions, input_file_id: id, output_expires_after: expiry })
    const { batch } = await untilEnded(rig.ann, started.id)
    for (const result of [batch.output_file_id, batch.error_file_id]) {
      const { created_at, expires_at } = await rig.ann.files.retrieve(result ?? '')
      expect(expires_at).toBe(created_at + 3_600)
    }
  })

  it('outlive their file, which may be deleted while they run', async () => {
    const batch = await startBatch(rig.ann, numbered(100))
    await rig.ann.files.delete(batch.input_file_id)
    const { batch: done } = await untilEnded(rig.ann, batch.id)
    expect(done.request_counts).toEqual({ total: 100, completed: 100, failed: 0 })
  })

  it('and files are not there for who configures none', async () => {
    const plain = await startBatchRig({ simulator: rig.simulator, gateway: { batches: undefined } })
    await expect(plain.ann.files.list()).rejects.toMatchObject({ status: 404, code: 'not_found' })
    expect(plain.gateway.door.serves('/v1/files')).toBe(false)
    await plain[Symbol.asyncDispose]()
  })
})
