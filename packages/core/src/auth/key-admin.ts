import type { Budget } from '../budget.ts'
import type { KeyRecord } from './key-store.ts'

/** One page of a store's records. */
export interface KeyPage {
  readonly records: readonly KeyRecord[]
  /** Where the next page begins; absent on the last. Means something to its store alone. */
  readonly cursor?: string | undefined
}

/**
 * What those who give out keys need of a store, beside the look-up. What is put or revoked here is seen by the gateway after a while:
 * its cache's time, and that of a store whose index lags.
 */
export interface KeyAdmin {
  /**
   * Keeps a new record.
   * @throws {GatewayError} `invalid_request` with status 409 where its `apiKeyId` is taken: a record is never overwritten.
   */
  put(record: KeyRecord): Promise<void>
  get(apiKeyId: string): Promise<KeyRecord | undefined>
  /** All of a user's records, revoked ones among them. */
  listByUser(userId: string): Promise<readonly KeyRecord[]>
  /**
   * Every record once over all pages, in no order.
   * @param page `limit`: records at most, default 100; `cursor`: that of the page before
   */
  list(page?: { readonly limit?: number | undefined; readonly cursor?: string | undefined }): Promise<KeyPage>
  /** Gives a record another budget, or none. False where there is no such record. Absent: this store cannot. */
  setBudget?(apiKeyId: string, budget: Budget | undefined): Promise<boolean>
  /** Makes a record inactive and keeps it, so that logs still name it. False where there is none; true where it was inactive already. */
  revoke(apiKeyId: string): Promise<boolean>
}

/** A record's `apiKeyId` stands once. The message goes to whoever administers keys. */
export const takenIdMessage = (apiKeyId: string): string =>
  `apiKeyId: '${apiKeyId}' is taken; revoke that key, or give this one another id.`
