import { describe, expect, it, vi } from 'vitest'
import { type Call, completedOutcome, type Outcome, type Result } from '../../../src/index.ts'
import { budgetCalls } from '../../../src/limits/budgets/budget-calls.ts'
import { Budgeter } from '../../../src/limits/budgets/budgeter.ts'
import { memoryBudgetStore } from '../../../src/limits/budgets/memory-budget-store.ts'
import type { Principal } from '../../../src/principal.ts'
import { chatCall, rejection, turns } from '../../support/calls.ts'

const principal: Principal = { tenant: 'acme', keyId: 'k', budget: { usdPerDay: 1 } }
const completion = { id: 'c', object: 'chat.completion', created: 0, model: 'm', choices: [] } as const

function answer(settled: Promise<Outcome>): Result<'chat'> {
  return { kind: 'completion', completion: { value: { ...completion, choices: [] } }, settled }
}

/** What an attempt leaves in a call's context. */
function spend({ context }: Call, costUsd: number | null, code = '200'): void {
  const attempt = { target: 'us/m', code, durationMs: 1, costUsd }
  context.attempt = attempt
  if (code) context.attempts.push(attempt)
  context.spending.costUsd = costUsd
}

/** A call that may cost a tenth of a dollar, and what its key has spent when all is said. */
function rig() {
  const store = memoryBudgetStore()
  const budgeter = new Budgeter({ store, onError: vi.fn() })
  const layer = budgetCalls({
    budgeter,
    costBound: () => ({ usd: 0.1, unpriced: undefined }),
    onUnknownPrice: 'refuse',
    defaultTokens: 100,
  })
  const spentUsd = async () => (await budgeter.standing('key:k')).dayNanoUsd / 1e9
  return { layer, spentUsd, call: chatCall({ max_tokens: 5 }, { principal }) }
}

const done = Promise.resolve(completedOutcome({}))

describe('a call under a budget is charged', () => {
  it.each<[string, number, (call: Call) => void]>([
    ['nothing where no upstream was asked', 0, () => undefined],
    ['what its attempts have cost', 0.03, call => spend(call, 0.03)],
    ['more than it reserved, where it cost more', 0.4, call => spend(call, 0.4)],
    ['what it reserved, where its cost is not known', 0.1, call => spend(call, null)],
    ['what it reserved, while an attempt has not ended', 0.1, call => spend(call, 0, '')],
  ])('%s', async (_, expected, work) => {
    const { layer, spentUsd, call } = rig()
    await layer(call, async () => {
      work(call)
      return answer(done)
    })
    await turns()
    expect(await spentUsd()).toBeCloseTo(expected, 9)
  })

  it.each(['rejects', 'throws'] as const)('what it has cost where the layer below %s', async how => {
    const { layer, spentUsd, call } = rig()
    const failing = layer(call, () => {
      spend(call, 0.02, 'internal')
      if (how === 'throws') throw new Error('below')
      return Promise.reject(new Error('below'))
    })
    expect(await rejection(failing)).toMatchObject({ message: 'below' })
    expect(await spentUsd()).toBeCloseTo(0.02, 9)
  })

  it('at its end, and not before: what it may cost is reserved meanwhile', async () => {
    const { layer, spentUsd, call } = rig()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    await layer(call, async () => answer(promise))
    expect(await spentUsd()).toBeCloseTo(0.1, 9)
    spend(call, 0.05)
    resolve(completedOutcome({}))
    await turns()
    expect(await spentUsd()).toBeCloseTo(0.05, 9)
  })

  it('at the end of what goes on where its caller has left', async () => {
    const { layer, spentUsd, call } = rig()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    await rejection(
      layer(call, () => {
        spend(call, 0)
        call.context.goesOn = promise
        return Promise.reject(new Error('left'))
      }),
    )
    await turns()
    expect(await spentUsd()).toBeCloseTo(0.1, 9)
    spend(call, 0.07)
    resolve(completedOutcome({}))
    await turns()
    expect(await spentUsd()).toBeCloseTo(0.07, 9)
  })
})

it.each<[string, Parameters<typeof chatCall>[1]]>([
  ['nobody known', {}],
  ['a caller without a budget', { principal: { tenant: 'acme' } }],
  ['who pays itself', { principal, callerCredentials: { provider: 'us', owner: 'own:ann', identity: 'hash' } }],
])('the very call of %s is handed on, and nothing is reserved', async (_, context) => {
  const { layer, spentUsd } = rig()
  const call = chatCall({}, context)
  let seen: Call | undefined
  await layer(call, async passed => {
    seen = passed
    return answer(done)
  })
  expect(seen).toBe(call)
  expect(call.context.budget).toBeUndefined()
  expect(await spentUsd()).toBe(0)
})
