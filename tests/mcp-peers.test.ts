import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type McpSource, type McpSourceOptions, mcpSource } from '@modelgate/mcp-context'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const require = createRequire(import.meta.url)
const search = { signal: new AbortController().signal, tenant: undefined, limit: 5 }
const peer = (name: string): string =>
  join(dirname(require.resolve(`@modelcontextprotocol/server-${name}/package.json`)), 'dist/index.js')
const catalogMain = join(import.meta.dirname, '../examples/mcp-catalog/src/main.ts')
const node = process.execPath

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelgate-peers-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** Starts a server by a program of ours that notes its process id, so that a test can look for it, and kill it. */
async function noted(main: string, args: readonly string[] = []) {
  const pids = join(directory, `${Math.random()}.pids`)
  const starter = `require('node:fs').appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n')`
  await writeFile(`${pids}.cjs`, starter)
  await writeFile(pids, '')
  return {
    server: { command: node, args: ['--require', `${pids}.cjs`, main, ...args] },
    pids: async () => (await readFile(pids, 'utf8')).trim().split('\n').map(Number),
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function withSource<T>(options: McpSourceOptions, use: (source: McpSource) => Promise<T>): Promise<T> {
  const source = mcpSource(options)
  try {
    return await use(source)
  } finally {
    await source.close()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

// Each starts several processes, one after another, with both cores busy.
describe('servers of others over standard input and output', { timeout: 60_000 }, () => {
  it('server-everything answers a tool and a resource', async () => {
    const { server, pids } = await noted(peer('everything'), ['stdio'])
    const tool = { name: 'echo', arguments: (query: string) => ({ message: query }) }
    await withSource({ server, tool }, async source => {
      expect(await source.search('tents', search)).toEqual({ items: [{ text: 'Echo: tents' }] })
      expect(source.describe()).toMatchObject({ state: 'connected', detail: expect.stringContaining('MCP 2025-11-25') })
    })
    const uri = 'demo://resource/static/document/architecture.md'
    await withSource({ server, resources: [uri] }, async source => {
      expect(await source.search('tents', search)).toEqual({ items: [{ uri, text: expect.stringContaining('#') }] })
    })
    expect((await pids()).filter(isAlive)).toEqual([])
  })

  it('server-filesystem finds a file, and says that it may not look elsewhere', async () => {
    await writeFile(join(directory, 'tents.txt'), '')
    const { server, pids } = await noted(peer('filesystem'), [directory])
    const find = (path: string) => ({ name: 'search_files', arguments: (query: string) => ({ path, pattern: query }) })
    await withSource({ server, tool: find(directory) }, async source => {
      const { items } = await source.search('tents*', search)
      expect(JSON.stringify(items)).toContain('tents.txt')
    })
    await withSource({ server, tool: find('/etc') }, async source => {
      await expect(source.search('passwd', search)).rejects.toMatchObject({ code: 'invalid_request' })
    })
    expect((await pids()).filter(isAlive)).toEqual([])
  })

  it('server-memory finds what it knows', async () => {
    const file = join(directory, 'memory.jsonl')
    const entity = { type: 'entity', name: 'Ridgeline', entityType: 'tent', observations: ['for two'] }
    await writeFile(file, `${JSON.stringify(entity)}\n`)
    const { server } = await noted(peer('memory'))
    await withSource(
      { server: { ...server, env: { MEMORY_FILE_PATH: file } }, tool: { name: 'search_nodes' } },
      async source => {
        expect((await source.search('Ridgeline', search)).items).toEqual([
          { name: 'Ridgeline', entityType: 'tent', observations: ['for two'] },
        ])
        expect((await source.search('nothing of the kind', search)).items).toEqual([])
      },
    )
  })

  it('a server whose process is killed is started anew, and the killed search fails', async () => {
    const { server, pids } = await noted(peer('everything'), ['stdio'])
    const slow = { name: 'trigger-long-running-operation', arguments: () => ({ duration: 60, steps: 1 }) }
    await withSource({ server, tool: slow }, async source => {
      await source.connect()
      const waiting = source.search('tents', search)
      const failed = expect(waiting).rejects.toMatchObject({ code: 'upstream_unavailable' })
      const [pid] = (await pids()).filter(isAlive)
      process.kill(pid!, 'SIGKILL')
      await failed
      expect(source.describe().state).toBe('disconnected')
    })
    const echo = { name: 'echo', arguments: (query: string) => ({ message: query }) }
    await withSource({ server, tool: echo }, async source => {
      expect(await source.search('tents', search)).toEqual({ items: [{ text: 'Echo: tents' }] })
      const alive = (await pids()).filter(isAlive)
      expect(alive).toHaveLength(1)
      process.kill(alive[0]!, 'SIGKILL')
      await expect.poll(() => source.describe().state).toBe('disconnected')
      expect(await source.search('stoves', search)).toEqual({ items: [{ text: 'Echo: stoves' }] })
    })
    expect((await pids()).filter(isAlive)).toEqual([])
  })

  it('a server that never says a word is gone when its source is closed', async () => {
    const silent = join(directory, 'silent.cjs')
    await writeFile(silent, "process.on('SIGTERM', () => {}); process.stdin.resume(); setInterval(() => {}, 1000)")
    const { server, pids } = await noted(silent)
    await withSource({ server, tool: { name: 'search' }, connectTimeoutMs: 500 }, async source => {
      await expect(source.connect()).rejects.toMatchObject({ code: 'timeout_connect' })
    })
    // On a busy machine it may have been ended before it noted itself.
    expect((await pids()).filter(pid => pid > 0 && isAlive(pid))).toEqual([])
  })
})

describe('servers over streamable HTTP', { timeout: 60_000 }, () => {
  it('server-everything, which keeps sessions, answers, and is found again after a restart', async () => {
    const port = await freePort()
    const start = async () => {
      const env = { ...process.env, PORT: String(port) }
      const child = spawn(node, [peer('everything'), 'streamableHttp'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
      for await (const line of createInterface(child.stderr)) if (line.includes(String(port))) break
      child.stderr.resume()
      return child
    }
    const tool = { name: 'echo', arguments: (query: string) => ({ message: query }) }
    let child = await start()
    try {
      await withSource({ server: { url: `http://127.0.0.1:${port}/mcp` }, tool }, async source => {
        expect(await source.search('tents', search)).toEqual({ items: [{ text: 'Echo: tents' }] })
        expect(source.describe().detail).toContain('MCP 2025-11-25')
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
        await expect(source.search('tents', search)).rejects.toMatchObject({ code: 'upstream_unavailable' })
        child = await start()
        expect(await source.search('stoves', search)).toEqual({ items: [{ text: 'Echo: stoves' }] })
      })
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('our catalogue answers by either way in the revision of 2026', async () => {
    const tool = { name: 'search_products' }
    const products = {
      items: [expect.objectContaining({ productId: 'prod-127' })],
      cacheScope: 'public',
      ttlMs: 60_000,
    }
    const { server, pids } = await noted(catalogMain)
    await withSource({ server, tool }, async source => {
      expect(await source.search('dive computer', search)).toMatchObject(products)
      expect(source.describe().detail).toContain('MCP 2026-07-28')
    })
    expect((await pids()).filter(isAlive)).toEqual([])
    const env = { ...process.env, CATALOG_TRANSPORT: 'http', PORT: '0', CATALOG_TOKEN: 'open-sesame' }
    const child = spawn(node, [catalogMain], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
      const { url } = JSON.parse(line) as { url: string }
      await withSource({ server: { url, token: 'open-sesame' }, tool }, async source => {
        expect(await source.search('dive computer', search)).toMatchObject(products)
        expect(source.describe().detail).toContain('MCP 2026-07-28')
      })
      await withSource({ server: { url, token: 'wrong' }, tool }, async source => {
        await expect(source.search('dive computer', search)).rejects.toMatchObject({ code: 'upstream_auth_failed' })
      })
    } finally {
      child.kill('SIGKILL')
    }
  })
})
