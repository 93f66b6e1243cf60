import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/contract.ts'
import { costOf } from '../../../src/cost/cost-of.ts'
import { CallFacts } from '../../../src/router/call-facts.ts'
import { leastCostOrder, type TargetCost } from '../../../src/router/strategies/least-cost.ts'
import { testCall } from '../../../src/testing/index.ts'
import { chatCall } from '../../support/calls.ts'
import { candidates } from '../../support/candidates.ts'

const prices: Readonly<Record<string, { input: number; output?: number }>> = {
  reader: { input: 0.1, output: 10 },
  writer: { input: 1, output: 1 },
  dear: { input: 20, output: 20 },
  free: { input: 0, output: 0 },
}
const costAt: TargetCost = ({ target }, usage) => {
  const price = prices[target.provider]
  return price ? costOf(usage, price) : null
}
const items = candidates({ unknown: 1, dear: 1, reader: 1, writer: 1 })
const order = (call: Call, of = items): string[] =>
  leastCostOrder(of, new CallFacts(call), costAt).map(({ target }) => target.provider)
const long = [{ role: 'user' as const, content: 'word '.repeat(20_000) }]

describe('leastCostOrder', () => {
  it('goes by what the call would cost: a long prompt where reading is cheap, a short one where writing is', () => {
    expect(order(chatCall())).toEqual(['writer', 'reader', 'dear', 'unknown'])
    expect(order(chatCall({ messages: long }))).toEqual(['reader', 'writer', 'dear', 'unknown'])
  })

  it('takes the cap for the length of the answer where that is less, and counts each answer', () => {
    const messages = [{ role: 'user' as const, content: 'word '.repeat(100) }]
    expect(order(chatCall({ messages }))[0]).toBe('writer')
    expect(order(chatCall({ messages, max_completion_tokens: 1 }))[0]).toBe('reader')
    expect(order(chatCall({ messages, max_completion_tokens: 1, n: 100 }))[0]).toBe('writer')
  })

  it('puts an unknown price last, which is not zero, and keeps the list where costs are the same', () => {
    expect(order(chatCall(), candidates({ unknown: 1, other: 1, free: 1 }))).toEqual(['free', 'unknown', 'other'])
  })

  it('counts no answer of embeddings', () => {
    expect(order(testCall('embeddings', { model: 'm', input: 'x'.repeat(100) }))[0]).toBe('reader')
  })
})
