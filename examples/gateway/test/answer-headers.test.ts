import { describe, expect, it } from 'vitest'
import { type App, startApp } from '../src/start-app.ts'
import { demoKey, type ErrorAnswer, postChat } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { runToEnd, temporaryFile } from './run-gateway.ts'

const page = 'https://app.example.com'

async function withApp(variables: Record<string, string>, use: (app: App) => Promise<void>): Promise<void> {
  const app = await startApp({ PORT: '0', ...variables }, () => {})
  try {
    await use(app)
  } finally {
    await app.close()
  }
}

/** One of each kind: the app's own, the gateway's, a stream, and what is refused by each. */
const requests: readonly (readonly [string, (url: string) => Promise<Response>])[] = [
  ['a route of its own', url => fetch(`${url}/health`)],
  ['a whole answer', url => postChat(`${url}/v1/chat/completions`)],
  ['a stream', url => postChat(`${url}/api/v1/completions`, { stream: true })],
  ['no key', url => fetch(`${url}/v1/models`)],
  ['no such path', url => fetch(`${url}/nothing`)],
  ['another method', url => fetch(`${url}/health`, { method: 'DELETE' })],
]

describe('every answer', () => {
  it('is taken for what it says it is, framed by nobody, and tells nothing of what made it', async () => {
    await withApp({}, async ({ url }) => {
      for (const [name, ask] of requests) {
        const { headers } = await ask(url)
        expect.soft(headers.get('x-content-type-options'), name).toBe('nosniff')
        expect.soft(headers.get('content-security-policy'), name).toBe("default-src 'none'; frame-ancestors 'none'")
        expect.soft(headers.get('x-request-id'), name).toMatch(/^[\w-]{36}$/)
        for (const absent of ['x-powered-by', 'server', 'strict-transport-security', 'access-control-allow-origin']) {
          expect.soft(headers.has(absent), `${absent}: ${name}`).toBe(false)
        }
      }
    })
  })

  it('may be read by a listed page, and tells no other', async () => {
    await withApp({ CORS_ORIGINS: `${page}, http://localhost:5173` }, async ({ url }) => {
      for (const origin of [page, 'https://evil.example']) {
        const headers = { origin, 'X-API-Key': demoKey }
        for (const path of ['/health', '/v1/models', '/nothing']) {
          const answer = await fetch(url + path, { headers })
          expect.soft(answer.headers.get('access-control-allow-origin')).toBe(origin === page ? page : null)
          expect.soft(answer.headers.get('vary')).toBe('Origin')
        }
        const stream = await postChat(`${url}/v1/chat/completions`, { stream: true }, headers)
        expect(stream.headers.get('access-control-allow-origin')).toBe(origin === page ? page : null)
        expect(await stream.text()).toContain('[DONE]')
      }
    })
  })

  it('answers preflights without a key, for the methods that the path has', async () => {
    const cors = { origins: [page], credentials: true, maxAgeSeconds: 60 }
    const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify({ cors }))
    await withApp({ MODELGATE_CONFIG }, async ({ url }) => {
      const headers = { origin: page, 'access-control-request-method': 'POST' }
      const answer = await fetch(`${url}/v1/v1/chat/completions`, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-methods')).toBe('POST')
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
      expect(answer.headers.get('access-control-max-age')).toBe('60')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      const other = await fetch(`${url}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: { ...headers, origin: 'https://evil.example' },
      })
      expect(other.headers.has('access-control-allow-methods')).toBe(false)
    })
  })

  it('has no preflights where no page may call', async () => {
    await withApp({}, async ({ url }) => {
      const headers = { origin: page, 'access-control-request-method': 'POST' }
      const answer = await fetch(`${url}/v1/chat/completions`, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('POST')
    })
  })

  it('asks for TLS only where a trusted proxy says that it came by it', async () => {
    const sts = async (url: string, forwarded: string): Promise<string | null> =>
      (await fetch(`${url}/health`, { headers: { 'x-forwarded-proto': forwarded } })).headers.get(
        'strict-transport-security',
      )
    await withApp({ TRUST_PROXY: '1' }, async ({ url }) => {
      expect(await sts(url, 'https')).toBe('max-age=31536000')
      expect(await sts(url, 'https, http')).toBeNull()
      expect(await sts(url, 'http')).toBeNull()
    })
    await withApp({}, async ({ url }) => expect(await sts(url, 'https')).toBeNull())
  })

  it.each([
    ['POST', '/health', 'GET, HEAD'],
    ['PUT', '/v1/api/v1/completions', 'POST'],
    ['POST', '/v1/models/openai/gpt-4o', 'GET, HEAD'],
  ])('to %s %s says which methods there are', async (method, path, allow) => {
    await withApp({}, async ({ url }) => {
      const answer = await fetch(url + path, { method, body: '{}' })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe(allow)
      expect(answer.headers.get('connection')).toBe('close')
      expect(((await answer.json()) as ErrorAnswer).error.code).toBe('method_not_allowed')
    })
  })

  it('to HEAD has the length and no body', async () => {
    await withApp({}, async ({ url }) => {
      const answer = await fetch(`${url}/health`, { method: 'HEAD' })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-length')).toBe('15')
      expect(await answer.text()).toBe('')
    })
  })
})

it('a faulty allow-list ends the start, one line a fault', async () => {
  const cors = { origins: ['https://app.example.com/', '*'], credentials: true }
  const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify({ cors }))
  const { code, stderr } = await runToEnd({ MODELGATE_CONFIG, CORS_ORIGINS: 'app.example.com, null' })
  expect(code).toBe(2)
  expect(stderr).toContain("cors.origins[0]: must be an origin as browsers send it, such as 'https://app.example.com'")
  expect(stderr).toContain(
    "CORS_ORIGINS: must be origins such as https://app.example.com, or *, with commas; got 'app.example.com'.",
  )
  const open = temporaryFile('modelgate.json', JSON.stringify({ cors: { origins: ['*'], credentials: true } }))
  expect((await runToEnd({ MODELGATE_CONFIG: open })).stderr).toContain('cors: browsers refuse credentials')
  const file = temporaryFile('modelgate.json', JSON.stringify({ cors: { origins: [page], credentials: true } }))
  expect((await runToEnd({ MODELGATE_CONFIG: file, CORS_ORIGINS: '*' })).stderr).toContain('cors: browsers refuse')
})
