import { describe, expect, it } from 'vitest'
import type { KeyRecord } from '../../src/auth/key-store.ts'
import { type MemoryKeyStore, memoryKeyStore } from '../../src/auth/memory-key-store.ts'
import { keyStoreCases, type MakeKeyStore } from '../../src/testing/index.ts'

const inMemory = (records: readonly KeyRecord[]): MemoryKeyStore =>
  memoryKeyStore(records.map(({ apiKeyHash, ...record }) => ({ ...record, keyHash: apiKeyHash })))

describe('memoryKeyStore keeps the promises of a key store', () => {
  const make: MakeKeyStore = records => {
    const store = inMemory(records)
    return { store, admin: store }
  }
  it.each(keyStoreCases(make))('$name', ({ run }) => run())
})

/** Each breaks one promise, and the suite has to say so. */
const broken: readonly [name: string, change: (store: MemoryKeyStore) => Partial<MemoryKeyStore>][] = [
  ['forgets limits', store => ({ findByHash: hash => without(store.findByHash(hash), 'rateLimit') })],
  ['forgets expiries', store => ({ findByHash: hash => without(store.findByHash(hash), 'expiresAt') })],
  ['hides revoked records', store => ({ findByHash: hash => activeOnly(store.findByHash(hash)) })],
  ['finds by prefix', store => ({ findByHash: hash => store.findByHash(hash.padEnd(64, '0')) ?? first(store, hash) })],
  ['overwrites', store => ({ put: record => store.put(record).catch(() => undefined) })],
  ['does not revoke', () => ({ revoke: async () => true })],
  ['revokes what there is not', store => ({ revoke: async id => (await store.revoke(id)) || true })],
  ["lists everybody's", store => ({ listByUser: async () => (await store.list()).records })],
  ['lists one page', store => ({ list: async page => ({ records: (await store.list(page)).records }) })],
  ['ignores the limit', store => ({ list: () => store.list() })],
]

function without(record: KeyRecord | undefined, member: keyof KeyRecord): KeyRecord | undefined {
  return record && { ...record, [member]: undefined }
}
function activeOnly(record: KeyRecord | undefined): KeyRecord | undefined {
  return record?.active === false ? undefined : record
}
function first(store: MemoryKeyStore, hash: string): KeyRecord | undefined {
  for (const digit of '0123456789abcdef') {
    const found = store.findByHash(hash + digit)
    if (found) return found
  }
  return undefined
}

describe('keyStoreCases', () => {
  it.each(broken)('catches a store that %s', async (_, change) => {
    const make: MakeKeyStore = records => {
      const store = inMemory(records)
      const wrong = { ...store, ...change(store) }
      return { store: wrong, admin: wrong }
    }
    const results = await Promise.allSettled(keyStoreCases(make, { lagMs: 30 }).map(({ run }) => run()))
    expect(results.filter(({ status }) => status === 'rejected')).not.toEqual([])
  })
})
