import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, startApp } from '../src/start-app.ts'
import { postChat } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { temporaryFile } from './run-gateway.ts'

const root = 'operator-key'
const config = {
  routes: { fast: ['openai/gpt-4o-mini'], free: ['openai/unpriced'] },
  keys: [
    { key: 'sk-poor', apiKeyId: 'poor', userId: 'ann', tenant: 'search', budget: { usdPerDay: 0.001 } },
    { key: 'sk-rich', apiKeyId: 'rich', userId: 'bob', tenant: 'search', budget: { usdPerMonth: 50 } },
    { key: 'sk-other', apiKeyId: 'other', tenant: 'shop' },
  ],
  budgets: { tenants: { shop: { usdPerDay: 0 } }, softLimit: 0.000001 },
}

let app: App
const told: string[] = []
beforeAll(async () => {
  const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify(config))
  app = await startApp({ PORT: '0', MODELGATE_CONFIG, MODELGATE_API_KEY: root, ENVIRONMENT: 'staging' }, line =>
    told.push(line),
  )
})
afterAll(() => app.close())

async function ask(path: string, method = 'GET', body?: object) {
  const answer = await fetch(`${app.url}/api/v1/admin${path}`, {
    method,
    headers: { 'X-API-Key': root },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function chat(key: string, body: object = {}) {
  const request = {
    model: 'fast',
    max_tokens: 50,
    messages: [{ role: 'user', content: 'Say exactly: hello' }],
    ...body,
  }
  const answer = await postChat(`${app.url}/v1/chat/completions`, request, { 'X-API-Key': key })
  const { error } = (await answer.json()) as { error?: { code: string; message: string } }
  return { status: answer.status, headers: answer.headers, error }
}

describe('the gateway app keeps budgets', () => {
  it('of keys, told of in headers and to the operator', async () => {
    const first = await chat('sk-rich')
    expect(first.status).toBe(200)
    expect(first.headers.get('x-modelgate-budget-limit-usd')).toBe('50')
    const cost = Number(first.headers.get('x-modelgate-cost-usd'))
    expect(Number(first.headers.get('x-modelgate-budget-remaining-usd'))).toBeCloseTo(50 - cost, 8)
    const { body } = await ask('/budgets?key=rich')
    expect(body).toMatchObject({ of: 'key', name: 'rich', usdToday: expect.closeTo(cost, 8) })
    const { body: counted } = await ask('/metrics')
    const rich = { of: 'key', name: 'rich', period: 'month', limitUsd: 50, spentUsd: expect.closeTo(cost, 8) }
    expect(counted).toMatchObject({ budgets: [rich] })
    await chat('sk-poor')
    await chat('sk-poor')
    expect(told.join('\n')).toMatch(/The key \\?"poor\\?" has spent [\d.e-]+ of its budget of 0\.001 US dollars a day/)
  })

  it('of keys and of tenants, and refuses what does not fit', async () => {
    const dear = await chat('sk-poor', { max_tokens: 4_000 })
    expect([dear.status, dear.headers.get('x-should-retry'), dear.error?.code]).toEqual([
      429,
      'false',
      'budget_exceeded',
    ])
    expect(dear.error?.message).toContain('The budget of this key, $0.001 a day,')
    const tenant = await chat('sk-other')
    expect(tenant.error?.message).toContain('The budget of this tenant, $0 a day,')
    const unpriced = await chat('sk-poor', { model: 'free' })
    expect([unpriced.status, unpriced.error?.code]).toEqual([403, 'permission_denied'])
  })

  it('lets an administrator give out a key with one, set it anew, and begin it anew', async () => {
    const made = await ask('/keys', 'POST', { userId: 'cy', apiKeyId: 'cy', budget: { usdPerDay: 0.0000001 } })
    expect(made.body).toMatchObject({ budget: { usdPerDay: 0.0000001 } })
    const key = String(made.body.key)
    expect(key).toMatch(/^mg_staging_/)
    expect((await chat(key)).status).toBe(429)
    const set = await ask('/keys/cy/budget', 'POST', { usdPerDay: 1, usdPerMonth: 2 })
    expect(set).toMatchObject({ status: 200, body: { apiKeyId: 'cy', budget: { usdPerDay: 1, usdPerMonth: 2 } } })
    expect((await chat(key)).status).toBe(200)
    const { body: spent } = await ask('/budgets?key=cy')
    expect(spent.usdThisMonth).toBeGreaterThan(0)
    const reset = await ask('/budgets/reset?key=cy', 'POST')
    expect(reset).toMatchObject({ status: 200, body: { of: 'key', name: 'cy', usdToday: 0, usdThisMonth: 0 } })
    const none = await ask('/keys/cy/budget', 'POST', {})
    expect(none.body).not.toHaveProperty('budget')
  })

  it('refuses what makes no sense', async () => {
    expect((await ask('/keys/none/budget', 'POST', { usdPerDay: 1 })).status).toBe(404)
    const wrong = await ask('/keys/poor/budget', 'POST', { usdPerDay: -1 })
    expect([wrong.status, wrong.body]).toMatchObject([400, { error: { param: 'usdPerDay' } }])
    for (const query of ['', '?key=', '?key=a&tenant=b', '?key=a&key=b', `?key=${'k'.repeat(513)}`]) {
      expect((await ask(`/budgets${query}`)).status).toBe(400)
      expect((await ask(`/budgets/reset${query}`, 'POST')).status).toBe(400)
    }
  })
})
