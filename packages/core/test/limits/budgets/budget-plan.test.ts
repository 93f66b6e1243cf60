import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeRemaining } from '../../../src/limits/budgets/budget-headers.ts'
import { planBudgets } from '../../../src/limits/budgets/budget-plan.ts'
import { budgetInNanoUsd, costInNanoUsd, inUsd, usdText } from '../../../src/limits/budgets/nano-usd.ts'
import type { Principal } from '../../../src/principal.ts'

const five = { usdPerDay: 5 }

function planned(principal: Partial<Principal>, options: Parameters<typeof planBudgets>[0] = {}) {
  const plans = planBudgets(options)({ tenant: 'acme', ...principal })
  return plans?.map(({ subject, limits }) => [
    subject,
    ...limits.map(({ period, nanoUsd }) => `${period} ${inUsd(nanoUsd)}`),
  ])
}

describe('whose budgets a call must fit', () => {
  it.each<[string, Partial<Principal>, Parameters<typeof planBudgets>[0], unknown]>([
    ['nobody’s', { keyId: 'k' }, {}, undefined],
    ['its key’s', { keyId: 'k', userId: 'ann', budget: five }, {}, [['key:k', 'day 5']]],
    ['its user’s, without a key', { userId: 'ann', budget: five }, {}, [['user:acme/ann', 'day 5']]],
    ['its tenant’s own, without both', { budget: five }, {}, [['host:acme', 'day 5']]],
    ['that of each key', { keyId: 'k' }, { eachKey: five }, [['key:k', 'day 5']]],
    ['not that of each key, without one', { userId: 'ann' }, { eachKey: five }, undefined],
    [
      'its own in place of that of each key',
      { keyId: 'k', budget: { usdPerMonth: 1 } },
      { eachKey: five },
      [['key:k', 'month 1']],
    ],
    ['its tenant’s', {}, { tenants: { acme: five } }, [['tenant:acme', 'day 5']]],
    [
      'its tenant’s in place of that of each',
      {},
      { tenants: { acme: { usdPerDay: 1, usdPerMonth: 2 } }, eachTenant: five },
      [['tenant:acme', 'day 1', 'month 2']],
    ],
    [
      'that of each tenant, also of an odd name',
      { tenant: '__proto__' },
      { tenants: { acme: five }, eachTenant: { usdPerDay: 1 } },
      [['tenant:__proto__', 'day 1']],
    ],
    [
      'both',
      { keyId: 'k', budget: five },
      { eachTenant: { usdPerMonth: 9 } },
      [
        ['key:k', 'day 5'],
        ['tenant:acme', 'month 9'],
      ],
    ],
    ['no one’s that says nothing', { keyId: 'k', budget: {} }, { eachTenant: { usdPerDay: undefined } }, undefined],
  ])('%s', (_, principal, options, expected) => {
    expect(planned(principal, options)).toEqual(expected)
  })

  it('takes what is no amount for nothing, and what is without end for none', () => {
    const of = (usdPerDay: number) => planned({ keyId: 'k', budget: { usdPerDay } })
    expect([of(Number.NaN), of(-1), of(0)]).toEqual(Array(3).fill([['key:k', 'day 0']]))
    expect(of(Number.POSITIVE_INFINITY)).toBeUndefined()
    expect(of(1e300)).toEqual([['key:k', 'day 9000000']])
  })

  it('keeps names apart that only a slash parts, and shortens what no store takes', () => {
    const subject = (principal: Partial<Principal>) => planned({ ...principal, budget: five })?.[0]?.[0]
    expect(subject({ tenant: 'a/b', userId: 'c' })).not.toBe(subject({ tenant: 'a', userId: 'b/c' }))
    expect(subject({ keyId: 'k'.repeat(600) })).toMatch(/^sha256:[0-9a-f]{64}$/)
  })
})

describe('money in billionths', () => {
  it('is exact for what is written in decimals', () => {
    expect([0.000_035, 0.29, 1.1, 4.35].map(costInNanoUsd)).toEqual([35_000, 290_000_000, 1_100_000_000, 4_350_000_000])
    expect([0.000_035, 0.29, 1.1, 4.35].map(budgetInNanoUsd)).toEqual([
      35_000, 290_000_000, 1_100_000_000, 4_350_000_000,
    ])
  })

  it('is rounded up where it is a cost, and down where it is a budget', () => {
    expect([costInNanoUsd(1e-12), budgetInNanoUsd(1.9e-9), costInNanoUsd(0)]).toEqual([1, 1, 0])
  })

  it('is the same billionths again once it was read as dollars', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000_000_000 }), nanoUsd => {
        const usd = inUsd(nanoUsd)
        expect([costInNanoUsd(usd), budgetInNanoUsd(usd)]).toEqual([nanoUsd, nanoUsd])
      }),
      { examples: [[61], [66_805_878_351_557]] },
    )
  })

  it('remains as nothing, and not as less, where a call cost more than was left', () => {
    const headers = {}
    changeRemaining(headers, -5)
    expect(headers).toEqual({ 'x-modelgate-budget-remaining-usd': '0' })
  })

  it('is written out and read back whole', () => {
    const amount = fc.integer({ min: 0, max: 9_000_000_000_000_000 })
    fc.assert(
      fc.property(amount, nanoUsd => {
        const text = usdText(nanoUsd)
        expect(text).toMatch(/^\d+(\.\d*[1-9])?$/)
        const [whole = '', part = ''] = text.split('.')
        expect(Number(whole) * 1e9 + Number(part.padEnd(9, '0'))).toBe(nanoUsd)
      }),
    )
  })
})
