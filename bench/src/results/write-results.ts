import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cellName } from '../cells.ts'
import type { FailoverResult } from '../failover/failover-figures.ts'
import type { Machine } from '../machine/programs.ts'
import { judge } from '../report.ts'
import type { CellResult } from '../run.ts'
import { chartsOf } from './charts.ts'
import { resultsPage } from './results-table.ts'

type Dated = CellResult & { readonly at: string }

interface Written {
  readonly machine: Machine
  readonly results: readonly Dated[]
  readonly failover?: FailoverResult | undefined
}

const folder = new URL('../../results/', import.meta.url)

/**
 * Writes `bench/results`: every round in `latest.json`, a page, and charts. Cells that were not measured this time stay as they were, if
 * they were measured on the same machine.
 */
export function writeResults(machine: Machine, results: readonly CellResult[], failover?: FailoverResult): void {
  const earlier = writtenOn(machine)
  const at = new Date().toISOString()
  const merged = new Map(earlier?.results.map(result => [cellName(result.cell), result]))
  for (const result of results) merged.set(cellName(result.cell), { ...result, at })
  const all = [...merged.values()]
  mkdirSync(folder, { recursive: true })
  const written: Written = { machine, results: all, failover: failover ?? earlier?.failover }
  write('latest.json', `${JSON.stringify({ ...written, verdicts: judge(all) }, undefined, 1)}\n`)
  write('README.md', resultsPage(machine, all))
  for (const [file, svg] of chartsOf(all)) write(file, svg)
}

function writtenOn(machine: Machine): Written | undefined {
  try {
    const written = JSON.parse(readFileSync(new URL('latest.json', folder), 'utf8')) as Written
    return JSON.stringify(written.machine) === JSON.stringify(machine) && written.results.every(({ at }) => at)
      ? written
      : undefined
  } catch {
    return undefined
  }
}

function write(file: string, text: string): void {
  writeFileSync(new URL(file, folder), text)
}
