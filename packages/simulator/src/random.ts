/** A source of numbers in [0, 1), the same for the same seed. */
export type Random = () => number

/** Mulberry32: small, seeded, good enough for fillers, ids and chunk sizes. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** FNV-1a over the text's UTF-16 units: a seed from any text. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** An integer from 0 up to and without `below`. */
export function integerBelow(random: Random, below: number): number {
  return Math.floor(random() * below)
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** A random name of letters and digits, as the tail of an id. */
export function randomName(random: Random, length: number): string {
  return Array.from({ length }, () => LETTERS[integerBelow(random, LETTERS.length)]).join('')
}

/** A version 4 UUID, as `x-amzn-requestid` carries. */
export function randomUuid(random: Random): string {
  const hex = (length: number) => Array.from({ length }, () => integerBelow(random, 16).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
}
