import { inspect } from 'node:util'
import { afterEach, expect, it, vi } from 'vitest'
import { apiKeys, createApiKey, createGateway, hashKey, isGatewayError, memoryKeyStore } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'

afterEach(() => void vi.restoreAllMocks())

const canary = createApiKey('canary')
const pepper = 'the-pepper-that-nobody-may-see'

/** Everything a key could leak into: what is printed, logged, reported, answered and thrown. */
it('no key and no pepper is printed, logged, reported, answered or thrown', async () => {
  const seen: unknown[] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...said: unknown[]) => void seen.push(said))
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation(text => seen.push(String(text)) > 0)
  }
  const records = memoryKeyStore([{ key: canary, permissions: ['completions'] }], { pepper })
  const state = { down: false }
  const store = {
    async findByHash(hash: string) {
      seen.push(hash)
      if (state.down) throw new Error('down')
      return records.findByHash(hash)
    },
  }
  const clock = { now: Date.now() }
  const gateway = createGateway({
    providers: [scriptedProvider('model', ['Hello'])],
    auth: apiKeys(store, { pepper, failedAttempts: { perMinute: 1 }, now: () => clock.now }),
    requestLog: { write: record => void seen.push(record), flush: () => Promise.resolve() },
    onReport: report => void seen.push(report),
    onError: error => void seen.push(error),
  })
  const ask = async (key: string, path = '/v1/chat/completions'): Promise<number> => {
    const body = JSON.stringify({ model: 'model-1', messages: [{ role: 'user', content: 'Hi' }] })
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const init = path.endsWith('completions') ? { method: 'POST', body, headers } : { headers }
    const response = await gateway.fetch(`http://gateway.test${path}`, { ...init, address: '192.0.2.7' })
    seen.push([...response.headers], await response.text())
    return response.status
  }
  expect(await ask(canary)).toBe(200)
  expect(await ask(canary, '/v1/models/nothing')).toBe(404)
  expect(await ask(`${canary}x`)).toBe(401)
  expect(await ask(canary.slice(1))).toBe(429)
  await records.revoke('key-1')
  clock.now += 61_000
  expect(await ask(canary)).toBe(401)
  state.down = true
  clock.now += 400_000
  expect(await ask(canary)).toBe(503)
  for (const wrong of [
    () => memoryKeyStore([{ key: canary }, { key: canary }]),
    () => memoryKeyStore([{ key: `${canary}x` }]),
    () => memoryKeyStore([{ key: canary, expiresAt: 'soon' }]),
    () => apiKeys(records, { pepper, cacheMs: -1 }),
  ]) {
    try {
      wrong()
    } catch (error) {
      expect(isGatewayError(error)).toBe(true)
      seen.push(error)
    }
  }
  seen.push(records, await records.list())
  const all = inspect(seen, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null })
  vi.restoreAllMocks()
  expect(all).toContain(hashKey(canary, pepper))
  for (const secret of [canary, canary.slice(1), canary.slice(20, 50), pepper]) expect(all).not.toContain(secret)
})
