import type { CallFacts } from '../call-facts.ts'
import type { Candidate } from '../candidate.ts'

/** By what calls stay together: a member of the request in its own spelling, or who calls. */
export type StickyBy = 'prompt_cache_key' | 'user' | 'userId' | 'tenant'

/** Callers choose keys, of any length; what goes beyond tells nobody apart. */
const maxKeyLength = 512

/**
 * The targets in the order of a key, by weighted rendezvous hashing: the same key has the same order, keys are spread by weight, and where
 * a target is taken away or added only the keys move that were or will be its own. Those of weight 0 come last.
 * @see https://en.wikipedia.org/wiki/Rendezvous_hashing
 */
export function stickyOrder(candidates: readonly Candidate[], key: string): readonly Candidate[] {
  const start = hash(key.slice(0, maxKeyLength), offset)
  return candidates
    .map(candidate => ({ candidate, score: score(candidate, start) }))
    .sort((a, b) => b.score - a.score)
    .map(({ candidate }) => candidate)
}

/** What a call is kept by; `undefined` where nothing tells, and the route's own order holds. */
export function stickyKey(facts: CallFacts, by: StickyBy | undefined): string | undefined {
  const { principal } = facts.call.context
  const keys: Readonly<Record<StickyBy, () => unknown>> = {
    prompt_cache_key: () => facts.member('prompt_cache_key'),
    user: () => text(facts.member('safety_identifier')) ?? facts.member('user'),
    userId: () => principal?.userId,
    tenant: () => principal?.tenant,
  }
  if (by !== undefined) return text(keys[by]())
  return text(keys.prompt_cache_key()) ?? text(keys.user()) ?? text(keys.userId()) ?? text(keys.tenant())
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function score({ name, weight }: Candidate, start: number): number {
  if (weight <= 0) return 0
  const point = (mix(hash(name, start)) + 0.5) / 2 ** 32
  return -weight / Math.log(point)
}

const offset = 0x811c9dc5

/** FNV-1a over UTF-16 units. */
function hash(words: string, start: number): number {
  let value = start
  for (let at = 0; at < words.length; at += 1) value = Math.imul(value ^ words.charCodeAt(at), 0x01000193)
  return value >>> 0
}

/** MurmurHash3's last step: names that differ in one character must score far apart. */
function mix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
