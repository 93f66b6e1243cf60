import type { KeyRecord } from '@modelgate/core'

/** Where a key is kept: the table, or this process's memory, which begins with the configuration at each start. */
export type KeyPlace = 'table' | 'memory'

/** A key as administrators see it: neither the key nor its hash. */
export interface KeyView extends Omit<KeyRecord, 'apiKeyHash'> {
  readonly state: 'active' | 'revoked' | 'expired'
  readonly keptIn: KeyPlace
}

export function keyView(record: KeyRecord, keptIn: KeyPlace, now: number): KeyView {
  const { apiKeyHash: _hash, ...shown } = record
  const isExpired = record.expiresAt !== undefined && !(now < Date.parse(record.expiresAt))
  return { ...shown, state: record.active === false ? 'revoked' : isExpired ? 'expired' : 'active', keptIn }
}
