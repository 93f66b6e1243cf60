import { BedrockClient } from '@aws-sdk/client-bedrock'
import { S3Client } from '@aws-sdk/client-s3'
import { apiKeys, memoryKeyStore } from '@modelgate/core'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucket, line, startBatch, startBatchRig, untilEnded } from '../../../../tests/batches/batch-rig.ts'

/** What becomes of writes of objects whose key fits. */
interface Trouble {
  readonly key: RegExp
  /** Before it arrives, or after it was made: then nobody hears of it. */
  readonly when: 'before' | 'after'
  readonly status?: number
  /** Whether it is reads that it befalls. */
  readonly reads?: boolean
  /** So many pass before it. */
  after?: number
  left: number
}

let simulator: Simulator
let troubles: Trouble[] = []
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const user = { of: 'key', name: 'k1' } as const
const lines = Array.from({ length: 100 }, (_, index) =>
  line(`r${index}`, `Say exactly: ${index}`, { max_tokens: 1_000 }),
)

/** A gateway whose clients of S3 run into trouble. */
async function startTroubledRig(batches: object = {}) {
  const place = { region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }
  const s3 = new S3Client({ ...place, forcePathStyle: true, maxAttempts: 1 })
  s3.middlewareStack.add(
    next => async args => {
      const { Key = '', Body } = args.input as { readonly Key?: string; readonly Body?: unknown }
      const trouble = troubles.find(({ key, left, reads = false }) => {
        return left > 0 && reads === (Body === undefined) && key.test(Key)
      })
      if (!trouble || (trouble.after ?? 0) > 0) {
        if (trouble) trouble.after = (trouble.after ?? 0) - 1
        return next(args)
      }
      trouble.left -= 1
      if (trouble.when === 'after') await next(args)
      throw Object.assign(new Error('trouble'), { $metadata: { httpStatusCode: trouble.status } })
    },
    { step: 'initialize' },
  )
  const auth = apiKeys(
    memoryKeyStore([{ key: 'key-of-ann', apiKeyId: 'k1', tenant: 'a', budget: { usdPerMonth: 10 } }]),
  )
  const rig = await startBatchRig({
    simulator,
    gateway: { auth },
    batches: { clients: { s3, bedrock: new BedrockClient(place) }, bucket, ...batches },
  })
  return { ...rig, spent: async () => (await rig.gateway.budgets.spending(user)).usdThisMonth }
}

const batchKey = /batches\/[^/]+\.json$/

describe('a batch whose record', () => {
  it.each([
    ['S3 refuses', { when: 'before', status: 403 }],
    ['does not arrive', { when: 'before' }],
  ] as const)('%s is none, and what it reserved comes free', async (_what, trouble) => {
    await using rig = await startTroubledRig()
    troubles = [{ key: batchKey, left: 1, ...trouble }]
    await expect(startBatch(rig.ann, lines)).rejects.toThrow()
    expect(await rig.spent()).toBe(0)
    expect((await rig.ann.batches.list()).data).toEqual([])
    expect(simulator.requests().filter(({ operation }) => operation === 'create-job')).toEqual([])
  })

  it('was written though nobody said so runs, and is charged once', async () => {
    await using rig = await startTroubledRig()
    troubles = [{ key: batchKey, when: 'after', left: 1 }]
    const { id } = await startBatch(rig.ann, lines)
    expect(await rig.spent()).toBeGreaterThan(0.01)
    await untilEnded(rig.ann, id)
    expect((await rig.ann.batches.list()).data.map(batch => batch.id)).toEqual([id])
    const cost = rig.reports.find(({ callId }) => callId === id)?.costUsd ?? Number.NaN
    expect(await rig.spent()).toBeCloseTo(cost, 8)
  })

  it('may be there, and nobody can say: it stays charged, and the operator is told', async () => {
    await using rig = await startTroubledRig()
    troubles = [
      { key: batchKey, when: 'before', left: 1 },
      { key: batchKey, when: 'before', left: 2, reads: true },
    ]
    await expect(startBatch(rig.ann, lines)).rejects.toMatchObject({ status: 503 })
    expect(await rig.spent()).toBeGreaterThan(0.01)
    expect(rig.errors.map(String)).toEqual([
      expect.stringMatching(/did not say whether it kept the batch 'batch_bedrock_/),
    ])
  })

  it('cannot be told of its job runs all the same, once: nobody hears of an error', async () => {
    await using rig = await startTroubledRig()
    simulator.reset()
    troubles = [{ key: batchKey, when: 'before', status: 403, after: 1, left: 1 }]
    const { id, status } = await startBatch(rig.ann, lines)
    expect(status).toBe('validating')
    const { batch } = await untilEnded(rig.ann, id)
    expect(batch.status).toBe('completed')
    expect(await rig.spent()).toBeCloseTo(rig.reports.find(({ callId }) => callId === id)?.costUsd ?? Number.NaN, 8)
    const jobs = simulator.requests().filter(({ operation }) => operation === 'create-job')
    const tokens = jobs.map(({ body }) => (JSON.parse(body) as { clientRequestToken: string }).clientRequestToken)
    expect(new Set(tokens).size).toBe(1)
  })

  it.each(['before', 'after'] as const)(
    'loses the write of its end, %s it arrived: it is settled and reported once',
    async when => {
      await using rig = await startTroubledRig()
      troubles = [{ key: batchKey, when, after: 2, left: 1 }]
      const { id } = await startBatch(rig.ann, lines)
      const told = untilEnded(rig.ann, id)
      if (when === 'before') await expect(told).rejects.toMatchObject({ status: 503 })
      else await told
      expect((await untilEnded(rig.ann, id)).batch.status).toBe('completed')
      const reports = rig.reports.filter(({ callId }) => callId === id)
      expect(reports).toHaveLength(1)
      expect(await rig.spent()).toBeCloseTo(reports[0]?.costUsd ?? Number.NaN, 8)
    },
  )

  it('is run here keeps the answers under way when one of them cannot be kept', async () => {
    await using rig = await startTroubledRig({ smallBatches: 'run', concurrency: 3 })
    simulator.setFaults([
      { match: { operation: 'converse', times: 1 }, fault: { kind: 'delay', ms: 1 } },
      { match: { operation: 'converse' }, fault: { kind: 'delay', ms: 300 } },
    ])
    troubles = [{ key: /results\//, when: 'before', status: 403, left: 1 }]
    const { id } = await startBatch(rig.ann, lines.slice(0, 6))
    const { batch } = await untilEnded(rig.ann, id, 20)
    simulator.setFaults([])
    expect(batch.request_counts).toEqual({ total: 6, completed: 5, failed: 1 })
  })

  it('is kept is begun, though the mark by which others find it cannot be', async () => {
    await using rig = await startTroubledRig({ smallBatches: 'run' })
    troubles = [{ key: /running\//, when: 'before', left: 1 }]
    const { id } = await startBatch(rig.ann, lines.slice(0, 3))
    expect((await untilEnded(rig.ann, id, 5)).batch.request_counts).toEqual({ total: 3, completed: 3, failed: 0 })
    expect(rig.errors).toHaveLength(1)
  })
})
