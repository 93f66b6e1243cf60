import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { runGateway, type Variables } from './run-gateway.ts'

const root = 'my-gateway-key'
/** Nothing listens there, while a port that was free a moment ago may be another test's by now. */
const closedPort = 1
const routes = {
  tables: [
    ['GET', '/keys'],
    ['GET', '/keys/some'],
    ['DELETE', '/keys/some'],
    ['GET', '/requests/some'],
    ['GET', '/metrics?scope=fleet'],
  ],
  redis: [
    ['GET', '/budgets?tenant=acme'],
    ['POST', '/budgets/reset?tenant=acme'],
  ],
} as const

function tablesAt(port: number): Variables {
  return {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
    REQUEST_LOG: 'dynamodb',
    API_KEY_TABLE_NAME: 'keys',
  }
}

it.each<[keyof typeof routes, (port: number) => Variables]>([
  ['tables', tablesAt],
  ['redis', port => ({ REDIS_URL: `redis://user:hunter2@127.0.0.1:${port}` })],
])(
  'what is kept in %s that are down is asked for again later, and its log alone says why',
  async (where, variables) => {
    await using gateway = await runGateway({ ...variables(closedPort), MODELGATE_API_KEY: root })
    for (const [method, path] of routes[where]) {
      const answer = await fetch(`${gateway.url}/api/v1/admin${path}`, { method, headers: { 'X-API-Key': root } })
      const told = await answer.text()
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '1'])
      expect(answer.headers.get('x-should-retry')).toBe('true')
      expect(JSON.parse(told)).toMatchObject({ error: { code: 'upstream_unavailable', type: 'upstream_error' } })
      expect(told).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|hunter2|writeable/)
      await expect.poll(gateway.stderr).toContain(`Request ${answer.headers.get('x-request-id')}: `)
    }
    await expect.poll(gateway.stderr).toMatch(/ECONNREFUSED|writeable/)
    expect(gateway.stderr()).not.toContain('hunter2')
  },
)

it('what is kept in tables before which something else answers, in HTML, is asked for again later, too', async () => {
  const proxy = createServer((_, answer) =>
    answer.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
  )
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const { port } = proxy.address() as AddressInfo
  await using gateway = await runGateway({ ...tablesAt(port), MODELGATE_API_KEY: root })
  for (const [method, path] of routes.tables) {
    const answer = await fetch(`${gateway.url}/api/v1/admin${path}`, { method, headers: { 'X-API-Key': root } })
    expect([path, answer.status]).toEqual([path, 503])
    expect(await answer.json()).toMatchObject({ error: { code: 'upstream_unavailable' } })
  }
  proxy.close()
})
