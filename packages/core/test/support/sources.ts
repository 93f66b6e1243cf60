import type { FrameBatch, Provider } from '../../src/index.ts'
import { batchOfChunks, streamResult } from '../../src/index.ts'
import { chunkOf } from './chunks.ts'

/** A provider whose streams never end: each read brings another chunk of 16 KiB. `reads` counts how many were asked for. */
export function endlessProvider(): Provider<'us'> & { reads: number; closed: number } {
  const content = 'x'.repeat(16 * 1024)
  const provider: Provider<'us'> & { reads: number; closed: number } = {
    id: 'us',
    name: 'endless',
    reads: 0,
    closed: 0,
    handlers: {
      chat: call =>
        Promise.resolve(
          streamResult({
            batches: {
              next(): Promise<IteratorResult<FrameBatch>> {
                provider.reads += 1
                return Promise.resolve({ done: false, value: batchOfChunks([chunkOf({ content })]) })
              },
              return() {
                provider.closed += 1
                return Promise.resolve({ done: true, value: undefined })
              },
            },
            facts: { terminal: false },
            signal: call.signal,
            startedAt: call.context.startedAt,
          }),
        ),
    },
  }
  return provider
}
