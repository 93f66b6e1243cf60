import type { Operation, Result } from './contract.ts'

/**
 * Closes what nobody waits for any more: a stream, and its upstream with it. Never rejects: nobody is there to catch what a provider's or a
 * layer's own stream fails of, and the process would end.
 */
export async function abandonResult(result: Result<Operation>): Promise<void> {
  if (result.kind !== 'stream') return
  try {
    await result.batches[Symbol.asyncIterator]().return?.()
  } catch {
    // It is gone already.
  }
}
