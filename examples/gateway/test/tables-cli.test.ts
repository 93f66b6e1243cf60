import { readFileSync } from 'node:fs'
import { gatewayTables } from '@modelgate/aws/dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb, testCredentials } from '../../../packages/aws/test/support/dynamodb.ts'
import { runTables } from '../src/cli/run-tables.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb()
})
afterAll(() => db[Symbol.asyncDispose]())
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', testCredentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', testCredentials.secretAccessKey)
})
afterEach(() => vi.unstubAllEnvs())

async function tables(...args: string[]) {
  const printed: string[] = []
  const told: string[] = []
  const code = await runTables(args, { print: line => printed.push(line), tell: line => told.push(line) })
  return { code, printed, told }
}

const at = (endpoint: string): string[] => ['--region', 'us-east-1', '--endpoint', endpoint]

describe('pnpm tables', () => {
  it('makes the tables that the README names', () => {
    const readme = readFileSync(`${import.meta.dirname}/../README.md`, 'utf8')
    const [, section = ''] = readme.split('\n## Tables\n')
    const [named = ''] = section.split('billed by request')
    const suffixes = named.match(/-[a-z-]+(?=`)/g)?.map(name => name.replace('-gateway-dev', ''))
    expect(suffixes).toEqual(Object.values(gatewayTables('')).map(({ tableName }) => tableName))
  })

  it('makes the tables of a deployment, and a second time finds them', async () => {
    const noTtl = '; items do not expire, since this endpoint knows no TTL'
    expect(await tables('create', ...at(db.endpoint))).toEqual({
      code: 0,
      printed: [
        'ai-gateway-dev-api-keys: created.',
        `ai-gateway-dev-request-analytics: created${noTtl}.`,
        `ai-gateway-dev-limits: created${noTtl}.`,
        `ai-gateway-dev-cache: created${noTtl}.`,
      ],
      told: [],
    })
    expect((await tables('create', ...at(db.endpoint))).printed).toEqual([
      'ai-gateway-dev-api-keys: is there.',
      `ai-gateway-dev-request-analytics: is there${noTtl}.`,
      `ai-gateway-dev-limits: is there${noTtl}.`,
      `ai-gateway-dev-cache: is there${noTtl}.`,
    ])
  })

  it('says why it could not, and exits with 1', async () => {
    const { code, told } = await tables('create', ...at('http://127.0.0.1:1'))
    expect(code).toBe(1)
    expect(told.join('\n')).toMatch(/ECONNREFUSED/)
  })

  it('says what is missing where there is no region', async () => {
    for (const name of ['AWS_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config')
    const { code, told } = await tables('create', '--endpoint', db.endpoint)
    expect([code, told]).toEqual([1, ['DynamoDB could not be asked: Error: Region is missing\nSet AWS_REGION.']])
  })

  it.each([
    [['drop'], "'drop' is no command; use create."],
    [['create', 'limits'], "create takes options only, got 'limits'."],
    [['create', '--prefix', 'a b'], '--prefix: may hold letters, digits, _, - and . only.'],
    [['create', '--endpoint', 'here'], "--endpoint: 'here' is no URL."],
  ])('exits with 2 for %j', async (args, message) => {
    expect(await tables(...args)).toEqual({ code: 2, printed: [], told: [message] })
  })

  it('helps', async () => {
    expect((await tables('--help')).printed.join('\n')).toContain('npx -y pnpm@12 tables create')
  })
})
