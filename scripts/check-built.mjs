// Before `pnpm pack` and `pnpm publish`, which without `dist` make a package of a README and nothing else, and say nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'

const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const files = [...JSON.stringify(exports).matchAll(/"(\.\/dist\/[^"]+)"/g)].map(([, file]) => file)
const missing = files.find(file => !existsSync(file))
if (missing) {
  console.error(
    `${name} is not built: ${missing} is missing. Run first, at the top of the repository: npx -y pnpm@12 build`,
  )
  process.exit(1)
}

// Workers know `node:crypto` alone, and a bundler for the web takes `crypto` for a package.
const unprefixed = readdirSync('dist', { recursive: true })
  .filter(file => /\.c?js$/.test(file))
  .flatMap(file =>
    [...readFileSync(join('dist', file), 'utf8').matchAll(/\b(?:from |require\(|import\()"([\w/]+)"/g)]
      .filter(([, asked]) => builtinModules.includes(asked))
      .map(([, asked]) => `${asked} in dist/${file}`),
  )
if (unprefixed.length > 0) {
  console.error(`${name} asks for modules of Node without their prefix, node: — ${unprefixed.join(', ')}`)
  process.exit(1)
}
