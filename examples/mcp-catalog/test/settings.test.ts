import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'

const main = join(import.meta.dirname, '../src/main.ts')

/** Where nobody listens. */
const noTable = {
  CATALOG_TABLE: 'products',
  DYNAMODB_ENDPOINT: 'http://127.0.0.1:9',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_MAX_ATTEMPTS: '1',
}

async function run(variables: Record<string, string>, program = main) {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await closed) as [number | null]
  return { code, out, errors }
}

describe('the environment of the catalogue', () => {
  it.each([
    [{ CATALOG_TRANSPORT: 'htpp' }, "CATALOG_TRANSPORT: must be 'stdio' or 'http', got 'htpp'.\n"],
    [{ CATALOG_TRANSPORT: 'http', PORT: '70000' }, "PORT: must be a whole number from 0 to 65535, got '70000'.\n"],
    [{ CATALOG_TRANSPORT: 'http', PORT: '3030x' }, "PORT: must be a whole number from 0 to 65535, got '3030x'.\n"],
    [{ CATALOG_TRANSPORT: 'http', HOST: '0.0.0.0', PORT: '0' }, '0.0.0.0 can be reached by others; set CATALOG_TOKEN'],
    [{ CATALOG_FILE: '/no/such/file.json' }, 'The catalogue cannot be read: ENOENT'],
    [{ CATALOG_FILE: main }, 'The catalogue cannot be read: '],
    [
      noTable,
      'The catalogue cannot be read: connect ECONNREFUSED 127.0.0.1:9. CATALOG_FILE and CATALOG_TABLE say where',
    ],
  ])('that is wrong is told in a line, and nothing is served: %j', async (variables, line) => {
    const { code, out, errors } = await run(variables)
    expect(errors).toContain(line)
    expect(errors).not.toMatch(/^\s+at /m)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })

  it('that is wrong for a table to be filled is told in a line', async () => {
    const { code, errors } = await run(noTable, main.replace('main.ts', 'fill.ts'))
    expect(errors).toMatch(/^products is not filled: connect ECONNREFUSED 127\.0\.0\.1:9\. AWS_REGION, .*\n$/)
    expect(code).toBe(1)
  })

  it('names a port that is taken', async () => {
    await using taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const { code, errors } = await run({ CATALOG_TRANSPORT: 'http', PORT: String(port) })
    expect(errors).toMatch(/^Cannot listen: .*EADDRINUSE.* HOST and PORT say where\.\n$/)
    expect(code).toBe(1)
  })

  it('takes what is set to nothing as not set', async () => {
    const { code, out, errors } = await run({ CATALOG_TRANSPORT: '', PORT: '', HOST: '', CATALOG_FILE: '' })
    expect({ code, out, errors }).toEqual({ code: 0, out: '', errors: '' })
  })
})
