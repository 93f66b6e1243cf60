import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

/** What becomes of the first call with tools in a process that is out of file descriptors since its gateway was mounted so. */
async function calledLate(mount: string): Promise<string> {
  const source = `
    import { once } from 'node:events'
    import { openSync } from 'node:fs'
    import { completedOutcome, createGateway, settledAs } from '@modelgate/core'
    import { toNodeHandler } from '@modelgate/core/node'
    const completion = { id: 'c', object: 'chat.completion', created: 0, model: 'm', choices: [] }
    const settled = settledAs(completedOutcome({}))
    const chat = async () => ({ kind: 'completion', completion: { value: completion }, settled })
    const provider = { id: 'us', name: 'us', handlers: { chat } }
    const routes = { kept: { targets: ['us/m'], cache: true } }
    const gateway = createGateway({ providers: [provider], auth: 'none', routes })
    ${mount}
    await once(process, 'beforeExit')
    try { for (;;) openSync('/dev/null') } catch {}
    const tools = [{ type: 'function', function: { name: 'look' } }]
    await gateway.chat({ model: 'kept', messages: [{ role: 'user', content: 'hi' }], tools }).then(
      ({ response }) => console.log('answered'),
      error => console.log(error.code, error.cause?.code),
    )`
  const node = `ulimit -n 256; exec "$0" -C modelgate-source --input-type=module -e "$1"`
  const { stdout } = await run('sh', ['-c', node, process.execPath, source], { cwd: join(import.meta.dirname, '..') })
  return stdout.trim()
}

it('opens no file any more for the first call of a server that needs schemas, or the cache', async () => {
  expect(await calledLate('toNodeHandler(gateway)')).toBe('answered')
})

it('nor behind the first answer of a gateway that is called by fetch', async () => {
  const body = JSON.stringify({ model: 'kept', messages: [{ role: 'user', content: 'hi' }] })
  const init = `{ method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} }`
  expect(await calledLate(`await (await gateway.fetch('http://host/v1/chat/completions', ${init})).text()`)).toBe(
    'answered',
  )
})
