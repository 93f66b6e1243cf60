import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import { isPromise } from '../is-promise.ts'
import type { CacheEntry, MaybeLater } from './cache-store.ts'

/** What is shorter gains less than its reader's time. */
const shortestBytes = 1_024
/** A tenth of what is carried and paid for is worth the reader's time. */
const worthShare = 0.9
const asItIs = 0
const zipped = 1

const zip = promisify(gzip)
const unzip = promisify(gunzip)

/** A value as a store across the network keeps it: a byte that says how, and the bytes, compressed where that pays. */
export async function packValue(value: Uint8Array): Promise<Uint8Array> {
  if (value.length >= shortestBytes) {
    const short = await zip(value, { level: constants.Z_BEST_SPEED })
    if (short.length < worthShare * value.length) return Buffer.concat([Uint8Array.of(zipped), short])
  }
  return Buffer.concat([Uint8Array.of(asItIs), value])
}

/** Something stands under a key that cannot be read, such as what another program wrote there: the store is well. */
export class UnreadableValue extends Error {
  override readonly name: string = unreadable
}

const unreadable = 'UnreadableValue'

/**
 * What {@link packValue} was given.
 * @throws {Error} `UnreadableValue` for bytes that it did not make, and for a value that is longer than `maxBytes`
 */
export async function unpackValue(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const [how] = packed
  if (how === asItIs) return packed.subarray(1)
  if (how !== zipped)
    throw new UnreadableValue(`A value in the cache begins with the byte ${how}, which says nothing; delete it.`)
  try {
    return await unzip(packed.subarray(1), { maxOutputLength: Math.max(1, maxBytes) })
  } catch (cause) {
    throw new UnreadableValue(`A value in the cache is damaged, or longer than ${maxBytes} bytes; delete it.`, {
      cause,
    })
  }
}

/**
 * What a store says of a key. Of one whose value cannot be read: no bytes, which are nobody's answer, so that one key costs no other its
 * store.
 */
export function readable(said: MaybeLater<CacheEntry | undefined>): MaybeLater<CacheEntry | undefined> {
  return isPromise(said) ? said.then(entry => entry, withoutValue) : said
}

function withoutValue(error: unknown): CacheEntry {
  if (isUnreadable(error)) return { value: new Uint8Array(0) }
  throw error
}

/** Whether a store says of one key alone that it has nothing to do with it. By the name: two copies of this module may live in one process. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof Error && error.name === unreadable
}
