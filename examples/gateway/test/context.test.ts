import { readContextBlock } from '@modelgate/mcp-context'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCatalogServer } from '../../mcp-catalog/src/catalog-server.ts'
import { memoryCatalog } from '../../mcp-catalog/src/memory-catalog.ts'
import { readProducts } from '../../mcp-catalog/src/read-products.ts'
import { type HttpServing, serveHttp } from '../../mcp-catalog/src/serve-http.ts'
import { type App, startApp } from '../src/start-app.ts'
import { bodiesSeen, demoKey, type ErrorAnswer, postChat } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { temporaryFile } from './run-gateway.ts'

const signingSecret = 'a secret of the tests'
const token = 'the token of the catalogue'

let catalog: HttpServing
beforeAll(async () => {
  const products = memoryCatalog(await readProducts())
  catalog = await serveHttp(() => createCatalogServer({ catalog: products }), { port: 0, token })
})
afterAll(() => catalog[Symbol.asyncDispose]())

/** The app with a section `context` over the catalogue, whose first connection may take what it takes on a busy machine. */
async function startWith(context: object, tell: (line: string) => void = () => {}): Promise<App> {
  const server = { url: catalog.url, token: { secret: 'env:CATALOGUE_TOKEN' } }
  const config = { context: { server, signingSecret, timeoutMs: 10_000, ...context } }
  const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify(config))
  return startApp({ PORT: '0', MODELGATE_CONFIG, CATALOGUE_TOKEN: token }, tell)
}

function ask(app: App, content: string, headers: Record<string, string> = {}): Promise<Response> {
  const messages = [{ role: 'user', content }]
  return postChat(`${app.url}/v1/chat/completions`, { model: 'fast', messages }, headers)
}

async function get(app: App, path: string): Promise<unknown> {
  const answer = await fetch(`${app.url}${path}`, { headers: { 'X-API-Key': demoKey } })
  return answer.json()
}

it('adds the products that a question is about, and tells of it in its log, its metrics and its health', async () => {
  const app = await startWith({ maxItems: 3 })
  const answer = await ask(app, 'Which headphones do you sell?', { 'x-request-id': 'asked' })
  expect(answer.headers.get('x-modelgate-context')).toMatch(/^hit;items=3;tokens=\d+$/)
  await answer.text()
  const { messages } = JSON.parse((await bodiesSeen(app.simulator))[0] ?? '') as {
    messages: { content: { text: string }[] }[]
  }
  const facts = readContextBlock(messages[0]?.content[1]?.text ?? '', signingSecret)
  expect(facts).toHaveLength(3)
  const items = facts?.map(({ productId }) => productId)
  expect(await get(app, '/api/v1/admin/requests/asked')).toMatchObject({
    data: [{ context: { status: 'hit', source: 'catalogue', items } }],
  })
  expect((await ask(app, 'What is the price of freedom?')).headers.get('x-modelgate-context')).toBe('skipped')
  const off = await ask(app, 'Which headphones?', { 'x-modelgate-context': 'off' })
  expect(off.headers.get('x-modelgate-context')).toBe('off')
  expect(await get(app, '/api/v1/admin/metrics')).toMatchObject({
    context: { calls: { hit: 1, skipped: 1, off: 1 }, items: 3 },
    contextSource: { source: 'catalogue', state: 'connected', breaker: 'closed' },
  })
  expect(await get(app, '/api/v1/health/detailed')).toMatchObject({
    components: { context: 'ok' },
    context: [{ component: 'context', name: 'catalogue', status: 'ok' }],
  })
  const shown = JSON.stringify(await get(app, '/api/v1/admin/config'))
  expect(shown).toContain('context.signingSecret')
  expect(shown).not.toContain(signingSecret)
  expect(shown).not.toContain(token)
  await app.close()
})

