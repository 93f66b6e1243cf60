import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'

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

/**
 * What {@link packValue} was given.
 * @throws {Error} for bytes that it did not make, and for a value that is longer than `maxBytes`
 */
export async function unpackValue(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const [how] = packed
  if (how === zipped) return await unzip(packed.subarray(1), { maxOutputLength: Math.max(1, maxBytes) })
  if (how === asItIs) return packed.subarray(1)
  throw new Error(`A value in the cache begins with the byte ${how}, which says nothing; delete it.`)
}
