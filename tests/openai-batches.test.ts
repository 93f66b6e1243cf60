import { bedrock } from '@modelgate/bedrock'
import { bedrockBatches } from '@modelgate/bedrock/batch'
import { openai } from '@modelgate/openai'
import { openaiBatches } from '@modelgate/openai/batch'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { BadRequestError, ConflictError, NotFoundError } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type BatchRig,
  bucket,
  line,
  linesOf,
  model as nova,
  numbered,
  roleArn,
  saidIn,
  startBatch,
  startBatchRig,
  untilEnded,
  upload,
} from './batches/batch-rig.ts'

let simulator: Simulator
let rig: BatchRig
beforeAll(async () => {
  simulator = await startSimulator()
  const { url: endpoint, credential: credentials, openaiBaseUrl: baseURL, openaiKey: apiKey } = simulator
  const place = { endpoint, credentials, region: 'us-east-1' }
  rig = await startBatchRig({
    simulator,
    gateway: {
      providers: [bedrock(place), openai({ baseURL, apiKey })],
      routes: { bulk: ['openai/gpt-4o-mini', `bedrock/${nova}`] },
      batches: {
        providers: [bedrockBatches({ ...place, bucket, roleArn }), openaiBatches({ baseURL, apiKey })],
      },
    },
  })
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  await rig[Symbol.asyncDispose]()
  await simulator.close()
})

const bulk = (count: number, textOf?: (index: number) => string) =>
  numbered(count, textOf).map(each => each.replaceAll(nova, 'bulk'))
const seen = (operation: string) => simulator.requests().filter(each => each.operation === operation)

