import { checkRules, type Verdict } from './check-rules.ts'
import { suites } from './suites.ts'
import { verdictTable } from './verdict-table.ts'

// Every rule of the simulator must refuse a translator that was made wrong on purpose, and let the right one through.
const startedAt = performance.now()
const table = verdictTable(suites, process.stdout.columns ?? 200)
const verdicts: Verdict[] = []
console.log(table.head)
for await (const verdict of checkRules(suites)) {
  console.log(table.row(verdict))
  verdicts.push(verdict)
}
const lanes = suites.map(({ lane, rules }) => `${rules.length} ${lane}`).join(' and ')
const refused = verdicts.filter(({ fault }) => fault === undefined).length
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
console.log(
  `\n${refused} of ${verdicts.length} wrong translators are refused by the rule they break (${lanes} rules, ${seconds} s).`,
)
if (refused < verdicts.length) process.exitCode = 1
