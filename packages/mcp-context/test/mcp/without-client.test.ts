import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const index = join(import.meta.dirname, '../../src/index.ts')

/** Where the MCP client is not installed. */
const program = `
import { registerHooks } from 'node:module'
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('@modelcontextprotocol/')) throw new Error('Cannot find package ' + specifier)
    return next(specifier, context)
  },
})
const { mcpContext, mcpSource, productQuestion } = await import(${JSON.stringify(index)})
const source = mcpSource({ server: { url: 'http://127.0.0.1:9/mcp' }, tool: { name: 'search' } })
mcpContext({ source, secret: 'sixteen letters!', when: productQuestion() })
const search = { signal: new AbortController().signal, tenant: undefined, limit: 5 }
const error = await source.search('tents', search).catch(error => error)
await source.close()
console.log(error.code, error.message)
`

it('a program that has no MCP client is told so at its first search over MCP, and not before', async () => {
  const args = ['-C', 'modelgate-source', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 })
  expect(stdout).toMatch(
    /^invalid_configuration An MCP source needs the MCP client.*`npm install @modelcontextprotocol\/client`/,
  )
})
