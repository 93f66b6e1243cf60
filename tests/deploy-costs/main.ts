import { readFileSync, writeFileSync } from 'node:fs'
import { costTables } from './cost-tables.ts'
import { withCosts } from './with-costs.ts'

// Prints what the deployments cost, and writes it into docs/deploy.md.
const document = new URL('../../docs/deploy.md', import.meta.url)
if (process.argv.length > 2) {
  console.error(
    '`pnpm costs` takes no arguments: it prints what the deployments cost, and writes it into docs/deploy.md.',
  )
  process.exitCode = 2
} else {
  const costs = costTables()
  writeFileSync(document, withCosts(readFileSync(document, 'utf8'), costs))
  console.log(costs)
}
