import { apiKeys, memoryBudgetStore, memoryKeyStore } from '@modelgate/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type BatchRig,
  line,
  model,
  numbered,
  startBatch,
  startBatchRig,
  startSimulatedRig,
  untilEnded,
  upload,
} from './batches/batch-rig.ts'

const completions = { endpoint: '/v1/chat/completions', completion_window: '24h' } as const
const tenant = { of: 'tenant', name: 'a' } as const
const store = memoryBudgetStore()

const gatewayWith = (usdPerMonth: number) => ({
  auth: apiKeys(
    memoryKeyStore([
      { key: 'key-of-ann', apiKeyId: 'k1', userId: 'ann', tenant: 'a' },
      { key: 'key-of-bob', apiKeyId: 'k2', userId: 'bob', tenant: 'b' },
    ]),
  ),
  budgets: { store, tenants: { a: { usdPerMonth } } },
})

let rig: Awaited<ReturnType<typeof startSimulatedRig>>
beforeAll(async () => {
  rig = await startSimulatedRig({ gateway: gatewayWith(10) })
})
beforeEach(async () => {
  rig.simulator.reset()
  rig.reports.length = 0
  await rig.gateway.budgets.reset(tenant)
})
afterAll(() => rig[Symbol.asyncDispose]())

const spent = async (of: BatchRig = rig) => (await of.gateway.budgets.spending(tenant)).usdThisMonth
const capped = (count: number, cap: number) =>
  Array.from({ length: count }, (_, index) => line(`r${index}`, `Say exactly: ${index}`, { max_tokens: cap }))
const costOf = (of: BatchRig, id: string) => of.reports.find(({ callId }) => callId === id)?.costUsd ?? Number.NaN

