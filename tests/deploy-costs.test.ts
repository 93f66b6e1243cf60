import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { costTables } from './deploy-costs/cost-tables.ts'
import { deployments, modelLine, tasksFor } from './deploy-costs/deployments.ts'
import { prices } from './deploy-costs/prices.ts'
import { withCosts } from './deploy-costs/with-costs.ts'
import { loadOf, rates } from './deploy-costs/workload.ts'

const markdown = readFileSync(new URL('../docs/deploy.md', import.meta.url), 'utf8')

describe('what docs/deploy.md says a deployment costs', () => {
  it('is what `pnpm costs` reckons', () => {
    expect(withCosts(markdown, costTables())).toBe(markdown)
  })

  it('names a price for every symbol in its formulas', () => {
    const variables = new Set(['N', 'H', 'R', 'C', 'T', 'A', 'max', 'min', 'GB', 'KB', 's', 'an', 'hour', 'vCPU', 'ms'])
    const lines = [...deployments.flatMap(({ lines }) => lines), modelLine]
    const symbols = lines.flatMap(({ formula }) => formula.match(/[A-Za-z][A-Za-z0-9]*/g) ?? [])
    const used = new Set(symbols.filter(symbol => !variables.has(symbol)))
    expect([...used].filter(symbol => !(symbol in prices))).toEqual([])
    expect(Object.keys(prices).filter(symbol => !used.has(symbol))).toEqual([])
    for (const [name, { symbol }] of Object.entries(prices)) expect(symbol).toBe(name)
  })

  it('is reckoned as the formulas beside it say', () => {
    const load = loadOf(100)
    const usd = (deployment: number, what: string): number =>
      deployments[deployment]?.lines.find(line => line.what.startsWith(what))?.usd(load) ?? Number.NaN
    expect(load).toEqual({ callsPerMinute: 100, hours: 730, calls: 4_380_000, concurrency: 9 })
    expect(usd(0, 'Lambda, time')).toBeCloseTo(4_380_000 * 5 * 0.5 * 0.000_013_333_4, 6)
    expect(usd(0, 'CloudFront, answers')).toBeCloseTo(4_380_000 * 0.000_075 * 0.085, 6)
    expect(usd(2, 'Tasks')).toBeCloseTo(2 * 730 * (0.5 * 0.032_38 + 0.003_56 + 0.005), 6)
    expect(usd(3, 'DynamoDB, writes')).toBeCloseTo(4_380_000 * 6 * 0.625e-6, 6)
    expect(rates.map(rate => tasksFor(loadOf(rate)))).toEqual([2, 2, 6])
  })

  it('is refused a place where there is none', () => {
    expect(() => withCosts('# Deploying', 'x')).toThrow('no')
  })
})
