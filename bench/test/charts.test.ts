import { expect, it } from 'vitest'
import { cellName, cells } from '../src/cells.ts'
import { barChartSvg } from '../src/results/bar-chart.ts'
import { chartsOf } from '../src/results/charts.ts'

it('draws bars as long as their values, and escapes what is written', () => {
  const bar = { text: '', isOurs: false }
  const svg = barChartSvg({
    title: 'a < b & "c"',
    subtitle: '',
    bars: [
      { ...bar, label: 'one', value: 50 },
      { ...bar, label: 'two', value: 100, isOurs: true },
    ],
  })
  expect(svg).toContain('a &lt; b &amp; &quot;c&quot;')
  const lengths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(match => Number(match[1]))
  expect(lengths[1]).toBeCloseTo(2 * lengths[0]!)
})

it('draws what was measured and says something, the least first', () => {
  const cell = cells.find(each => cellName(each) === 'bedrock whole 1KB c=32')!
  const rounds = [{ bare: { cpuUs: 30 }, modelgate: { cpuUs: 90 }, portkey: { cpuUs: 600 } }]
  const result = { cell, rounds, figures: rounds[0]! }
  const [[file, svg]] = [...chartsOf([result])] as [[string, string]]
  expect(file).toBe('bedrock-cpu.svg')
  expect(svg).toMatch(/bare proxy.*Modelgate.*90 µs \(3\.00\).*Portkey.*600 µs \(20\.00\)/s)
  expect(chartsOf([{ ...result, void: 'too slow' }]).size).toBe(0)
})
