import { setTimeout as sleep } from 'node:timers/promises'
import type { BatchGateway } from '@modelgate/core'
import { startSimulator } from '@modelgate/simulator'
import { expect, it } from 'vitest'
import { BatchBook } from '../../src/batch/batch-book.ts'
import { lazyClients } from '../../src/batch/batch-clients.ts'
import { JobApi } from '../../src/batch/job-api.ts'
import { JobBatches } from '../../src/batch/job-batches.ts'
import { takeLease } from '../../src/batch/leases.ts'
import { ObjectStore } from '../../src/batch/object-store.ts'
import { places } from '../../src/batch/places.ts'
import type { StoredBatch } from '../../src/batch/stored.ts'

class EndedJobs extends JobApi {
  override get = () => Promise.resolve({ status: 'Completed' })
}

/** What it streams comes when the test says so. */
class SlowStore extends ObjectStore {
  readonly gate: PromiseWithResolvers<void> = Promise.withResolvers()

  override async *stream(): AsyncGenerator<Uint8Array, void, void> {
    await this.gate.promise
    yield new Uint8Array()
  }
}

const gateway: BatchGateway = {
  chat: () => Promise.reject(new Error('No batch is run here.')),
  admit: () => Promise.resolve(undefined),
  release() {},
  costOf: () => null,
  ended() {},
  onError(error) {
    throw error
  },
}

const batch: StoredBatch = {
  id: `batch_bedrock_${'0'.repeat(24)}`,
  inputFileId: 'file-bedrock-1',
  endpoint: '/v1/chat/completions',
  metadata: null,
  createdAt: 1,
  principal: null,
  model: 'm',
  target: { provider: 'bedrock', model: 'm' },
  total: 1,
  runsHere: false,
  invocationType: 'Converse',
  change: '1',
  jobArn: 'arn:job',
}

it('results that take longer to be prepared than a lease lasts are still one process’s', async () => {
  const simulator = await startSimulator()
  try {
    const { url: endpoint, credential: credentials } = simulator
    const clients = lazyClients({ endpoint, credentials, region: 'us-east-1' })
    const store = new SlowStore(clients, { bucket: 'long-results', prefix: 'p/' })
    const leasing = { store, leaseMs: 300, now: Date.now }
    const jobs = new JobBatches({
      ...leasing,
      book: new BatchBook(store),
      api: new EndedJobs(clients),
      roleArn: 'arn:role',
      baseOf: model => model,
      gateway: () => gateway,
      finishWaitMs: 1,
    })
    await store.write(places.batch('open', batch.id), JSON.stringify(batch))
    expect((await jobs.look(batch)).status).toBe('finalizing')
    await sleep(600)
    expect(await takeLease(places.lease('open', batch.id), leasing)).toBeUndefined()
    store.gate.resolve()
    await jobs.close()
    const ended = await new BatchBook(store).batch('open', batch.id)
    expect(ended.end?.status).toBe('completed')
  } finally {
    await simulator.close()
  }
})

it('results are prepared once, also for who read the batch before it had ended, and looks on when it has', async () => {
  const simulator = await startSimulator()
  try {
    const { url: endpoint, credential: credentials } = simulator
    const clients = lazyClients({ endpoint, credentials, region: 'us-east-1' })
    const store = new ObjectStore(clients, { bucket: 'long-results', prefix: 'p/' })
    const jobs = new JobBatches({
      store,
      leaseMs: 60_000,
      now: Date.now,
      book: new BatchBook(store),
      api: new EndedJobs(clients),
      roleArn: 'arn:role',
      baseOf: model => model,
      gateway: () => gateway,
      finishWaitMs: 10_000,
    })
    await store.write(places.batch('open', batch.id), JSON.stringify(batch))
    await store.write(places.index('open', batch.inputFileId), '{"c":"a"}\n')
    const first = await jobs.look(batch)
    expect(first).toMatchObject({ status: 'completed', request_counts: { total: 1, completed: 0, failed: 1 } })
    const errors = places.file('open', first.error_file_id ?? '')
    await store.delete(errors)
    expect(await jobs.look(batch)).toEqual(first)
    expect(await store.read(errors)).toBeUndefined()
  } finally {
    await simulator.close()
  }
})
