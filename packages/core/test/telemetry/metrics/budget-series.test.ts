import { describe, expect, it } from 'vitest'
import { apiKeys, createGateway, memoryKeyStore, type Principal, prometheusText } from '../../../src/index.ts'
import { BoundedNames } from '../../../src/telemetry/metrics/bounded-names.ts'
import { BudgetSeries } from '../../../src/telemetry/metrics/budget-series.ts'
import { scriptedProvider } from '../../../src/testing/index.ts'
import { chatRequest, turns } from '../../support/calls.ts'

const budget = (of: 'key' | 'user' | 'tenant', name: string, spentUsd: number, limitUsd = 10) => ({
  of,
  name,
  period: 'day' as const,
  limitUsd,
  spentUsd,
})

describe('budgets in metrics', () => {
  it('have so many names, and the fullest of the others stands for them', () => {
    const series = new BudgetSeries(new BoundedNames(['acme'], 0), 1)
    const known = [
      budget('key', 'a', 1),
      budget('key', 'b', 2),
      budget('key', 'c', 30, 100),
      budget('key', 'd', 0, 0),
      budget('tenant', 'acme', 1),
      budget('tenant', '__proto__', 3),
    ]
    expect(series.snapshot(known)).toEqual([
      budget('key', 'a', 1),
      budget('key', 'other', 30, 100),
      budget('tenant', 'acme', 1),
      budget('tenant', 'other', 3),
    ])
    expect(series.snapshot([budget('key', 'z', 9), budget('key', 'a', 4)])).toEqual([
      budget('key', 'other', 9),
      budget('key', 'a', 4),
    ])
    expect(series.snapshot([])).toBeUndefined()
  })

  it('name no user, who may be a person', () => {
    const series = new BudgetSeries(new BoundedNames([], 9), 9)
    expect(series.snapshot([budget('user', 'acme/ann@example.com', 1)])).toEqual([budget('user', 'other', 1)])
  })

  it('stand in a snapshot and in Prometheus’ text as gauges, by ids and never by keys', async () => {
    const record = { key: 'a-secret-of-acme', apiKeyId: 'search', tenant: 'acme', budget: { usdPerDay: 5 } }
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['hi'])],
      auth: apiKeys(memoryKeyStore([record])),
      budgets: { tenants: { acme: { usdPerMonth: 100, usdPerDay: 20 } } },
      metrics: true,
    })
    const [principal]: [Principal] = [{ tenant: 'acme', keyId: 'search', budget: record.budget }]
    expect(gateway.metrics()).not.toHaveProperty('budgets')
    await gateway.chat({ ...chatRequest(), model: 'us/nova' }, { principal })
    await turns()
    const { spentUsd = Number.NaN } = gateway.metrics()?.budgets?.[0] ?? {}
    expect(spentUsd).toBeCloseTo(3 * 1e-6 + 2 * 2e-6, 9)
    expect(gateway.metrics()?.budgets).toEqual([
      { of: 'key', name: 'search', period: 'day', limitUsd: 5, spentUsd },
      { of: 'tenant', name: 'acme', period: 'day', limitUsd: 20, spentUsd },
      { of: 'tenant', name: 'acme', period: 'month', limitUsd: 100, spentUsd },
    ])
    const text = prometheusText(gateway.metrics()!)
    const labels = 'modelgate_budget_of="tenant",modelgate_budget_holder="acme",modelgate_budget_period="month"'
    expect(text).toContain('# TYPE modelgate_budget_limit_usd gauge\n')
    expect(text).toContain(`modelgate_budget_limit_usd{${labels}} 100\n`)
    expect(text).toContain(`modelgate_budget_spent_usd{${labels}} ${spentUsd}\n`)
    expect(text).not.toContain(record.key)
    await gateway.close()
  })
})