describe('a batch under a budget', () => {
  it('reserves the most it may cost, at half the price, and is charged what it cost', async () => {
    const lines = capped(100, 1_000)
    const { id } = await startBatch(rig.ann, lines)
    // Nova Lite: 0.06 and 0.24 dollars a million tokens, as calls; a prompt has no more tokens than its line has bytes.
    const bytes = lines.reduce((sum, each) => sum + each.length, 0)
    expect(await spent()).toBeCloseTo((bytes * 0.06 + 100_000 * 0.24) / 2 / 1_000_000, 8)
    await untilEnded(rig.ann, id)
    expect(costOf(rig, id)).toBeGreaterThan(0)
    expect(await spent()).toBeCloseTo(costOf(rig, id), 8)
    await rig.ann.batches.retrieve(id)
    expect(await spent()).toBeCloseTo(costOf(rig, id), 8)
  })

  it('is settled by whichever gateway sees its end', async () => {
    const { id } = await startBatch(rig.ann, capped(100, 1_000))
    const reserved = await spent()
    await using other = await startBatchRig({ simulator: rig.simulator, gateway: gatewayWith(10) })
    await Promise.all([untilEnded(other.ann, id), untilEnded(rig.ann, id)])
    const cost = [rig, other].flatMap(({ reports }) => reports).filter(({ callId }) => callId === id)
    expect(cost).toHaveLength(1)
    await Promise.all([rig, other].map(({ gateway }) => gateway.budgets.spending(tenant)))
    expect(await spent(other)).toBeLessThan(reserved)
    expect(await spent()).toBeCloseTo(cost[0]?.costUsd ?? Number.NaN, 8)
  })

  it('is charged what it cost where another process sees its end that shares no store with the first: nothing is given back there', async () => {
    const apart = () => ({ ...gatewayWith(10), budgets: { tenants: { a: { usdPerMonth: 10 } } } })
    await using one = await startBatchRig({ simulator: rig.simulator, gateway: apart() })
    await using other = await startBatchRig({ simulator: rig.simulator, gateway: apart() })
    const { id } = await startBatch(one.ann, capped(100, 1_000))
    await startBatch(other.ann, capped(100, 500))
    const before = await spent(other)
    await untilEnded(other.ann, id)
    expect(await spent(other)).toBeCloseTo(before + costOf(other, id), 8)
  })

  it('that has no room for it is refused: no batch, no job, nothing charged', async () => {
    await using poor = await startBatchRig({ simulator: rig.simulator, gateway: gatewayWith(0.01) })
    await expect(startBatch(poor.ann, capped(100, 1_000))).rejects.toMatchObject({
      status: 429,
      code: 'budget_exceeded',
    })
    expect((await poor.ann.batches.list()).data).toEqual([])
    expect(rig.simulator.requests().filter(({ operation }) => operation === 'create-job')).toEqual([])
    expect(await spent(poor)).toBe(0)
  })

  it('has a cap for each of its answers: requests without one get it, unless the file was of a key without a budget', async () => {
    const { id } = await startBatch(rig.ann, numbered(100))
    expect(await spent()).toBeGreaterThan((100 * 4_096 * 0.24) / 2 / 1_000_000)
    await untilEnded(rig.ann, id)

    await using before = await startBatchRig({ simulator: rig.simulator })
    const file = await upload(before.ann, numbered(100))
    await expect(rig.ann.batches.create({ ...completions, input_file_id: file.id })).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/has no output cap.*under a budget/),
    })
  })

  it('counts pictures as such, and not by their few bytes', async () => {
    const content = [
      {
        type: 'image_url',
        image_url: {
          url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        },
      },
    ]
    const lines = Array.from({ length: 100 }, (_, index) =>
      line(`r${index}`, '', { max_tokens: 10, messages: [{ role: 'user', content }] }),
    )
    await startBatch(rig.ann, lines)
    expect(await spent()).toBeGreaterThan((100 * 40_000 * 0.06) / 2 / 1_000_000)
  })

  it('is charged once for one idempotency key, also where the budget has no room for another', async () => {
    await using poor = await startBatchRig({ simulator: rig.simulator, gateway: gatewayWith(0.02) })
    const { id } = await upload(poor.ann, capped(100, 1_000))
    const create = () =>
      poor.ann.batches.create({ ...completions, input_file_id: id }, { headers: { 'Idempotency-Key': 'one' } })
    const first = await create()
    const reserved = await spent(poor)
    expect((await create()).id).toBe(first.id)
    expect(await spent(poor)).toBe(reserved)
  })

  it('that costs nothing gives all back: one that failed, and one that Bedrock refuses', async () => {
    rig.simulator.setJobs({ minimumRecords: 500 })
    await untilEnded(rig.ann, (await startBatch(rig.ann, capped(100, 1_000))).id)
    expect(await spent()).toBe(0)
    rig.simulator.setFaults([{ match: { operation: 'create-job' }, fault: { kind: 'status', status: 403 } }])
    await expect(startBatch(rig.ann, capped(100, 1_000))).rejects.toMatchObject({ status: 502 })
    expect(await spent()).toBe(0)
  })

  it('stays charged with what was reserved where nobody knows the cost', async () => {
    const gateway = { ...gatewayWith(10), budgets: { ...gatewayWith(10).budgets, onUnknownPrice: 'allow' as const } }
    const unpriced = 'amazon.titan-text-express-v1'
    await using open = await startBatchRig({ simulator: rig.simulator, gateway })
    const { id } = await startBatch(
      open.ann,
      capped(100, 1_000).map(each => each.replaceAll(model, unpriced)),
    )
    const reserved = await spent(open)
    expect(reserved).toBeGreaterThan(0)
    await untilEnded(open.ann, id)
    expect(open.reports.find(({ callId }) => callId === id)?.costUsd).toBeNull()
    expect(await spent(open)).toBe(reserved)
  })

  it('is charged by its calls where the gateway runs it itself', async () => {
    await using small = await startBatchRig({
      simulator: rig.simulator,
      gateway: gatewayWith(10),
      batches: { smallBatches: 'run' },
    })
    const { id } = await startBatch(small.ann, capped(5, 50))
    await untilEnded(small.ann, id, 5)
    const calls = small.reports.filter(({ operation }) => operation === 'chat')
    expect(calls).toHaveLength(5)
    expect(await spent(small)).toBeCloseTo(
      calls.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
      8,
    )
  })
})
