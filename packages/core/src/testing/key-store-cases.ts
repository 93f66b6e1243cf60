import { strict as assert } from 'node:assert'
import { hashKey } from '../auth/hash-key.ts'
import type { KeyAdmin } from '../auth/key-admin.ts'
import type { KeyRecord, KeyStore } from '../auth/key-store.ts'
import type { PortCase } from './port-cases.ts'

/** One promise of a key store, for any test framework. */
export type KeyStoreCase = PortCase

/** A store made for one case, and disposed after it. */
export interface KeyStoreRig extends Partial<AsyncDisposable> {
  readonly store: KeyStore
  /** Absent for a store that is not administered through us. */
  readonly admin?: KeyAdmin | undefined
}

/** Makes a store that holds these records and no other. */
export type MakeKeyStore = (records: readonly KeyRecord[]) => KeyStoreRig | Promise<KeyStoreRig>

/** A record with every member there is. */
const whole: KeyRecord = {
  apiKeyId: 'key-whole',
  apiKeyHash: hashKey('whole'),
  userId: 'ann',
  tenant: 'acme',
  tier: 'premium',
  permissions: ['completions', 'admin'],
  allowedRoutes: ['fast', 'us/amazon.nova-lite-v1:0'],
  active: true,
  createdAt: '2026-01-02T03:04:05.000Z',
  expiresAt: '2099-01-01T00:00:00.000Z',
  rateLimit: { requestsPerMinute: 10, requestsPerHour: 100, tokensPerMinute: 50_000, maxConcurrentCalls: 2 },
  budget: { usdPerDay: 2.5, usdPerMonth: 40 },
  maxTokens: 4_096,
}
/** One with as few as there may be. */
const bare: KeyRecord = { apiKeyId: 'key-bare', apiKeyHash: hashKey('bare'), userId: 'bob' }
const numbered = (index: number): KeyRecord => ({
  apiKeyId: `key-${index}`,
  apiKeyHash: hashKey(`key ${index}`),
  userId: index % 2 === 0 ? 'even' : 'odd',
})

/** An index may lag behind its table: what is written is seen in the end. */
type Seen = (look: () => Promise<void>) => Promise<void>