it('adds the texts of resources, which are no products', async () => {
  await using serving = await serveHttp(
    () => {
      const server = createCatalogServer({ catalog: memoryCatalog([]) })
      server.registerResource('hours', 'memo://opening-hours', {}, ({ href: uri }) => ({
        contents: [{ uri, text: 'Open Monday to Friday, 9 to 18.' }],
      }))
      return server
    },
    { port: 0 },
  )
  const resources = ['memo://opening-hours']
  const app = await startWith({ server: { url: serving.url }, resources, when: 'always' })
  const answer = await ask(app, 'When are you open?')
  expect(answer.headers.get('x-modelgate-context')).toMatch(/^hit;items=1;/)
  expect((await bodiesSeen(app.simulator))[0]).toContain('Open Monday to Friday, 9 to 18.')
  await app.close()
})

it('has connected to its server before anybody asks', async () => {
  const app = await startWith({})
  const source = async () => ((await get(app, '/api/v1/admin/metrics')) as { contextSource?: object }).contextSource
  await expect.poll(source, { timeout: 10_000 }).toMatchObject({ state: 'connected' })
  await app.close()
})

it('says when it starts that its server cannot be reached', async () => {
  const lines: string[] = []
  const app = await startWith({ server: { url: 'http://127.0.0.1:1/mcp' } }, line => void lines.push(line))
  await expect
    .poll(() => lines.join('\n'), { timeout: 10_000 })
    .toMatch(/context\.server cannot be asked now, .*ECONNREFUSED/)
  await app.close()
})

it('answers without facts, says so, and is degraded while its server is down', async () => {
  const lines: string[] = []
  const tell = (line: string): void => void lines.push(line)
  const server = { url: 'http://127.0.0.1:1/mcp' }
  const app = await startWith({ server, circuitBreaker: { failureThreshold: 1 } }, tell)
  const answer = await ask(app, 'Which wireless headphones do you have under 200 euros?')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('x-modelgate-context')).toBe('failed;reason=error')
  expect(await get(app, '/api/v1/health')).toMatchObject({ status: 'degraded', components: { context: 'down' } })
  expect(lines.join('\n')).toContain("The source of context 'catalogue' failed (error)")
  await app.close()
})

it('refuses where it is required, and adds nothing where it is switched off', async () => {
  const down = await startWith({ server: { url: 'http://127.0.0.1:1/mcp' }, required: true, when: 'always' })
  const refused = await ask(down, 'Hello')
  expect(refused.status).toBe(503)
  expect(((await refused.json()) as ErrorAnswer).error.code).toBe('context_unavailable')
  await down.close()
  const off = await startWith({ enabled: false })
  expect((await ask(off, 'Which headphones?')).headers.has('x-modelgate-context')).toBe(false)
  expect(await get(off, '/api/v1/health')).not.toHaveProperty('components.context')
  await off.close()
})

it.each([
  [{ server: { url: 'http://a/mcp', command: 'b' } }, 'context.server: give one of url and command.'],
  [{ server: {} }, 'context.server: give one of url and command.'],
  [{ signingSecret: 'short' }, 'context.signingSecret: give at least 16 characters that no caller knows'],
  [{ allowedHosts: ['HTTPS://x'] }, "context.allowedHosts: 'HTTPS://x' is not a host in lower case"],
  [{ secret: 'x' }, 'context.secret: is not a member here'],
])('does not start with %j', async (context, fault) => {
  await expect(startWith(context)).rejects.toThrow(fault)
})

it('wants a server where it is live, and warns of a secret that every process makes for itself', async () => {
  const live = { PORT: '0', UPSTREAM: 'live', OPENAI_API_KEY: 'sk-x', MODELGATE_API_KEY: 'k' }
  const started = startApp({ ...live, ENABLE_MCP_CONTEXT: 'true' }, () => {})
  await expect(started).rejects.toThrow('context.server: name the MCP server, by its url or its command.')
  const lines: string[] = []
  const app = await startWith({ signingSecret: undefined }, line => void lines.push(line))
  expect(lines.join('\n')).toContain('context.signingSecret is not set: each process makes one of its own')
  await app.close()
})
