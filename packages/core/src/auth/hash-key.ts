import { createHmac, hash } from 'node:crypto'

/**
 * How a key is kept and looked up: SHA-256, or HMAC-SHA256 with a pepper, in lower-case hexadecimal. A key is 256 random bits, so a
 * fast hash is right: a slow one would only be a way to overload us.
 * @param pepper a secret that is kept elsewhere than the records, so that a list of records alone cannot be tried against weak keys
 */
export function hashKey(key: string, pepper?: string): string {
  return pepper === undefined ? hash('sha256', key, 'hex') : createHmac('sha256', pepper).update(key).digest('hex')
}

/** So many keys are remembered with their hashes, then all are forgotten: a prober's guesses must not fill the memory. */
const maxKept = 1_000
/** No key of anybody's is longer; a guess may be as long as a request's head. */
const longestKept = 256

/** The hash is what a call's authentication costs; the look-up, which knows of revocation, is made at every call all the same. */
export function keepHashes(hashOf: (key: string) => string | undefined): (key: string) => string | undefined {
  const kept = new Map<string, string>()
  return key => {
    const before = kept.get(key)
    if (before !== undefined) return before
    const hashed = hashOf(key)
    if (hashed === undefined || key.length > longestKept) return hashed
    if (kept.size >= maxKept) kept.clear()
    kept.set(key, hashed)
    return hashed
  }
}
