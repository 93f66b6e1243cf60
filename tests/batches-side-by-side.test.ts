import { bedrock } from '@modelgate/bedrock'
import { type BedrockBatchesOptions, bedrockBatches } from '@modelgate/bedrock/batch'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bucket,
  line,
  linesOf,
  model,
  roleArn,
  saidIn,
  startBatch,
  startBatchRig,
  untilEnded,
} from './batches/batch-rig.ts'

let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.close())

/** A gateway whose providers keep their batches in the one bucket, under the one prefix. */
function startRig(ids: readonly string[], options: Partial<BedrockBatchesOptions> = {}) {
  const place = { region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }
  return startBatchRig({
    simulator,
    gateway: {
      providers: ids.map(id => bedrock({ id, ...place })),
      routes: {},
      batches: { providers: ids.map(provider => bedrockBatches({ provider, ...place, bucket, roleArn, ...options })) },
    },
  })
}

const linesFor = (provider: string, count = 100) =>
  Array.from({ length: count }, (_, index) =>
    line(`r${index}`, `Say exactly: ${provider}`, { model: `${provider}/${model}` }),
  )

describe('providers that share a bucket', () => {
  it('list each file and batch once, whatever their ids begin with', async () => {
    await using rig = await startRig(['us', 'us-2'])
    const made = [await startBatch(rig.ann, linesFor('us')), await startBatch(rig.ann, linesFor('us-2'))]
    for (const order of ['asc', 'desc'] as const) {
      for (const limit of [1, 20]) {
        const files: string[] = []
        for await (const { id } of rig.ann.files.list({ order, limit })) files.push(id)
        expect(files.toSorted()).toEqual(made.map(each => each.input_file_id).toSorted())
      }
    }
    const batches: string[] = []
    for await (const { id } of rig.ann.batches.list({ limit: 1 })) batches.push(id)
    expect(batches.toSorted()).toEqual(made.map(({ id }) => id).toSorted())
  })

  it('leave small batches that were given back to gateways which have their provider', async () => {
    const running = { smallBatches: 'run', leaseMs: 200 } as const
    const first = await startRig(['us'], running)
    simulator.setFaults([{ match: { operation: 'converse', times: 4 }, fault: { kind: 'stall', afterFrames: 0 } }])
    const { id } = await startBatch(first.ann, linesFor('us', 6))
    await expect.poll(() => simulator.requests().filter(each => each.operation === 'converse').length).toBe(4)
    await first.gateway.close({ graceMs: 20 })
    await first[Symbol.asyncDispose]()
    const other = await startRig(['eu'], running)
    await new Promise(resolve => setTimeout(resolve, 500))
    await other[Symbol.asyncDispose]()
    await using next = await startRig(['us'], running)
    const { batch } = await untilEnded(next.ann, id, 5)
    const said = [...(await linesOf(next.ann, batch.output_file_id)).values()].map(saidIn)
    // Four were under way when their process ended.
    expect(said).toEqual(['us', 'us'])
  })
})