function patient(lagMs: number): Seen {
  return async look => {
    for (const startedAt = performance.now(); ; ) {
      try {
        return await look()
      } catch (fault) {
        if (performance.now() - startedAt > lagMs) throw fault
      }
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
}

/** `undefined` members say nothing, and a store may leave them out. */
function said(record: KeyRecord | undefined): unknown {
  return record && JSON.parse(JSON.stringify({ ...record, active: record.active ?? true }))
}

interface LookUpCase {
  readonly name: string
  readonly records: readonly KeyRecord[]
  readonly run: (store: KeyStore) => Promise<void>
}

const lookUps: readonly LookUpCase[] = [
  {
    name: 'finds a record by its hash, with every member it was kept with',
    records: [bare, whole],
    run: async store => assert.deepEqual(said(await store.findByHash(whole.apiKeyHash)), said(whole)),
  },
  {
    name: 'finds a record that says no more than it must',
    records: [bare, whole],
    async run(store) {
      const found = await store.findByHash(bare.apiKeyHash)
      // An index by date may want one.
      assert.deepEqual(said(found && { ...found, createdAt: undefined }), said(bare))
    },
  },
  {
    name: 'finds nothing for another hash, for a part of one, for a key itself and for what is no hash',
    records: [whole],
    async run(store) {
      for (const other of [hashKey('other'), whole.apiKeyHash.slice(0, 63), 'whole', '', '__proto__', 'key-whole']) {
        // An index takes no empty value; whatever a store says to that, it is no record.
        const found = await Promise.resolve()
          .then(() => store.findByHash(other))
          .catch(() => undefined)
        assert.equal(found, undefined)
      }
    },
  },
  {
    name: 'hands over revoked and expired records as they stand',
    records: [
      { ...whole, active: false },
      { ...bare, expiresAt: '2001-01-01T00:00:00.000Z' },
    ],
    async run(store) {
      assert.equal((await store.findByHash(whole.apiKeyHash))?.active, false)
      assert.equal((await store.findByHash(bare.apiKeyHash))?.expiresAt, '2001-01-01T00:00:00.000Z')
    },
  },
]

interface AdminCase {
  readonly name: string
  readonly run: (rig: { readonly store: KeyStore; readonly admin: KeyAdmin; readonly seen: Seen }) => Promise<void>
}

const administration: readonly AdminCase[] = [
  {
    name: 'keeps a new record, which is then found by its id and by its hash',
    async run({ store, admin, seen }) {
      await admin.put(whole)
      assert.deepEqual(said(await admin.get(whole.apiKeyId)), said(whole))
      await seen(async () => assert.deepEqual(said(await store.findByHash(whole.apiKeyHash)), said(whole)))
    },
  },
  {
    name: 'never overwrites a record: an id that is taken is refused with 409',
    async run({ admin }) {
      await admin.put(whole)
      const again = admin.put({ ...bare, apiKeyId: whole.apiKeyId })
      await assert.rejects(again, { code: 'invalid_request', status: 409, param: 'apiKeyId' })
      assert.deepEqual(said(await admin.get(whole.apiKeyId)), said(whole))
    },
  },
  {
    name: 'revokes a record and keeps it, twice without complaint',
    async run({ store, admin, seen }) {
      await admin.put(whole)
      assert.equal(await admin.revoke(whole.apiKeyId), true)
      assert.deepEqual(said(await admin.get(whole.apiKeyId)), said({ ...whole, active: false }))
      await seen(async () => assert.equal((await store.findByHash(whole.apiKeyHash))?.active, false))
      assert.equal(await admin.revoke(whole.apiKeyId), true)
    },
  },
  {
    name: 'gives a record another budget, or none, where it can, and changes nothing else',
    async run({ admin }) {
      if (!admin.setBudget) return
      await admin.put({ ...whole, budget: { usdPerDay: 1 } })
      assert.equal(await admin.setBudget(whole.apiKeyId, { usdPerMonth: 0.25 }), true)
      assert.deepEqual(said(await admin.get(whole.apiKeyId)), said({ ...whole, budget: { usdPerMonth: 0.25 } }))
      assert.equal(await admin.setBudget(whole.apiKeyId, undefined), true)
      assert.equal((await admin.get(whole.apiKeyId))?.budget, undefined)
      assert.equal(await admin.setBudget('nobody', { usdPerDay: 1 }), false)
      assert.equal(await admin.get('nobody'), undefined)
    },
  },
  {
    name: 'says so where there is nothing to revoke, and makes nothing of it',
    async run({ admin }) {
      assert.equal(await admin.revoke('nobody'), false)
      assert.equal(await admin.get('nobody'), undefined)
      assert.deepEqual((await admin.list()).records, [])
    },
  },
  {
    name: "lists a user's records, and nobody else's",
    async run({ admin, seen }) {
      for (let index = 0; index < 5; index += 1) await admin.put(numbered(index))
      const idsOf = async (userId: string): Promise<string[]> =>
        (await admin.listByUser(userId)).map(({ apiKeyId }) => apiKeyId).sort()
      await seen(async () => assert.deepEqual(await idsOf('even'), ['key-0', 'key-2', 'key-4']))
      assert.deepEqual(await idsOf('nobody'), [])
    },
  },
  {
    name: 'lists every record once over its pages, none longer than its limit',
    async run({ admin }) {
      for (let index = 0; index < 7; index += 1) await admin.put(numbered(index))
      const ids: string[] = []
      let cursor: string | undefined
      do {
        const page = await admin.list({ limit: 3, cursor })
        assert.ok(page.records.length <= 3)
        ids.push(...page.records.map(({ apiKeyId }) => apiKeyId))
        cursor = page.cursor
      } while (cursor !== undefined)
      assert.deepEqual(
        ids.sort(),
        Array.from({ length: 7 }, (_, index) => `key-${index}`),
      )
    },
  },
]

/**
 * The conformance suite of the key store's port, as data: what every store keeps, ours or yours.
 * @param make called for each case
 * @param options `administered`: whether the store has a {@link KeyAdmin}, whose cases then run as well, default true;
 *   `lagMs`: how far its indexes may lag, default 5,000. Only a case that fails waits it out.
 * @example for (const { name, run } of keyStoreCases(makeStore)) it(name, run)
 */
export function keyStoreCases(
  make: MakeKeyStore,
  options: { readonly administered?: boolean | undefined; readonly lagMs?: number | undefined } = {},
): readonly KeyStoreCase[] {
  const { administered = true, lagMs = 5_000 } = options
  const seen = patient(lagMs)
  const cases = lookUps.map(({ name, records, run }) => ({
    name,
    run: () => withRig(make, records, rig => seen(() => run(rig.store))),
  }))
  if (!administered) return cases
  const more = administration.map(({ name, run }) => ({
    name,
    run: () =>
      withRig(make, [], ({ store, admin }) => {
        assert.ok(admin, 'The rig has no admin; pass { administered: false } for a store without one.')
        return run({ store, admin, seen })
      }),
  }))
  return [...cases, ...more]
}

async function withRig(
  make: MakeKeyStore,
  records: readonly KeyRecord[],
  run: (rig: KeyStoreRig) => Promise<void>,
): Promise<void> {
  const rig = await make(records)
  try {
    await run(rig)
  } finally {
    await rig[Symbol.asyncDispose]?.()
  }
}
