import { expect, it } from 'vitest'
import { type BatchProvider, createGateway } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest } from '../support/calls.ts'

const unasked = (): Promise<never> => Promise.reject(new Error('Nobody should ask this.'))

const batches: BatchProvider = {
  provider: 'us',
  owns: () => true,
  async createFile({ filename, lines }) {
    let bytes = 0
    for await (const line of lines) bytes += line.bytes.length
    return { id: 'file-1', object: 'file', bytes, created_at: 1, filename, purpose: 'batch', status: 'processed' }
  },
  file: unasked,
  files: unasked,
  deleteFile: unasked,
  content: unasked,
  createBatch: unasked,
  batch: unasked,
  batches: unasked,
  cancelBatch: unasked,
}

it('a gateway with batches says whose file it keeps, and serves all that it serves without them', async () => {
  const gateway = createGateway({
    providers: [scriptedProvider('us', ['hi'])],
    routes: { fast: ['us/nova'] },
    auth: () => ({ tenant: 'acme' }),
    batches: { providers: [batches] },
  })
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: chatRequest({ model: 'fast' }) }
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('file', new Blob([JSON.stringify(line)]), 'a.jsonl')
  const kept = await gateway.fetch('http://gateway.test/v1/files', { method: 'POST', body: form })
  expect(await kept.json()).toMatchObject({ id: 'file-1', filename: 'a.jsonl' })
  const told = ['route', 'provider', 'model'].map(name => kept.headers.get(`x-modelgate-${name}`))
  expect(told).toEqual(['fast', 'us', 'nova'])
  const body = JSON.stringify(chatRequest({ model: 'fast' }))
  const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', { method: 'POST', body })
  expect(answer.status).toBe(200)
})
