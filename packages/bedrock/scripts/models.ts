import { modelFamilies } from '../src/models/models.ts'
import { capabilityTable } from './capability-table.ts'

// What each family of Bedrock's models is taken to take: `pnpm models`, or `pnpm models claude 4-5` for some of them.
const [head, ...rows] = capabilityTable(modelFamilies, process.argv.slice(2))
console.log([head, ...rows].join('\n'))
if (rows.length === 0) {
  console.error(`No family of models has all of these words in its prefix or name: ${process.argv.slice(2).join(' ')}`)
  process.exitCode = 1
}
