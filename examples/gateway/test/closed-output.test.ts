import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { documentedFetch as fetch } from './documented-fetch.ts'

const repository = join(import.meta.dirname, '../../..')

/** A program whose standard error nobody reads any more once it has said something. */
async function runUnheard(args: readonly string[]) {
  const child = spawn(process.execPath, ['-C', 'modelgate-source', ...args], {
    cwd: repository,
    env: { PORT: '0', MODELGATE_API_KEY: 'key-of-the-operator', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    timeout: 15_000,
    killSignal: 'SIGKILL',
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(child, 'close')
  await Promise.race([once(child.stdout, 'data'), ended])
  child.stderr.destroy()
  return {
    said: () => said,
    /** Lets it go on where it waits for the end of its input, and waits for its own. */
    async end() {
      child.stdin.end()
      await ended
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

it('The app goes on where the reader of its log has gone away', async () => {
  await using app = await runUnheard([join(repository, 'examples/gateway/src/main.ts')])
  const { url } = JSON.parse(app.said()) as { readonly url: string }
  // An administrator's calls are always logged.
  const revoke = { method: 'DELETE', headers: { 'x-api-key': 'key-of-the-operator' } }
  for (let calls = 0; calls < 3; calls += 1) {
    expect((await fetch(`${url}/api/v1/admin/keys/nobodys`, revoke)).status).toBe(404)
  }
})

it('A logger that writes to standard error loses its lines, and not its process, where nobody reads it', async () => {
  const program = `
    import { setTimeout } from 'node:timers/promises'
    import { jsonLogger } from '@modelgate/core'
    console.log('begun')
    for await (const _ of process.stdin) ;
    for (let lines = 0; lines < 3; lines += 1) {
      jsonLogger().log('error', 'nobody reads this')
      await setTimeout(10)
    }
    console.log('still there')`
  await using running = await runUnheard(['--input-type=module', '-e', program])
  await running.end()
  expect(running.said()).toBe('begun\nstill there\n')
})
