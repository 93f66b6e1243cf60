// The bundled handler under AWS's own runtime interface client. That compiles its native half when it is installed, with make,
// cmake, a C++ compiler and Node's headers: where it cannot, this says so and checks nothing.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../tests/lambda-ric', import.meta.url))
const install = spawnSync('pnpm', ['--dir', directory, 'install', '--frozen-lockfile'], { encoding: 'utf8' })

if (install.status !== 0 || !existsSync(`${directory}/node_modules/aws-lambda-ric/rapid-client.node`)) {
  console.warn(`${install.stdout}\n${install.stderr}`.trim().split('\n').slice(-20).join('\n'))
  console.warn(
    '\n!! SKIPPED: aws-lambda-ric does not install here, so the bundle was NOT run under Lambda’s own runtime.',
  )
  console.warn(
    '!! It needs make, cmake, a C++ compiler and Node’s headers. The shim has told the same stories in `pnpm test`.',
  )
} else {
  const args = [
    '-C',
    'modelgate-source',
    '--test',
    '--test-reporter=spec',
    `${directory}/main.ts`,
    `${directory}/whole.ts`,
  ]
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1
}
