// The CDK apps of the examples: installs each, checks its types, and runs its tests. Nothing asks AWS for anything.
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
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

const limit = availableParallelism()

/** Runs a command; the first that fails ends all of this. */
function step(what, command, args, env = process.env) {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(3)} s  ${what}`)
  return new Promise(resolve => {
    spawn(command, args, { cwd: root, stdio: 'inherit', env }).on('exit', status => {
      if (status !== 0) process.exit(status ?? 1)
      resolve()
    })
  })
}

/** As many at once as there are processors. */
async function together(steps) {
  const left = steps.values()
  const worker = async () => {
    for (const run of left) await run()
  }
  await Promise.all(Array.from({ length: limit }, worker))
}

await together(
  apps.map(app => () => {
    return step(`installs ${app}`, 'pnpm', ['--dir', app, 'install', '--frozen-lockfile', '--reporter=silent'])
  }),
)
const output = mkdtempSync(join(tmpdir(), 'modelgate-synth-'))
process.on('exit', () => rmSync(output, { recursive: true, force: true }))
const tool = name => join(root, 'node_modules', '.bin', name)
await together([
  ...apps.map(app => () => step(`checks the types of ${app}`, tool('tsc'), ['--noEmit', '-p', app])),
  ...apps.map(app => () => {
    // Not by pnpm, which would look whether all is installed.
    const { scripts } = JSON.parse(readFileSync(join(root, app, 'package.json'), 'utf8'))
    const bin = join(root, app, 'node_modules', '.bin')
    const env = { ...noAccount, ...offline, PATH: `${bin}:${process.env.PATH}` }
    const synth = `cd ${app} && ${scripts.synth} --output ${join(output, basename(dirname(app)))}`
    return step(`synthesises ${app} by the CDK’s own command line`, 'sh', ['-c', synth], env)
  }),
])
const tests = ['run', '--config', 'tests/infra/vitest.config.ts', '--root', '.']
await step('asserts what was synthesised', tool('vitest'), tests)
