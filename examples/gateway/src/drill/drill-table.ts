import type { DrillRow } from './drill-row.ts'

const head = ['story', 'route', 'client saw', 'ms', 'upstream calls', 'US$', 'verdict'] as const

/** The rows as a table of Markdown, which reads as well in a terminal. */
export function drillTable(rows: readonly DrillRow[]): string {
  const cells = [head, ...rows.map(cellsOf)]
  const widths = head.map((_name, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`
  const [first = head, ...rest] = cells
  return [line(first), rule, ...rest.map(line)].join('\n')
}

function cellsOf(row: DrillRow): readonly string[] {
  const { story, route, saw, ms, upstreamCalls, means, ok, broken } = row
  const calls = Object.entries(upstreamCalls).map(([target, count]) => `${target} ×${count}`)
  const verdict = ok ? (means ? `ok; ${means}` : 'ok') : `NOT OK: ${broken.join('; ')}`
  return [story, route, saw, String(ms), calls.join(', ') || 'none', usdCell(row), verdict].map(cell =>
    cell.replaceAll('|', '\\|'),
  )
}

/** `~` before an estimate, `?` where no price is known. */
function usdCell({ usd, isEstimate }: DrillRow): string {
  if (usd === undefined) return '–'
  if (usd === null) return '?'
  return `${isEstimate ? '~' : ''}${usd === 0 ? '0' : usd.toFixed(7)}`
}
