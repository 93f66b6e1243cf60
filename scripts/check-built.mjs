// Before `pnpm pack` and `pnpm publish`, which without `dist` make a package of a README and nothing else, and say nothing.
import { existsSync, readFileSync } from 'node:fs'

const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const files = [...JSON.stringify(exports).matchAll(/"(\.\/dist\/[^"]+)"/g)].map(([, file]) => file)
const missing = files.find(file => !existsSync(file))
if (missing) {
  console.error(
    `${name} is not built: ${missing} is missing. Run first, at the top of the repository: npx -y pnpm@12 build`,
  )
  process.exit(1)
}
