import { type BatchGateway, isGatewayError } from '@modelgate/core'
import type { BatchBook, BookedBatch } from './batch-book.ts'
import type { StoredBatch } from './stored.ts'

/**
 * Keeps a new batch. Where it surely is not kept, what it reserved comes free; where nobody can say, it stays reserved, and the operator is told.
 * @throws {GatewayError} why it is not kept.
 */
export async function addBatch(
  book: BatchBook,
  tenant: string,
  given: Omit<StoredBatch, 'change'>,
  gateway: Pick<BatchGateway, 'release' | 'onError'>,
): Promise<BookedBatch> {
  try {
    return await book.add(tenant, given)
  } catch (error) {
    const there = await keptAfterAll(book, tenant, given.id, error)
    // Whose write arrived all the same, though its answer did not.
    if (there) return { batch: there, isChanged: true }
    if (there === undefined) gateway.release(given.reserved)
    else if (given.reserved) gateway.onError(stillReserved(given.id, error))
    throw error
  }
}

/** `undefined` where it is not there, `false` where that cannot be told. */
async function keptAfterAll(
  book: BatchBook,
  tenant: string,
  id: string,
  error: unknown,
): Promise<StoredBatch | undefined | false> {
  // A refusal says that nothing was written.
  if (isGatewayError(error) && error.code !== 'upstream_unavailable') return undefined
  return book.find(tenant, id).catch(() => false)
}

function stillReserved(id: string, cause: unknown): Error {
  const message = `The store of files did not say whether it kept the batch '${id}', so that what it may cost stays reserved of its budgets.`
  return new Error(message, { cause })
}
