import { describe, expect, it } from 'vitest'
import { apiKeys, createApiKey, createGateway, memoryKeyStore } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { fronts, serveGateway } from '../support/fronts.ts'

const provider = () => scriptedProvider('model', ['Hello'])
const forgotten = createApiKey('live')

/** What a caller is answered, to the byte; the date is not the gateway's. */
async function answerOf(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'keep-alive')
  return JSON.stringify([response.status, headers, await response.text()])
}

describe.each(fronts)('refused keys through $name', ({ open }) => {
  const memory = memoryKeyStore([
    { key: 'good' },
    { key: 'revoked', active: false },
    { key: 'expired', expiresAt: '2020-01-01T00:00:00Z' },
  ])
  const stores = {
    'in memory': memory,
    'that is waited for': { findByHash: async (hash: string) => memory.findByHash(hash) },
  }

  it.each(Object.entries(stores))('get one answer, to the byte, of a store %s', async (_, store) => {
    const ask = await open(createGateway({ providers: [provider()], auth: apiKeys(store) }))
    const sent: Record<string, Record<string, string>> = {
      malformed: { authorization: 'Bearer mg_live_1' },
      mistyped: { authorization: `Bearer ${forgotten.slice(0, -1)}` },
      unknown: { authorization: `Bearer ${forgotten}` },
      revoked: { 'x-api-key': 'revoked' },
      expired: { authorization: 'ApiKey expired' },
    }
    const answers = new Set<string>()
    for (const headers of Object.values(sent)) {
      const init = { method: 'POST', body: '{}', headers: { ...headers, 'x-request-id': 'the-same' } }
      answers.add(await answerOf(await ask('/v1/chat/completions', init)))
    }
    expect(answers.size).toBe(1)
    expect([...answers][0]).toContain('[401,')
  })
})

describe('the address of whoever failed', () => {
  const auth = () => apiKeys(memoryKeyStore([{ key: 'good' }]), { failedAttempts: { perMinute: 1 } })
  const wrong = (headers: Record<string, string> = {}) => ({ headers: { 'x-api-key': 'wrong', ...headers } })

  it("is the connection's, and nobody can say another", async () => {
    const { url } = await serveGateway(createGateway({ providers: [provider()], auth: auth() }))
    const statuses: number[] = []
    for (const address of ['198.51.100.1', '198.51.100.2']) {
      statuses.push((await fetch(`${url}/v1/models`, wrong({ 'x-forwarded-for': address }))).status)
    }
    expect(statuses).toEqual([401, 429])
    const refused = await fetch(`${url}/v1/models`, wrong())
    expect(refused.headers.get('retry-after')).toMatch(/^(59|60)$/)
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited' } })
    expect((await fetch(`${url}/v1/models`, { headers: { 'x-api-key': 'good' } })).status).toBe(200)
  })

  it('is what the proxies appended where there are any, and not what the caller said before them', async () => {
    const { url } = await serveGateway(createGateway({ providers: [provider()], auth: auth(), trustProxy: 1 }))
    const status = async (forwardedFor: string) =>
      (await fetch(`${url}/v1/models`, wrong({ 'x-forwarded-for': forwardedFor }))).status
    expect(await status('198.51.100.1')).toBe(401)
    expect(await status('198.51.100.2')).toBe(401)
    expect(await status('1.2.3.4, 198.51.100.1')).toBe(429)
    expect(await status('198.51.100.3, not-an-address')).toBe(401)
    expect(await status('198.51.100.4, nor-this')).toBe(429)
  })

  it('is what the host says where it mounts the gateway as fetch, and unknown where it says none', async () => {
    const gateway = createGateway({ providers: [provider()], auth: auth() })
    const status = async (address?: string) =>
      (await gateway.fetch('http://gateway.test/v1/models', { ...wrong(), address })).status
    expect([await status('192.0.2.1'), await status('192.0.2.1'), await status('192.0.2.2')]).toEqual([401, 429, 401])
    expect([await status(), await status(), await status()]).toEqual([401, 401, 401])
  })

  it('is told to a login of the host’s own as well, which finds all else as it was', async () => {
    const seen: unknown[] = []
    const gateway = createGateway({
      providers: [provider()],
      trustProxy: 1,
      auth({ method, path, headers, address }) {
        seen.push({ method, path, host: headers['x-here'], address })
        return { tenant: 't' }
      },
    })
    const { url } = await serveGateway(gateway)
    await fetch(`${url}/v1/models?a=1`, { headers: { 'x-forwarded-for': '203.0.113.9', 'x-here': 'yes' } })
    expect(seen).toEqual([{ method: 'GET', path: '/v1/models?a=1', host: 'yes', address: '203.0.113.9' }])
  })
})

describe('a key store that is down', () => {
  it('is answered with 503 and a time to come back, and its reason stays inside', async () => {
    const told: unknown[] = []
    const reason = new Error('connect ECONNREFUSED 10.0.0.7:8000')
    const store = { findByHash: () => Promise.reject<undefined>(reason) }
    const auth = apiKeys(store, { onError: error => told.push(error) })
    const { url } = await serveGateway(createGateway({ providers: [provider()], auth }))
    const response = await fetch(`${url}/v1/models`, { headers: { 'x-api-key': 'good' } })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(response.headers.get('x-should-retry')).toBe('true')
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'keys_unavailable' } })
    expect(body).not.toContain('10.0.0.7')
    expect(told).toEqual([reason])
  })
})
