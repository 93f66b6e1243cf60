import { expect, it } from 'vitest'
import { testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { freePort } from '../../../packages/core/test/support/redis-server.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { runGateway, type Variables } from './run-gateway.ts'

const root = 'my-gateway-key'
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

it.each<[keyof typeof routes, (port: number) => Variables]>([
  [
    'tables',
    port => ({
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
      REQUEST_LOG: 'dynamodb',
      API_KEY_TABLE_NAME: 'keys',
    }),
  ],
  ['redis', port => ({ REDIS_URL: `redis://user:hunter2@127.0.0.1:${port}` })],
])(
  'what is kept in %s that are down is asked for again later, and its log alone says why',
  async (where, variables) => {
    const port = await freePort()
    await using gateway = await runGateway({ ...variables(port), MODELGATE_API_KEY: root })
    for (const [method, path] of routes[where]) {
      const answer = await fetch(`${gateway.url}/api/v1/admin${path}`, { method, headers: { 'X-API-Key': root } })
      const told = await answer.text()
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '1'])
      expect(answer.headers.get('x-should-retry')).toBe('true')
      expect(JSON.parse(told)).toMatchObject({ error: { code: 'upstream_unavailable', type: 'upstream_error' } })
      expect(told).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|hunter2|writeable/)
      expect(gateway.stderr()).toContain(`Request ${answer.headers.get('x-request-id')}: `)
    }
    expect(gateway.stderr()).toMatch(/ECONNREFUSED|writeable/)
    expect(gateway.stderr()).not.toContain('hunter2')
  },
)
