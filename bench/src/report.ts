import { cellName } from './cells.ts'
import type { Contestant } from './contestants.ts'
import { type Goal, goals, reaches } from './goals.ts'
import type { Figures } from './measure.ts'
import type { CellResult } from './run.ts'
import { median } from './statistics.ts'

/** How a goal came out. */
export interface Verdict {
  readonly goal: string
  readonly cell: string
  readonly gate: number
  readonly stretch: number
  readonly ratio: number
  /** `unable`: who it is compared with cannot do what the cell asks for. */
  readonly verdict: 'stretch' | 'gate' | 'missed' | 'void' | 'unable'
}

/** The median of the rounds' own ratios: what disturbed a round disturbed both who were compared in it. */
export function ratioOf(
  { rounds }: CellResult,
  figure: keyof Figures,
  [contestant, against]: readonly [Contestant, Contestant],
): number {
  return median(rounds.map(round => round[contestant]![figure]! / round[against]![figure]!))
}

export function judge(results: readonly CellResult[]): Verdict[] {
  return goals.flatMap(goal => {
    const name = cellName(goal.cell)
    const result = results.find(({ cell }) => cellName(cell) === name)
    if (!result) return []
    const { contestant = 'modelgate', against = 'bare', gate, stretch } = goal
    if (result.unable?.[against] !== undefined) {
      return [{ goal: goal.name, cell: name, gate, stretch, ratio: Number.NaN, verdict: 'unable' as const }]
    }
    // Where only some were asked.
    if (![contestant, against].every(name => result.cell.contestants.includes(name))) return []
    const ratio = ratioOf(result, goal.figure, [contestant, against])
    return [{ goal: goal.name, cell: name, gate, stretch, ratio, verdict: verdictOf(goal, result, ratio) }]
  })
}

function verdictOf(goal: Goal, result: CellResult, ratio: number): Verdict['verdict'] {
  if (result.void !== undefined) return 'void'
  if (reaches(goal, ratio, goal.stretch)) return 'stretch'
  return reaches(goal, ratio, goal.gate) ? 'gate' : 'missed'
}

const figureNames: readonly (readonly [keyof Figures, string, digits: number])[] = [
  ['cpuUs', 'CPU µs', 1],
  ['perSecond', 'per s', 0],
  ['medianUs', 'p50 µs', 0],
  ['firstContentUs', 'first content µs', 0],
  ['frameDelayUs', 'frame p50 µs', 0],
  ['frameDelayP99Us', 'frame p99 µs', 0],
  ['kilobytesPerStream', 'KB a stream', 0],
  ['sentPerRead', 'frames sent for one read', 3],
]

/** One line a contestant and figure: the figure, and beside it its ratio to the floor. */
export function cellLines(result: CellResult): string[] {
  const title = `${cellName(result.cell)}${result.void === undefined ? '' : `   VOID: ${result.void}`}`
  const unable = Object.entries(result.unable ?? {}).map(
    ([name, why]) => `  ${name.padEnd(20)}  UNABLE: ${why.slice(0, 160)}`,
  )
  return [
    title,
    ...result.cell.contestants.map(contestant => {
      const figures = result.figures[contestant] ?? {}
      const shown = figureNames.flatMap(([name, label, digits]) => {
        const value = figures[name]
        if (value === undefined) return []
        const ratio = ratioOf(result, name, [contestant, 'bare'])
        return [`${label} ${value.toFixed(digits)} (${ratio.toFixed(2)}×)`]
      })
      return `  ${contestant.padEnd(20)}  ${shown.join('   ')}`
    }),
    ...unable,
  ]
}

export function verdictLines(verdicts: readonly Verdict[]): string[] {
  const rows = verdicts.map(({ goal, cell, ratio, gate, stretch, verdict }) => [
    goal,
    cell,
    Number.isNaN(ratio) ? '-' : ratio.toFixed(2),
    String(gate),
    String(stretch),
    verdict,
  ])
  const table = [['ratio', 'measured in', 'is', 'gate', 'stretch', ''], ...rows]
  const widths = table[0]!.map((_title, column) => Math.max(...table.map(row => row[column]!.length)))
  return table.map(row =>
    row
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}
