import { strict as assert } from 'node:assert'
import type { LimitDecision, LimitWindow, Settlement } from '../../limits/limit-store.ts'
import { type MemoryLimitStore, memoryLimitStore } from '../../limits/memory-limit-store.ts'
import type { LimitStoreRig } from '../limit-store-rig.ts'
import { seededRandom } from '../seeded-random.ts'
import { perHour, perMinute, type RigCase, tokensPerMinute } from './limit-store-case.ts'

const quotas: readonly (readonly LimitWindow[])[] = [
  [perMinute(6), perHour(25), tokensPerMinute(400)],
  [perMinute(6), perHour(25), tokensPerMinute(400)],
  [perMinute(3), perHour(25), tokensPerMinute(250)],
  [tokensPerMinute(400)],
  [perMinute(6)],
]
const subjects = ['key:a', 'key:b']
const waits = [0, 0, 1, 900, 4_999, 5_000, 12_000, 61_000, 66_000, 400_000, 4_000_000]

/** Calls and settlements as a seed makes them, to a store and to memory. */
class Comparison {
  readonly #rig: LimitStoreRig
  readonly #random: () => number
  readonly #memory: MemoryLimitStore
  #open: { readonly theirs: Settlement; readonly ours: Settlement }[] = []

  constructor(rig: LimitStoreRig, seed: number) {
    this.#rig = rig
    this.#random = seededRandom(seed)
    this.#memory = memoryLimitStore({ now: rig.clock.now })
  }

  /** Both answers to the next call. */
  async next(): Promise<{ readonly theirs: LimitDecision; readonly ours: LimitDecision }> {
    this.#rig.clock.advance(this.#pick(waits))
    const store = this.#random() < 0.5 ? this.#rig.store : (this.#rig.other ?? this.#rig.store)
    const subject = this.#pick(subjects)
    const ended = this.#end(subject)
    if (this.#random() < 0.3) {
      await store.settle(ended.map(({ theirs }) => theirs))
      this.#memory.settle(ended.splice(0).map(({ ours }) => ours))
    }
    const reservation = { subject, windows: this.#pick(quotas), tokens: Math.floor(this.#random() * 120) }
    const settlements = { theirs: ended.map(({ theirs }) => theirs), ours: ended.map(({ ours }) => ours) }
    const theirs = await store.reserve(reservation, settlements.theirs)
    const ours = this.#memory.reserve(reservation, settlements.ours)
    if (theirs.allowed && ours.allowed) {
      const tokens = Math.floor((this.#random() * 1.3 - 1) * reservation.tokens)
      const settled = { subject, windows: reservation.windows, tokens }
      this.#open.push({ theirs: { ...settled, slot: theirs.slot }, ours: { ...settled, slot: ours.slot } })
    }
    return { theirs, ours }
  }

  /** Some of a subject's calls that are under way end. */
  #end(subject: string) {
    const ended = this.#open.filter(({ ours }) => ours.subject === subject && this.#random() < 0.5)
    this.#open = this.#open.filter(call => !ended.includes(call))
    return ended
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!
  }
}

async function compare(rig: LimitStoreRig, facts: (decision: LimitDecision) => unknown): Promise<void> {
  for (let seed = 1; seed <= 4; seed += 1) {
    const comparison = new Comparison(rig, seed)
    for (let call = 1; call <= 60; call += 1) {
      const { theirs, ours } = await comparison.next()
      assert.deepEqual(facts(theirs), facts(ours), `Call ${call} of seed ${seed}`)
    }
    // The next seed begins with nothing counted.
    rig.clock.advance(48 * 3_600_000)
  }
}

/** The memory store is what all others are held to. */
export const oracleCases: readonly RigCase[] = [
  {
    name: 'it lets in and refuses what memory does',
    run: rig => compare(rig, decision => [decision.allowed, decision.allowed ? [] : decision.exceeded]),
  },
  {
    name: 'it tells of every decision what memory does',
    run: rig =>
      compare(rig, decision => [decision.windows, decision.allowed ? 'let in' : `after ${decision.retryAfterMs} ms`]),
  },
]
