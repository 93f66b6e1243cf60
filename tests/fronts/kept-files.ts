import { Buffer } from 'node:buffer'
import type { BatchProvider } from '@modelgate/core'

const unasked = (): Promise<never> => Promise.reject(new Error('Nobody should ask this.'))

/** Keeps the file it is given last, and what a batch is said to have made of it: bytes that are no text. */
export function keptFiles(made: Uint8Array): BatchProvider {
  const kept = { object: 'file', created_at: 1, purpose: 'batch', status: 'processed' } as const
  return {
    provider: 'openai',
    owns: id => id === 'file-1',
    async createFile({ filename, lines }) {
      let bytes = 0
      for await (const line of lines) bytes += line.bytes.length
      return { ...kept, id: 'file-1', bytes, filename }
    },
    async content() {
      return { length: made.length, bytes: inTwo(made) }
    },
    deleteFile: id => Promise.resolve({ id, object: 'file', deleted: true }),
    file: id => Promise.resolve({ ...kept, id, bytes: made.length, filename: 'made.jsonl' }),
    files: unasked,
    createBatch: unasked,
    batch: unasked,
    batches: unasked,
    cancelBatch: unasked,
  }
}

async function* inTwo(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  const half = Math.floor(bytes.length / 2)
  yield Buffer.from(bytes.subarray(0, half))
  yield Buffer.from(bytes.subarray(half))
}
