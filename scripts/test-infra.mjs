// The CDK apps of the examples: installs each, checks its types, and runs its tests. Nothing asks AWS for anything.
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const startedAt = performance.now()
const apps = globSync('examples/*/infra/package.json', { cwd: root }).map(dirname).sort()

// Neither an account nor a network is to be had: whatever asks for one fails here as it would on a train.
const offline = {
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const noAccount = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name)))

function step(what, command, args, env = process.env) {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(3)} s  ${what}`)
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env })
  if (status !== 0) process.exit(status ?? 1)
}

for (const app of apps) {
  step(`installs ${app}`, 'npx', ['-y', 'pnpm@12', '--dir', app, 'install', '--frozen-lockfile', '--reporter=silent'])
}
for (const app of apps) step(`checks the types of ${app}`, 'npx', ['tsc', '--noEmit', '-p', app])
const output = mkdtempSync(join(tmpdir(), 'modelgate-synth-'))
process.on('exit', () => rmSync(output, { recursive: true, force: true }))
for (const app of apps) {
  // Not by pnpm, which would look whether all is installed.
  const { scripts } = JSON.parse(readFileSync(join(root, app, 'package.json'), 'utf8'))
  const bin = join(root, app, 'node_modules', '.bin')
  const env = { ...noAccount, ...offline, PATH: `${bin}:${process.env.PATH}` }
  step(
    `synthesises ${app} by the CDK’s own command line`,
    'sh',
    ['-c', `cd ${app} && ${scripts.synth} --output ${join(output, basename(dirname(app)))}`],
    env,
  )
}
step('asserts what was synthesised', 'npx', [
  'vitest',
  'run',
  '--config',
  'tests/infra/vitest.config.ts',
  '--root',
  '.',
])
