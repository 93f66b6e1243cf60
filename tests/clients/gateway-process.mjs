// The gateway app on its simulator, as a process.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const gateway = join(import.meta.dirname, '../../examples/gateway')

/** Starts it. Nothing of it outlives `lifeMs`, whatever becomes of the run. */
export async function startGateway(variables, lifeMs) {
  const app = spawn(process.execPath, ['-C', 'modelgate-source', join(gateway, 'src/main.ts')], {
    env: { PORT: '0', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: lifeMs,
    killSignal: 'SIGKILL',
  })
  let errors = ''
  app.stderr.setEncoding('utf8').on('data', text => {
    errors += text
  })
  const [line] = await Promise.race([once(createInterface(app.stdout), 'line'), once(app, 'exit').then(() => [''])])
  if (!line) throw new Error(`The gateway did not start: ${errors}`)
  return {
    ...JSON.parse(line),
    async [Symbol.asyncDispose]() {
      app.kill('SIGTERM')
      if (app.exitCode === null && app.signalCode === null) await once(app, 'exit')
    },
  }
}
