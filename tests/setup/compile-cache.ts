import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/**
 * Has Node keep what it compiles the gateway app to (`NODE_COMPILE_CACHE`), before the first of the many tests that start it: without,
 * each of them spends most of its start on that. A process keeps it when it ends by itself.
 * @see https://nodejs.org/api/module.html#module-compile-cache
 */
export default async function keepCompiled(): Promise<void> {
  const app = join(import.meta.dirname, '../../examples/gateway/src/main.ts')
  const child = spawn(process.execPath, ['-C', 'modelgate-source', app], {
    env: { PORT: '0', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.stdout.once('data', () => child.kill('SIGTERM'))
  await once(child, 'close')
}
