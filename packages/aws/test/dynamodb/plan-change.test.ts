import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countedIn,
  type LimitItem,
  type Meter,
  meters,
  spanKey,
  subWindowAt,
} from '../../src/dynamodb/limits/limit-item.ts'
import { planChange } from '../../src/dynamodb/limits/plan-change.ts'
import { toSpanUses } from '../../src/dynamodb/limits/span-use.ts'
import { MemoryLimitTable } from '../support/memory-limit-table.ts'

const windowMs = 2400
const subWindowMs = 100
const length = 25
const key = spanKey(windowMs, length)
const quotas = { requests: 9, tokens: 250 }

/** One write of an instance that saw the item some writes ago and whose clock is anywhere. */
const write = fc.record({
  seenWritesAgo: fc.constantFrom(0, 0, 0, 1, 1, 2, 5),
  /** It believes the item is not there. */
  forgotItem: fc.constantFrom(false, false, false, true),
  goneOn: fc.boolean(),
  elapsedSubWindows: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3, 12, 21, 24, 25, 26),
  behindSubWindows: fc.constantFrom(0, 0, 0, 0, 1, 3),
  /** Nothing: it only settles. */
  tokens: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 4 }),
  settled: fc.array(
    // In percent: of all doubles between two whole numbers, nearly all are next to nothing.
    fc.record({ callsAgo: fc.constantFrom(0, 0, 1, 2, 3, 5, 9), percent: fc.integer({ min: -100, max: 40 }) }),
    { maxLength: 2 },
  ),
})
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never

interface Call {
  readonly subWindow: number
  tokens: number
}

interface Settled {
  readonly call: Call
  readonly tokens: number
}

/** What must be in the item: counts by sub-window, all that ever were. */
class Model {
  newest = Number.NEGATIVE_INFINITY
  readonly calls: Call[] = []
  readonly #counts = { requests: new Map<number, number>(), tokens: new Map<number, number>() }

  /** What of these a limiter could say: no more given back of a call than it has. */
  settlements({ settled }: Write): Settled[] {
    const left = new Map<Call, number>()
    return settled.flatMap(({ callsAgo, percent }) => {
      const call = this.calls.at(-1 - callsAgo)
      if (!call) return []
      const tokens = Math.max(Math.trunc((call.tokens * percent) / 100), -(left.get(call) ?? call.tokens))
      left.set(call, (left.get(call) ?? call.tokens) + Math.min(0, tokens))
      return tokens === 0 ? [] : [{ call, tokens }]
    })
  }

  apply(newest: number, tokens: number | null, settled: readonly Settled[]): void {
    this.newest = newest
    for (const { call, tokens } of settled) {
      this.#add('tokens', tokens > 0 ? newest : call.subWindow, tokens)
      if (tokens < 0) call.tokens += tokens
    }
    if (tokens === null) return
    this.#add('requests', newest, 1)
    this.#add('tokens', newest, tokens)
    this.calls.push({ subWindow: newest, tokens })
  }

  kept(meter: Meter): [number, number][] {
    return Array.from({ length: length + 1 }, (_, index) => {
      const subWindow = this.newest - length + index
      return [subWindow, this.#counts[meter].get(subWindow) ?? 0]
    })
  }

  #add(meter: Meter, subWindow: number, amount: number): void {
    this.#counts[meter].set(subWindow, (this.#counts[meter].get(subWindow) ?? 0) + amount)
  }
}

function usesOf(tokens: number | null, settled: readonly Settled[]) {
  const windows = tokens === null ? [] : meters.map(meter => ({ meter, windowMs, quota: quotas[meter] }))
  const settlements = settled.map(({ call, tokens }) => ({
    subject: 'key:1',
    windows: [{ meter: 'tokens' as const, windowMs, quota: quotas.tokens }],
    slot: call.subWindow * subWindowMs,
    tokens,
  }))
  return toSpanUses({ windows, tokens: tokens ?? 0 }, settlements, undefined)
}

/** Carries out writes against a table and says how many were. */
async function play(writes: readonly Write[]): Promise<number> {
  const table = new MemoryLimitTable()
  const model = new Model()
  const views: (LimitItem | undefined)[] = [undefined]
  let subWindow = subWindowAt(1_750_000_000_000, windowMs)
  for (const one of writes) {
    subWindow += one.elapsedSubWindows
    const timeMs = (subWindow - one.behindSubWindows) * subWindowMs
    const settled = model.settlements(one)
    const uses = usesOf(one.tokens, settled)
    // A write that begins anew has no room to ask for: the store looks whether there is any.
    if (uses.length === 0 || uses[0]!.amounts.tokens > quotas.tokens) continue
    const item = one.forgotItem ? undefined : views[Math.max(0, views.length - 1 - one.seenWritesAgo)]
    const change = planChange(uses, { item, timeMs, goneOn: one.goneOn })
    const { applied, item: after } = await table.write({ pk: 'key:1', ...change })
    if (!applied) {
      expect(after).toEqual(views.at(-1))
      continue
    }
    const span = after.spans[key]!
    expect(span.newest).toBeGreaterThanOrEqual(Math.max(model.newest, subWindowAt(timeMs, windowMs)))
    model.apply(span.newest, one.tokens, settled)
    for (const meter of meters) {
      expect([...countedIn(span, span[meter])]).toEqual(model.kept(meter))
      expect(span[meter].used).toBe(model.kept(meter).reduce((sum, [, amount]) => sum + amount, 0))
      if (one.tokens !== null) expect(span[meter].used).toBeLessThanOrEqual(quotas[meter])
    }
    views.push(after)
  }
  return views.length - 1
}

describe('planChange', () => {
  it.each([
    ['in the newest sub-window', 0, 0],
    ['in the newest, when it goes on to the next', 0, 1],
    ['in one before the newest', 1, 1],
  ])('gives nothing back %s to an item that was made anew meanwhile', async (_, newestAt, writtenAt) => {
    const first = subWindowAt(1_750_000_000_000, windowMs)
    const timeAt = (at: number) => (first + at) * subWindowMs
    const table = new MemoryLimitTable()
    const count = async (tokens: number, at: number, item?: LimitItem) => {
      const change = planChange(usesOf(tokens, []), { item, timeMs: timeAt(at), goneOn: false })
      return (await table.write({ pk: 'key:1', ...change })).item
    }
    const seen = await count(50, 0)
    const item = newestAt > 0 ? await count(0, newestAt, seen) : seen
    table.delete('key:1')
    const anew = await count(1, 0)
    if (newestAt > 0) await count(0, newestAt, anew)
    const uses = usesOf(null, [{ call: { subWindow: first, tokens: 50 }, tokens: -50 }])
    const change = planChange(uses, { item, timeMs: timeAt(writtenAt), goneOn: false })
    expect(await table.write({ pk: 'key:1', ...change })).toMatchObject({ applied: false })
  })

  it('changes an item to nothing it should not hold, however old the view it was planned by', {
    timeout: 60_000,
  }, async () => {
    let applied = 0
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 20, maxLength: 120 }), async writes => {
        applied += await play(writes)
      }),
      { numRuns: 500 },
    )
    expect(applied).toBeGreaterThan(2000)
  })
})
