import { describe, expect, it, vi } from 'vitest'
import { apiKeys, createGateway, memoryKeyStore, requireScope } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'

const keys = memoryKeyStore([
  { key: 'operator', permissions: ['admin'] },
  { key: 'caller', userId: 'ann' },
])

function gatewayOf(options: Partial<Parameters<typeof createGateway>[0]> = {}) {
  return createGateway({ providers: [scriptedProvider('model', ['Hello'])], auth: apiKeys(keys), ...options })
}

const ask = (key: string, more: object = {}) => ({
  method: 'GET',
  path: '/admin',
  headers: { 'x-api-key': key },
  ...more,
})

describe('door.authenticate', () => {
  it('says whose key a request brings, whatever its path', async () => {
    expect(await gatewayOf().door.authenticate(ask('caller'))).toMatchObject({ userId: 'ann', keyId: 'key-2' })
  })

  it('rejects as the door refuses', async () => {
    const { door } = gatewayOf()
    await expect(door.authenticate(ask('wrong'))).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(door.authenticate(ask('caller', { headers: {} }))).rejects.toMatchObject({ code: 'unauthenticated' })
    const doubled = ask('caller', { doubled: ['authorization'] })
    await expect(door.authenticate(doubled)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(gatewayOf({ auth: undefined }).door.authenticate(ask('caller'))).rejects.toThrow('no authentication')
  })

  it("counts with the door's own the keys that fail, by the address that proxies tell", async () => {
    const auth = apiKeys(keys, { failedAttempts: { perMinute: 1 } })
    const { door } = gatewayOf({ auth, trustProxy: 1 })
    const from = (address: string) => ({
      address: '10.0.0.1',
      headers: { 'x-api-key': 'wrong', 'x-forwarded-for': address },
    })
    await expect(door.authenticate(ask('', from('192.0.2.1')))).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(door.authenticate(ask('', from('192.0.2.1')))).rejects.toMatchObject({ code: 'rate_limited' })
    await expect(door.authenticate(ask('', from('192.0.2.2')))).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it("asks the host's login first, and knows nobody where nobody is asked", async () => {
    const host = { tenant: 'host' }
    expect(await gatewayOf().door.authenticate(ask('', { principal: () => host }))).toBe(host)
    expect(await gatewayOf({ auth: 'none' }).door.authenticate(ask(''))).toBeUndefined()
  })
})

it('requireScope lets pass who has the scope, or no list of scopes', async () => {
  const { door } = gatewayOf()
  const operator = await door.authenticate(ask('operator'))
  const caller = await door.authenticate(ask('caller'))
  expect(() => operator && requireScope(operator, 'admin')).not.toThrow()
  expect(() => requireScope({ tenant: 'host' }, 'admin')).not.toThrow()
  expect(() => caller && requireScope(caller, 'admin')).toThrow("lacks the permission 'admin'")
})

describe('what says nobody', () => {
  const said = [
    ['false', false],
    ['a text', 'ann'],
    ['true', true],
    ['zero', 0],
    ['a function that nobody called', () => ({ tenant: 'host' })],
    ['an object without a tenant', { id: 'ann' }],
  ] as const
  const body = JSON.stringify({ model: 'model/x', messages: [{ role: 'user', content: 'hi' }] })
  const request = { method: 'POST', body }

  it.each(said)('lets nobody in as `auth`: %s', async (_, principal) => {
    const onError = vi.fn()
    for (const answer of [principal, Promise.resolve(principal)]) {
      const gateway = gatewayOf({ auth: () => answer as never, onError })
      expect((await gateway.fetch('http://gateway/v1/chat/completions', request)).status).toBe(500)
    }
    const message = expect.stringMatching(/`auth` must give a principal, as \{ tenant: .* it gave /)
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message }), expect.anything())
  })

  it.each(said)("lets nobody in as the host's login: %s", async (_, principal) => {
    const gateway = gatewayOf({ onError: vi.fn() })
    const options = { ...request, principal: principal as never }
    expect((await gateway.fetch('http://gateway/v1/chat/completions', options)).status).toBe(500)
    await expect(gateway.chat(JSON.parse(body), { principal: principal as never })).rejects.toThrow(
      "gateway.chat(): the option principal must say who calls, as { tenant: 'team-search' }",
    )
  })

  it('leaves null to the keys', async () => {
    const gateway = gatewayOf()
    const options = { ...request, principal: null as never }
    expect((await gateway.fetch('http://gateway/v1/chat/completions', options)).status).toBe(401)
  })
})
