import { describe, expect, it } from 'vitest'
import { cellName, cells } from '../src/cells.ts'
import { goals } from '../src/goals.ts'
import type { Figures } from '../src/measure.ts'
import { judge, ratioOf } from '../src/report.ts'
import type { CellResult } from '../src/run.ts'
import { median, quantile } from '../src/statistics.ts'

const cellOf = (name: string) => {
  const cell = cells.find(candidate => cellName(candidate) === name)
  if (!cell) throw new Error(`no cell is called ${name}`)
  return cell
}

/** A result in which the gateway's figures are these and everybody else's, the floor's too, are all 1. */
const result = (name: string, ...gateway: Figures[]): CellResult => {
  const cell = cellOf(name)
  const ones = (figures: Figures): Figures => Object.fromEntries(Object.keys(figures).map(key => [key, 1]))
  return {
    cell,
    figures: {},
    rounds: gateway.map(figures => ({
      ...Object.fromEntries(cell.contestants.map(contestant => [contestant, ones(figures)])),
      modelgate: figures,
    })),
  }
}

describe('a ratio', () => {
  it('is the median of the ratios within each round, so that a slow round counts for both', () => {
    const slowRound = { bare: { cpuUs: 300 }, modelgate: { cpuUs: 390 } }
    const rounds = [{ bare: { cpuUs: 100 }, modelgate: { cpuUs: 130 } }, slowRound, slowRound]
    const disturbed: CellResult = { cell: cellOf('openai whole 1KB c=32'), figures: {}, rounds }
    expect(ratioOf(disturbed, 'cpuUs', ['modelgate', 'bare'])).toBeCloseTo(1.3)
  })
})

describe('a verdict', () => {
  const verdictOf = (name: string, goal: string, figures: Figures, fault?: string) =>
    judge([{ ...result(name, figures), ...(fault !== undefined && { void: fault }) }]).find(each => each.goal === goal)
      ?.verdict

  it.each([
    [1.15, 'stretch'],
    [1.35, 'gate'],
    [1.36, 'missed'],
  ])('of CPU, of which less is better: %s is %s', (cpuUs, verdict) => {
    expect(verdictOf('openai whole 1KB c=32', 'OpenAI, CPU a request', { cpuUs, perSecond: 1 })).toBe(verdict)
  })

  it.each([
    [0.9, 'stretch'],
    [0.75, 'gate'],
    [0.74, 'missed'],
  ])('of throughput, of which more is better: %s is %s', (perSecond, verdict) => {
    expect(verdictOf('openai whole 1KB c=32', 'OpenAI, throughput', { cpuUs: 1, perSecond })).toBe(verdict)
  })

  it('is not told of contestants that were not asked', () => {
    const cell = { ...cellOf('openai whole 1KB c=32'), contestants: ['bare', 'modelgate'] as const }
    const one = { cpuUs: 1, perSecond: 1 }
    const verdicts = judge([{ cell, figures: {}, rounds: [{ bare: one, modelgate: one }] }])
    expect(verdicts.map(({ goal }) => goal)).toEqual(['OpenAI, CPU a request', 'OpenAI, throughput'])
  })

  it('is none of a cell that says nothing', () => {
    const figures = { cpuUs: 1, perSecond: 1 }
    expect(verdictOf('openai whole 1KB c=32', 'OpenAI, throughput', figures, 'too weak an upstream')).toBe('void')
  })
})

it('every goal is measured in a cell, by who is measured there', () => {
  for (const goal of goals) {
    const { contestants } = cellOf(cellName(goal.cell))
    expect(contestants).toEqual(expect.arrayContaining(['modelgate', goal.against ?? 'bare']))
  }
})

it('quantiles lie between the values', () => {
  expect(median([4, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(quantile([0, 10], 0.25)).toBe(2.5)
  expect(median([])).toBeNaN()
})
