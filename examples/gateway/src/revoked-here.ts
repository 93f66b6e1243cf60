import type { KeyAdmin, KeyRecord, KeyStore } from '@modelgate/core'

/** A store whose keys are refused here as soon as they are revoked here. */
interface RevokedHere {
  readonly admin: KeyAdmin
  /** To be asked before the store itself. */
  readonly store: KeyStore
}

/** For as long as `apiKeys()` lets a record stand in for a store that is down, and an index's lag. */
const keptMs = 360_000

/**
 * Remembers what is revoked through it: the door keeps what it has read of a store that it waits for, and would let such a key in until
 * that is old.
 * @param now milliseconds since 1970
 */
export function revokedHere(admin: KeyAdmin, now: () => number): RevokedHere {
  const revoked = new Map<string, { readonly record: KeyRecord; readonly until: number }>()

  function prune(): void {
    for (const [apiKeyHash, { until }] of revoked) if (until <= now()) revoked.delete(apiKeyHash)
  }

  return {
    admin: {
      ...admin,
      async revoke(apiKeyId) {
        const isThere = await admin.revoke(apiKeyId)
        const record = isThere ? await admin.get(apiKeyId) : undefined
        prune()
        if (record) revoked.set(record.apiKeyHash, { record: { ...record, active: false }, until: now() + keptMs })
        return isThere
      },
    },
    store: {
      findByHash(apiKeyHash) {
        const found = revoked.get(apiKeyHash)
        return found && now() < found.until ? found.record : undefined
      },
    },
  }
}
