// The CDK apps of the examples: installs each, checks its types, and runs its tests. Nothing asks AWS for anything.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const startedAt = performance.now()
const apps = globSync('examples/*/infra/package.json', { cwd: root }).map(dirname).sort()

function step(what, command, args) {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(3)} s  ${what}`)
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

for (const app of apps) {
  step(`installs ${app}`, 'npx', ['-y', 'pnpm@12', '--dir', app, 'install', '--frozen-lockfile', '--reporter=silent'])
}
for (const app of apps) step(`checks the types of ${app}`, 'npx', ['tsc', '--noEmit', '-p', app])
step('synthesises and asserts', 'npx', ['vitest', 'run', '--config', 'tests/infra/vitest.config.ts', '--root', '.'])
