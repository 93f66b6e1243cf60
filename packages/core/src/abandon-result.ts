import type { Operation, Result } from './contract.ts'

/** Closes what nobody waits for any more: a stream, and its upstream with it. Rejects as closing does. */
export async function abandonResult(result: Result<Operation>): Promise<void> {
  if (result.kind === 'stream') await result.batches[Symbol.asyncIterator]().return?.()
}
