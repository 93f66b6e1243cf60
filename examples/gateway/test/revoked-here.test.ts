import { hashKey, memoryKeyStore } from '@modelgate/core'
import { expect, it } from 'vitest'
import { revokedHere } from '../src/revoked-here.ts'

it('knows a key that was revoked through it for as long as an older record may stand in, and no other', async () => {
  let now = 1_000
  const keys = memoryKeyStore([{ key: 'a-key', apiKeyId: 'a' }])
  const { admin, store } = revokedHere(keys, () => now)
  expect(await admin.revoke('none')).toBe(false)
  expect(store.findByHash(hashKey('a-key'))).toBeUndefined()
  expect(await admin.revoke('a')).toBe(true)
  expect(store.findByHash(hashKey('a-key'))).toMatchObject({ apiKeyId: 'a', active: false })
  now += 360_000
  expect(store.findByHash(hashKey('a-key'))).toBeUndefined()
})
