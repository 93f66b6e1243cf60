import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { describe, expect, it } from 'vitest'
import { createCatalogServer } from '../src/catalog-server.ts'
import { memoryCatalog } from '../src/memory-catalog.ts'
import { readProducts } from '../src/read-products.ts'
import { serveHttp } from '../src/serve-http.ts'

const main = join(import.meta.dirname, '../src/main.ts')
const catalog = memoryCatalog(await readProducts())
const create = () => createCatalogServer({ catalog })
const auto = { versionNegotiation: { mode: 'auto' } } as const
const newClient = (options = {}): Client => new Client({ name: 'test', version: '1' }, options)

async function expectCatalog(client: Client): Promise<void> {
  const { tools } = await client.listTools()
  expect(tools.map(tool => tool.name)).toEqual(['search_products'])
  expect(tools[0]?.annotations?.readOnlyHint).toBe(true)
  const found = await client.callTool({ name: 'search_products', arguments: { query: 'dive computer' } })
  expect(found.isError).toBeFalsy()
  expect(found.structuredContent).toMatchObject({
    products: [{ productId: 'prod-127', name: 'Tide Dive Watch Computer' }],
    ttlMs: 60_000,
    cacheScope: 'public',
    version: await catalog.version(),
  })
  const refused = await client.callTool({ name: 'search_products', arguments: { query: 5 } })
  expect(refused.isError).toBe(true)
  const { resources } = await client.listResources()
  expect(resources).toHaveLength(200)
  const read = await client.readResource({ uri: 'catalog://products/prod-127' })
  expect(read.contents).toMatchObject([{ mimeType: 'application/json', text: expect.stringContaining('nitrox') }])
  // A fault of who asks, and not of the catalogue's, which clients may leave alone after some of those.
  await expect(client.readResource({ uri: 'catalog://products/none' })).rejects.toMatchObject({
    name: 'ProtocolError',
    code: expect.toBeOneOf([-32_602, -32_002]),
  })
}

describe('the catalogue as an MCP server', () => {
  it.each([
    ['2026-07-28', auto],
    ['2025-11-25', {}],
  ])('answers clients of %s over HTTP', async (version, options) => {
    await using serving = await serveHttp(create, { port: 0 })
    const client = newClient(options)
    await client.connect(new StreamableHTTPClientTransport(new URL(serving.url)))
    expect(client.getNegotiatedProtocolVersion()).toBe(version)
    await expectCatalog(client)
    await client.close()
  })

  it('answers over standard input and output, and leaves with its client', async () => {
    const client = newClient(auto)
    const transport = new StdioClientTransport({ command: process.execPath, args: [main] })
    await client.connect(transport)
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
    await expectCatalog(client)
    const pid = transport.pid!
    await client.close()
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
  })

  it('says where it listens, and stops when it is told to', async () => {
    const env = { ...process.env, CATALOG_TRANSPORT: 'http', PORT: '0' }
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const { url } = JSON.parse(line) as { url: string }
    expect((await fetch(url.replace('/mcp', '/'))).status).toBe(404)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })

  it('lets in who brings its token, and no web page', async () => {
    await using serving = await serveHttp(create, { port: 0, token: 'open-sesame' })
    const post = (headers: Record<string, string>) => fetch(serving.url, { method: 'POST', headers, body: '{}' })
    expect((await post({})).status).toBe(401)
    expect((await post({ authorization: 'Bearer open-sesam' })).status).toBe(401)
    expect((await post({ authorization: 'Bearer open-sesame', origin: 'https://example.com' })).status).toBe(403)
    const client = newClient(auto)
    const authProvider = { token: async () => 'open-sesame' }
    await client.connect(new StreamableHTTPClientTransport(new URL(serving.url), { authProvider }))
    await expectCatalog(client)
    await client.close()
  })

  it('goes on when it is asked for what is no address', async () => {
    await using serving = await serveHttp(create, { port: 0 })
    const asking = request({ port: new URL(serving.url).port, path: '//' }).end()
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    expect(answer.resume().statusCode).toBe(404)
  })

  it('serves nobody but this machine without a token', async () => {
    await expect(serveHttp(create, { host: '0.0.0.0', port: 0 })).rejects.toThrow(/CATALOG_TOKEN/)
  })
})
