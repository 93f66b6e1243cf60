import { cellName } from '../cells.ts'
import type { Contestant } from '../contestants.ts'
import type { Figures } from '../measure.ts'
import { ratioOf } from '../report.ts'
import type { CellResult } from '../run.ts'
import { barChartSvg } from './bar-chart.ts'

interface Chart {
  readonly file: string
  readonly cell: string
  readonly figure: keyof Figures
  readonly title: string
  readonly unit: string
}

const charts: readonly Chart[] = [
  { file: 'openai-cpu', cell: 'openai whole 1KB c=32', figure: 'cpuUs', title: 'A call to OpenAI', unit: 'µs' },
  { file: 'bedrock-cpu', cell: 'bedrock whole 1KB c=32', figure: 'cpuUs', title: 'A call to Bedrock', unit: 'µs' },
  {
    file: 'openai-stream-cpu',
    cell: 'openai burst 1KB c=32',
    figure: 'cpuUs',
    title: 'A stream from OpenAI, 100 frames',
    unit: 'µs',
  },
  {
    file: 'bedrock-stream-cpu',
    cell: 'bedrock burst 1KB c=32',
    figure: 'cpuUs',
    title: 'A stream from Bedrock, 100 frames',
    unit: 'µs',
  },
  {
    file: 'bedrock-memory',
    cell: 'bedrock open 1KB c=1000',
    figure: 'kilobytesPerStream',
    title: 'An open stream from Bedrock',
    unit: 'KB',
  },
]

const subtitles: Readonly<Partial<Record<keyof Figures, string>>> = {
  cpuUs: 'CPU of the process; less is better. In brackets: times the bare proxy',
  kilobytesPerStream: 'Memory that it adds; less is better. In brackets: times the bare proxy',
}

const labels: Readonly<Partial<Record<Contestant, string>>> = {
  bare: 'bare proxy on Node',
  'bare-policy': '… with a least policy',
  'bare-telemetry': '… with least telemetry',
  modelgate: 'Modelgate',
  'modelgate-policy': '… limits and log on',
  'modelgate-telemetry': '… all telemetry on',
  'do-it-yourself': 'the vendor’s client',
  portkey: 'Portkey 1.15.2',
}

/** An SVG for each chart whose cell was measured and says something, by its file's name. */
export function chartsOf(results: readonly CellResult[]): Map<string, string> {
  const drawn = new Map<string, string>()
  for (const { file, cell, figure, title, unit } of charts) {
    const result = results.find(each => cellName(each.cell) === cell)
    if (!result || result.void !== undefined) continue
    const shown = result.cell.contestants.filter(name => labels[name] !== undefined && result.figures[name])
    const bars = shown
      .map(name => {
        const value = result.figures[name]?.[figure] ?? Number.NaN
        const ratio = ratioOf(result, figure, [name, 'bare']).toFixed(2)
        return {
          label: labels[name]!,
          value,
          text: `${value.toFixed(0)} ${unit} (${ratio})`,
          isOurs: name.startsWith('modelgate'),
        }
      })
      .sort((one, other) => one.value - other.value)
    drawn.set(`${file}.svg`, barChartSvg({ title, subtitle: subtitles[figure] ?? '', bars }))
  }
  return drawn
}
