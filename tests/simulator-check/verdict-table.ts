import type { Suite, Verdict } from './check-rules.ts'

/** Verdicts as rows that can be printed as they come: the columns are as wide as all rows will need them. */
export interface VerdictTable {
  readonly head: string
  row(verdict: Verdict): string
}

/** So many letters the two columns of prose have between them, however narrow the terminal is. */
const leastProse = 40

/** A table for a terminal of so many columns: what the translator does and what it is told are shortened to fit, faults are not. */
export function verdictTable(suites: readonly Suite[], columns: number): VerdictTable {
  const lane = widest(['lane', ...suites.map(suite => suite.lane)])
  const rule = widest(['rule', ...suites.flatMap(({ rules, wrong }) => [...rules, ...Object.keys(wrong)])])
  const does = widest([
    'a translator that',
    ...suites.flatMap(({ wrong }) => Object.values(wrong).map(step => step.wrong)),
  ])
  const prose = Math.max(leastProse, columns - (lane + rule + 'status'.length + 4 * gap.length))
  const wrong = Math.min(does, Math.floor(prose * 0.6))
  const widths = [lane, rule, wrong, 'status'.length, prose - wrong]
  const line = (...cells: readonly string[]) =>
    cells
      .map((cell, column) => shortened(cell.replaceAll(/\s+/g, ' '), widths[column] ?? 0))
      .join(gap)
      .trimEnd()
  return {
    head: line('lane', 'rule', 'a translator that', 'status', 'is told'),
    row({ fault, ...verdict }) {
      const told = line(verdict.lane, verdict.rule, verdict.wrong, String(verdict.status ?? '-'), verdict.says)
      return fault === undefined ? told : `${told}\n${gap}FAULT: ${fault}`
    },
  }
}

const gap = '  '

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(text => text.length))
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`
}