describe("OpenAI's own batches", () => {
  it('pass through: the model of a route is named, all else is as it came', async () => {
    const file = await upload(rig.ann, bulk(3), 'mine.jsonl')
    expect(file).toMatchObject({
      id: expect.stringMatching(/^file-\w+$/),
      filename: 'mine.jsonl',
      purpose: 'batch',
    })
    expect(await rig.ann.files.retrieve(file.id)).toEqual(file)
    const kept = await (await rig.ann.files.content(file.id)).text()
    expect(kept).toBe(`${bulk(3).join('\n')}\n`.replaceAll('"bulk"', '"gpt-4o-mini"'))
    const own = [line('a', 'Say exactly:  spaces   stay', { model: 'gpt-4o-mini' })]
    const same = await upload(rig.ann, own)
    expect(await (await rig.ann.files.content(same.id)).text()).toBe(`${own[0]}\n`)
  })

  it('are run by OpenAI, at any number of requests, and answered under their own custom_ids', async () => {
    const lines = bulk(5, index => (index === 3 ? 'Fail' : `Say exactly: ${index}`))
    const wrong = lines.map(each =>
      each.includes('"Fail"') ? each.replace('"messages"', '"reasoning_effort":"odd","messages"') : each,
    )
    const { id } = await startBatch(rig.ann, wrong)
    const { batch, states } = await untilEnded(rig.ann, id)
    expect(states).toEqual(['validating', 'in_progress', 'finalizing', 'completed'])
    expect(batch.metadata).toBeNull()
    const output = await linesOf(rig.ann, batch.output_file_id)
    expect(saidIn(output.get('request-4'))).toBe('4')
    expect((await rig.ann.files.retrieve(batch.output_file_id!)).purpose).toBe('batch_output')
    const errors = batch.error_file_id ? await linesOf(rig.ann, batch.error_file_id) : new Map()
    expect(output.size + errors.size).toBe(5)
  })

  it('are their own tenant’s, though one key keeps them all', async () => {
    const metadata = { team: 'search' }
    const { id } = await upload(rig.ann, bulk(2))
    const asked = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata } as const
    const started = await rig.ann.batches.create(asked)
    expect(started.metadata).toEqual(metadata)
    const { batch } = await untilEnded(rig.ann, started.id)
    const output = batch.output_file_id!
    for (const ask of [
      () => rig.bob.files.retrieve(id),
      () => rig.bob.files.content(id),
      () => rig.bob.files.delete(id),
      () => rig.bob.files.retrieve(output),
      () => rig.bob.files.content(output),
      // Without the batch that it came of, or with another.
      () => rig.ann.files.content(output.split('.')[0]!),
      () => rig.ann.files.content(`${id}.${batch.id}`),
      () => rig.bob.batches.retrieve(batch.id),
      () => rig.bob.batches.cancel(batch.id),
      () => rig.bob.batches.create(asked),
    ]) {
      await expect(ask()).rejects.toBeInstanceOf(NotFoundError)
    }
    expect((await rig.bob.batches.list()).data).toEqual([])
    expect((await rig.bob.files.list()).data).toEqual([])
    expect(await rig.ann.files.delete(output)).toMatchObject({ id: output, deleted: true })
  })

  it('are no way for a tenant’s narrower keys to models that they may not use', async () => {
    const { id } = await upload(rig.ann, bulk(1), 'a.b.c.jsonl')
    expect(await rig.amy.files.retrieve(id)).toMatchObject({ filename: 'a.b.c.jsonl' })
    const asked = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
    await expect(rig.amy.batches.create(asked)).rejects.toMatchObject({ status: 403, code: 'permission_denied' })
  })

  it('are listed with Bedrock’s, page by page', async () => {
    const ids: string[] = []
    for (const lines of [bulk(1), numbered(100), bulk(1), bulk(1)]) ids.push((await upload(rig.ann, lines)).id)
    await upload(rig.bob, bulk(1))
    const listed: string[] = []
    for await (const { id } of rig.ann.files.list({ limit: 2 })) listed.push(id)
    // Bedrock's come first, each newest first.
    expect(listed).toEqual([ids[1], ids[3], ids[2], ids[0]])
  })

  it('have results that expire when their caller says so', async () => {
    const { id } = await upload(rig.ann, bulk(1))
    const output_expires_after = { anchor: 'created_at', seconds: 3_600 } as const
    const asked = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
    await rig.ann.batches.create({ ...asked, output_expires_after })
    await rig.ann.batches.create(asked)
    const sent = simulator.requests().filter(({ method, path }) => method === 'POST' && path === '/v1/batches')
    expect(sent.map(({ json }) => json)).toMatchObject([{ output_expires_after }, expect.anything()])
    expect(sent[1]?.json).not.toHaveProperty('output_expires_after')
  })

  it('are cancelled', async () => {
    simulator.setJobs({ holdAt: 'InProgress' })
    const { id } = await startBatch(rig.ann, bulk(2))
    expect(await rig.ann.batches.cancel(id)).toMatchObject({ id, status: 'cancelling', metadata: null })
    expect((await untilEnded(rig.ann, id)).batch.status).toBe('cancelled')
    const again = rig.ann.batches.cancel(id)
    await expect(again).rejects.toBeInstanceOf(ConflictError)
    await expect(again).rejects.toMatchObject({ status: 409, code: 'invalid_request' })
    await expect(again).rejects.toThrow(/Cannot cancel a batch with status 'cancelled'\.$/)
  })

  it('refuse a bad line by its number, and OpenAI keeps nothing', async () => {
    const bad = [...bulk(300, () => 'x'.repeat(2_000)), line('request-1', 'x', { model: 'bulk' })]
    await expect(upload(rig.ann, bad)).rejects.toThrow(/Line 301: custom_id: "request-1" is that of line 2/)
    await expect(upload(rig.ann, bad)).rejects.toBeInstanceOf(BadRequestError)
    expect(seen('create-file')).toEqual([])
    expect((await rig.ann.files.list()).data).toEqual([])
  })

  it('have OpenAI’s errors as calls have them', async () => {
    simulator.setFaults([{ match: { operation: 'create-file' }, fault: { kind: 'status', status: 429 } }])
    await expect(upload(rig.ann, bulk(1))).rejects.toMatchObject({ status: 429, code: 'upstream_rate_limited' })
    simulator.setFaults([{ match: { operation: 'create-file' }, fault: { kind: 'status', status: 401 } }])
    await expect(upload(rig.ann, bulk(1))).rejects.toMatchObject({ status: 502, code: 'upstream_auth_failed' })
    const { id } = await (async () => {
      simulator.setFaults([])
      return upload(rig.ann, bulk(1))
    })()
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'v']))
    const asked = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata } as const
    await expect(rig.ann.batches.create(asked)).rejects.toMatchObject({ status: 400, param: 'metadata' })
  })

  it('charge budgets the most that they may cost, for nobody remembers what they did', async () => {
    const { url: endpoint, credential: credentials, openaiBaseUrl: baseURL, openaiKey: apiKey } = simulator
    const place = { endpoint, credentials, region: 'us-east-1' }
    await using budgeted = await startBatchRig({
      simulator,
      gateway: {
        providers: [bedrock(place), openai({ baseURL, apiKey })],
        routes: { bulk: ['openai/gpt-4o-mini'] },
        batches: { providers: [openaiBatches({ baseURL, apiKey })] },
        budgets: { tenants: { a: { usdPerMonth: 0.03 } } },
      },
    })
    const spent = async () => (await budgeted.gateway.budgets.spending({ of: 'tenant', name: 'a' })).usdThisMonth
    const { id } = await startBatch(budgeted.ann, bulk(20))
    // 0.15 and 0.60 dollars a million tokens as calls, half in batches; requests without a cap get 4,096.
    const caps = (20 * 4_096 * 0.6) / 2 / 1_000_000
    const charged = await spent()
    expect(charged).toBeGreaterThan(caps)
    expect(charged).toBeLessThan(caps * 1.1)
    await expect(startBatch(budgeted.ann, bulk(20))).rejects.toMatchObject({ code: 'budget_exceeded' })
    await untilEnded(budgeted.ann, id)
    expect(await spent()).toBe(charged)

    await budgeted.gateway.budgets.reset({ of: 'tenant', name: 'a' })
    for (const status of [400, 401, 403, 404, 429]) {
      simulator.setFaults([{ match: { operation: 'create-batch' }, fault: { kind: 'status', status } }])
      await expect(startBatch(budgeted.ann, bulk(20))).rejects.toThrow()
      expect(await spent()).toBe(0)
    }
    expect(budgeted.errors).toEqual([])
    // Whether there is one now nobody has said.
    simulator.setFaults([{ match: { operation: 'create-batch' }, fault: { kind: 'reset-before-head' } }])
    await expect(startBatch(budgeted.ann, bulk(20))).rejects.toThrow()
    expect(await spent()).toBe(charged)
    expect(budgeted.errors.map(String)).toEqual([
      expect.stringContaining("'openai' did not say whether it began a batch"),
    ])
  })
})

