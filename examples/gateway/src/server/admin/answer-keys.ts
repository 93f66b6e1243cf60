import { GatewayError, type KeyRecord } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'
import type { AdministeredKeys } from './administered-keys.ts'
import { type KeyPlace, keyView } from './key-view.ts'
import { makeNewKey, readBudget } from './new-key.ts'

/** Seconds until every other instance has seen what was changed here: of a table when what was read of it is old. */
const seenWithin: Readonly<Record<KeyPlace, number>> = { memory: 0, table: 60 }

const defaultLimit = 100
const mostKeys = 1_000

/** `POST /api/v1/admin/keys`: a new key, told this once, in the table, or where there is none in this process alone. */
export async function createKey(asked: Asked, { keys, now, ...known }: AppParts): Promise<Answer> {
  const { key, record } = makeNewKey(await asked.body(), known, now())
  const store = keys.find(({ keptIn }) => keptIn === 'table') ?? keys[0]
  if (!store) throw noStore()
  for (const other of keys)
    if (other !== store && (await other.admin.get(record.apiKeyId))) throw taken(record.apiKeyId)
  await store.admin.put(record)
  const { keptIn } = store
  return { status: 201, body: { key, ...keyView(record, keptIn, now()) }, about: record.apiKeyId }
}

/** `GET /api/v1/admin/keys?user=&limit=&cursor=`: those at hand, then those of the table. */
export async function listKeys({ query }: Asked, { keys, now }: AppParts): Promise<Answer> {
  const user = query.get('user')
  if (user !== null && !isIndexed(user)) {
    throw new GatewayError('invalid_request', `user: must have 1 to ${longestId} characters.`, { param: 'user' })
  }
  const shown = (keptIn: KeyPlace) => (record: KeyRecord) => keyView(record, keptIn, now())
  if (user !== null) {
    const lists = await Promise.all(
      keys.map(async ({ admin, keptIn }) => (await admin.listByUser(user)).map(shown(keptIn))),
    )
    return { status: 200, body: { object: 'list', data: lists.flat(), nextCursor: null } }
  }
  if (keys.length === 0) throw noStore()
  const limit = limitOf(query.get('limit'))
  let [place, within] = cursorOf(query.get('cursor'), keys)
  const data: object[] = []
  let nextCursor: string | null = null
  // A page goes on with the next store where one has no more: a list that begins empty reads as if there were no keys.
  for (let store = keys[place]; store && data.length < limit; store = keys[++place], within = undefined) {
    const { records, cursor } = await store.admin.list({ limit: limit - data.length, cursor: within })
    data.push(...records.map(shown(store.keptIn)))
    nextCursor = cursor === undefined ? (place + 1 < keys.length ? `${place + 1}:` : null) : `${place}:${cursor}`
    if (cursor !== undefined) break
  }
  return { status: 200, body: { object: 'list', data, nextCursor } }
}

/** `GET /api/v1/admin/keys/{apiKeyId}` */
export async function retrieveKey({ params }: Asked, { keys, now }: AppParts): Promise<Answer> {
  const apiKeyId = idIn(params)
  for (const { admin, keptIn } of keys) {
    const record = await admin.get(apiKeyId)
    if (record) return { status: 200, body: keyView(record, keptIn, now()) }
  }
  throw unknownKey(apiKeyId)
}

/** `DELETE /api/v1/admin/keys/{apiKeyId}`: the key is refused from then on; its record stays, so that logs still name it. */
export async function revokeKey({ params }: Asked, { keys }: AppParts): Promise<Answer> {
  const apiKeyId = idIn(params)
  for (const { admin, keptIn } of keys) {
    if (!(await admin.revoke(apiKeyId))) continue
    const body = { apiKeyId, state: 'revoked', keptIn, seenWithinSeconds: seenWithin[keptIn] }
    return { status: 200, body }
  }
  throw unknownKey(apiKeyId)
}

/** `POST /api/v1/admin/keys/{apiKeyId}/budget`: what calls with it may cost from then on; what was spent stays spent. */
export async function setKeyBudget({ params, body }: Asked, { keys, now }: AppParts): Promise<Answer> {
  const apiKeyId = idIn(params)
  const budget = readBudget(await body())
  for (const { admin, keptIn } of keys) {
    if (!(await admin.setBudget?.(apiKeyId, budget))) continue
    const record = await admin.get(apiKeyId)
    if (record) return { status: 200, body: keyView(record, keptIn, now()) }
  }
  throw unknownKey(apiKeyId)
}

/** As many characters as surely fit the 2,048 bytes of a key in DynamoDB, which fails for longer ones. */
const longestId = 512

function isIndexed(text: string): boolean {
  return text.length >= 1 && text.length <= longestId
}

function idIn({ apiKeyId = '' }: Asked['params']): string {
  if (!isIndexed(apiKeyId)) throw unknownKey(apiKeyId)
  return apiKeyId
}

function limitOf(text: string | null): number {
  if (text === null) return defaultLimit
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= 1 && limit <= mostKeys) return limit
  throw new GatewayError('invalid_request', `limit: must be a whole number from 1 to ${mostKeys}.`, { param: 'limit' })
}

/** `<place of the store>:<its own cursor>`. */
function cursorOf(text: string | null, keys: readonly AdministeredKeys[]): [number, string | undefined] {
  if (text === null) return [0, undefined]
  const [, place, cursor] = /^(\d):(.{0,512})$/.exec(text) ?? []
  if (place !== undefined && Number(place) < keys.length) return [Number(place), cursor || undefined]
  throw new GatewayError('invalid_request', 'cursor: must be the `nextCursor` of the page before.', { param: 'cursor' })
}

function taken(apiKeyId: string): GatewayError {
  const message = `apiKeyId: '${apiKeyId}' is taken; revoke that key, or give this one another id.`
  return new GatewayError('invalid_request', message, { param: 'apiKeyId', status: 409 })
}

function unknownKey(apiKeyId: string): GatewayError {
  const message = `There is no key '${apiKeyId.slice(0, 128)}' that can be administered here: GET /api/v1/admin/keys lists those there are.`
  return new GatewayError('not_found', message, { param: 'apiKeyId' })
}

function noStore(): GatewayError {
  return new GatewayError('not_found', 'This gateway has no store of keys that can be administered.')
}
