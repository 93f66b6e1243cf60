import { modelFamilies } from '../src/models/models.ts'
import { capabilityTable } from './capability-table.ts'

// What each family of Bedrock's models is taken to take: `pnpm models`, or `pnpm models claude 4-5` for some of them.
const words = process.argv.slice(2)
const [head, ...rows] = capabilityTable(modelFamilies, words)
if (words.some(word => word.startsWith('-'))) {
  console.error('`pnpm models` takes no options but words to look for, such as `pnpm models claude 4-5`.')
  process.exitCode = 2
} else {
  console.log([head, ...rows].join('\n'))
  if (rows.length === 0) {
    console.error(`No family of models has all of these words in its prefix or name: ${words.join(' ')}`)
    process.exitCode = 1
  }
}