it('Two accounts at OpenAI have each their own files and batches, though their ids look alike', async () => {
  const others = await startSimulator({ seed: 2 })
  const account = (id: string, { openaiBaseUrl: baseURL, openaiKey: apiKey }: Simulator) => ({
    provider: openai({ id, baseURL, apiKey }),
    batches: openaiBatches({ provider: id, baseURL, apiKey }),
  })
  const accounts = [account('one', simulator), account('two', others)]
  const gateway = {
    providers: accounts.map(({ provider }) => provider),
    routes: {},
    batches: { providers: accounts.map(({ batches }) => batches) },
  }
  await using own = await startBatchRig({ simulator, gateway })
  const files: string[] = []
  const batches: string[] = []
  for (const id of ['one', 'two', 'two']) {
    const asked = await startBatch(own.ann, [line('a', `Say exactly: ${id}`, { model: `${id}/gpt-4o-mini` })])
    const { batch } = await untilEnded(own.ann, asked.id)
    expect(saidIn((await linesOf(own.ann, batch.output_file_id)).get('a'))).toBe(id)
    files.push(batch.input_file_id)
    batches.push(batch.id)
  }
  const listed = async (list: AsyncIterable<{ readonly id: string }>) => {
    const ids: string[] = []
    for await (const { id } of list) ids.push(id)
    return ids
  }
  const [first, second, third] = files
  expect(await listed(own.ann.files.list({ limit: 1 }))).toEqual([first, third, second])
  expect(await listed(own.ann.batches.list({ limit: 1 }))).toEqual([batches[0], batches[2], batches[1]])
  await expect(own.bob.batches.retrieve(batches[1]!)).rejects.toBeInstanceOf(NotFoundError)
  await expect(own.bob.files.list({ after: second! })).rejects.toBeInstanceOf(NotFoundError)
  expect(await own.ann.files.delete(second!)).toMatchObject({ id: second, deleted: true })
  await others.close()
})
