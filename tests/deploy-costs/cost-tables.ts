import { type Deployment, deployments, type Line, modelLine, tasksFor } from './deployments.ts'
import { prices } from './prices.ts'
import { call, loadOf, rates } from './workload.ts'

/** The chapter on costs in `docs/deploy.md`: every figure in it, and the formula that it comes from. */
export function costTables(): string {
  return [loads(), ...deployments.map(bill), table('', [modelLine]), priceList()].join('\n\n')
}

function loads(): string {
  const all = rates.map(loadOf)
  return [
    `A call has ${text(call.inputTokens)} tokens in and ${call.outputTokens} out, takes ${call.seconds} s, and is streamed as ${call.answerKb} KB.`,
    'Calls come day and night, a month has H = 730 hours.',
    '',
    head('', 'how'),
    row('R, calls a minute', '', rates.map(text)),
    row(
      'N, calls a month',
      'R × 60 × H',
      all.map(({ calls }) => text(calls)),
    ),
    row(
      'C, calls under way at once',
      `R / 60 × ${call.seconds} s, rounded up`,
      all.map(({ concurrency }) => text(concurrency)),
    ),
    row(
      'T, tasks of the container',
      'below',
      all.map(load => text(tasksFor(load))),
    ),
  ].join('\n')
}

function bill({ name, lines }: Deployment): string {
  const sum: Line = {
    what: '**In all, without the model**',
    formula: '',
    usd: load => lines.reduce((total, { usd }) => total + usd(load), 0),
  }
  const each: Line = {
    what: '… a thousand calls',
    formula: '1000 / N',
    usd: load => (sum.usd(load) / load.calls) * 1_000,
  }
  const shares = rates.map(loadOf).map(load => percent(sum.usd(load) / modelLine.usd(load)))
  return `${table(`**${name}**\n\n`, [...lines, sum, each])}\n${row('… of what the model takes', '', shares)}`
}

function table(before: string, lines: readonly Line[]): string {
  const rows = lines.map(({ what, formula, usd }) =>
    row(
      what,
      formula,
      rates.map(rate => dollars(usd(loadOf(rate)))),
    ),
  )
  return `${before}${[head('USD a month', 'formula'), ...rows].join('\n')}`
}

function priceList(): string {
  const rows = Object.values(prices).map(({ symbol, of, usd }) => `| ${symbol} | ${of} | ${decimal(usd)} |`)
  return ['| symbol | price of | USD |', '| --- | --- | ---: |', ...rows].join('\n')
}

function head(first: string, second: string): string {
  const columns = rates.map(rate => `${text(rate)} a minute`)
  return `| ${first} | ${second} | ${columns.join(' | ')} |\n| --- | --- |${' ---: |'.repeat(rates.length)}`
}

const row = (what: string, formula: string, figures: readonly string[]): string =>
  `| ${what} | ${formula} | ${figures.join(' | ')} |`

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const text = (value: number): string => value.toLocaleString('en-US')

const dollars = (usd: number): string =>
  usd.toLocaleString('en-US', { minimumFractionDigits: usd < 10 ? 2 : 0, maximumFractionDigits: usd < 10 ? 2 : 0 })

/** Without an exponent: 0.0000002. */
const decimal = (usd: number): string => usd.toLocaleString('en-US', { maximumFractionDigits: 12 })
