import { startSimulator } from '@modelgate/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BatchBook } from '../../src/batch/batch-book.ts'
import { lazyClients } from '../../src/batch/batch-clients.ts'
import { ObjectStore } from '../../src/batch/object-store.ts'

let simulator: Awaited<ReturnType<typeof startSimulator>>
let books: BatchBook[]
const opened: ReturnType<typeof lazyClients>[] = []

beforeAll(async () => {
  simulator = await startSimulator()
  const { url: endpoint, credential: credentials } = simulator
  books = Array.from({ length: 8 }, () => {
    const clients = lazyClients({ endpoint, credentials, region: 'us-east-1' })
    opened.push(clients)
    return new BatchBook(new ObjectStore(clients, { bucket: 'books', prefix: '' }))
  })
})
afterAll(async () => {
  await Promise.all(opened.map(clients => clients.close()))
  await simulator.close()
})

const batch = {
  id: 'batch_bedrock_1',
  inputFileId: 'f',
  endpoint: '/v1/chat/completions',
  metadata: null,
  createdAt: 1,
  principal: null,
  model: 'm',
  target: { provider: 'bedrock', model: 'm' },
  total: 1,
  runsHere: false,
  invocationType: 'Converse' as const,
}

describe('the book of batches', () => {
  it('says of one writer that it was it, though all write the same at once', async () => {
    const added = await Promise.all(books.map(book => book.add('t', batch)))
    expect(added.filter(({ isChanged }) => isChanged)).toHaveLength(1)
    const end = { status: 'completed' as const, at: 2, counts: { total: 1, completed: 1, failed: 0 }, costUsd: 0 }
    const ended = await Promise.all(
      books.map(book => book.change('t', batch.id, stored => (stored.end ? undefined : { end }))),
    )
    expect(ended.filter(({ isChanged }) => isChanged)).toHaveLength(1)
    expect(ended.map(each => each.batch.end)).toEqual(books.map(() => end))
  })
})
