import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { ttlAttribute } from '../tables.ts'

/** An item as DynamoDB has it. */
export type Item = Record<string, AttributeValue>

/** What an entry says beside its value. */
export interface EntryHead {
  readonly key: string
  readonly owner: string | undefined
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Where the value is: in the item itself, or in parts of its own. */
export type ItemValue =
  | { readonly bytes: Uint8Array }
  | {
      /** Names the parts. */
      readonly id: string
      readonly parts: number
    }

/** An item of DynamoDB's is at most 400 KB, its names and keys included. */
export const longestPart = 390_000

/** Keys of entries and of parts begin differently: no entry's key is a part's. */
export const entryKey = (key: string): Item => ({ pk: { S: `entry:${key}` } })

/** The key of one part of an answer that is too large for one item. */
export const partKey = (id: string, at: number): Item => ({ pk: { S: `part:${id}:${at}` } })

/** The item of an answer, or of the claim to one. */
export function toEntryItem({ key, owner, expiresAt }: EntryHead, value: ItemValue): Item {
  return {
    ...entryKey(key),
    ...('bytes' in value ? { v: { B: value.bytes } } : { partsId: { S: value.id }, parts: { N: String(value.parts) } }),
    ...(owner !== undefined && { o: { S: owner } }),
    ...expiryOf(expiresAt),
  }
}

/** An item with one part of an answer that is too large for one. */
export function toPartItem(key: Item, bytes: Uint8Array, expiresAt: number): Item {
  return { ...key, v: { B: bytes }, ...expiryOf(expiresAt) }
}

function expiryOf(expiresAt: number): Item {
  return { x: { N: String(expiresAt) }, [ttlAttribute]: { N: String(Math.ceil(expiresAt / 1_000)) } }
}

/** What an item says; `undefined` where it has expired, though DynamoDB may take days to delete it. */
export function fromEntryItem(
  item: Item | undefined,
  now: number,
): { readonly owner: string | undefined; readonly value: ItemValue } | undefined {
  if (!item || !(Number(item.x?.N) > now)) return undefined
  const owner = item.o?.S
  if (item.v?.B) return { owner, value: { bytes: item.v.B } }
  const id = item.partsId?.S
  return id === undefined ? undefined : { owner, value: { id, parts: Number(item.parts?.N) } }
}
