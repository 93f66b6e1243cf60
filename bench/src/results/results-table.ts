import type { Machine } from '../machine/programs.ts'
import { cellLines, judge } from '../report.ts'
import type { CellResult } from '../run.ts'

/** A Markdown page of what was measured: the goals first, then each cell as the bench printed it. */
export function resultsPage(machine: Machine, results: readonly (CellResult & { readonly at: string })[]): string {
  const goals = judge(results).map(
    ({ goal, cell, ratio, gate, stretch, verdict }) =>
      `| ${goal} | ${cell} | ${Number.isNaN(ratio) ? '' : ratio.toFixed(2)} | ${gate} | ${stretch} | ${verdict} |`,
  )
  const cells = results.map(result => `${result.at.slice(0, 16)}\n${cellLines(result).join('\n')}`)
  return `# What \`npx -y pnpm@12 bench\` measured

${Object.entries(machine)
  .map(([name, value]) => `${name} ${value}`)
  .join(' · ')}

| ratio | measured in | is | gate | stretch | |
|---|---|---|---|---|---|
${goals.join('\n')}

\`\`\`
${cells.join('\n\n')}
\`\`\`
`
}
