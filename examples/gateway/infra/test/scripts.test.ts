import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbKeyStore } from '@modelgate/aws/dynamodb'
import { hashKey } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb } from '../../../../packages/aws/test/support/dynamodb.ts'
import { type StubAnswers, type StubCommands, stubCommands } from './stub-commands.ts'
import { synthesised } from './synthesised.ts'
import { createTablesOf } from './table-from-template.ts'

const infra = join(import.meta.dirname, '..')
const url = 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/v1'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A script with stubs for all that it could reach, and with no variable of this process's. */
function run(script: string, stubs: StubCommands, variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = { PATH: `${stubs.directory}:/usr/bin:/bin`, HOME: stubs.directory, ...variables }
  return new Promise(resolve => {
    execFile(join(infra, script), { env, cwd: stubs.directory }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

const deployed: StubAnswers = {
  'aws sts get-caller-identity': { stdout: '111111111111\n' },
  'aws cloudformation describe-stacks': { stdout: `${url}\n` },
  curl: { stdout: '{"status":"ok"}' },
}
const programs = ['aws', 'npx', 'curl']
const linesOf = (stubs: StubCommands): string[] =>
  stubs.calls().map(({ program, args }) => [program, ...args].join(' '))

describe('deploy-simple.sh', () => {
  it('installs, deploys both stacks, and asks whether the gateway is there', async () => {
    const stubs = stubCommands(programs, deployed)
    const { code, stderr } = await run('deploy-simple.sh', stubs)
    expect(code).toBe(0)
    const lines = linesOf(stubs)
    expect(lines.filter(line => line.startsWith('npx'))).toEqual([
      expect.stringMatching(/^npx -y pnpm@12 --dir \S+ install --frozen-lockfile$/),
      expect.stringMatching(/^npx -y pnpm@12 --dir \S+\/examples\/gateway\/infra install --frozen-lockfile$/),
      'npx cdk deploy ai-gateway-dev ai-gateway-dev-observability --require-approval never',
    ])
    expect(lines.at(-1)).toContain(`${url}/health`)
    expect(stderr).toContain('Deploys ai-gateway-dev to account 111111111111 in us-east-1.')
  })

  it('prepares an account that has not seen the CDK, and lets somebody look at what production allows', async () => {
    const stubs = stubCommands(programs, { ...deployed, 'aws ssm get-parameter': { code: 255 } })
    await run('deploy-simple.sh', stubs, { ENVIRONMENT: 'prod', CDK_DEFAULT_REGION: 'eu-west-1' })
    const cdk = linesOf(stubs).filter(line => line.startsWith('npx cdk'))
    expect(cdk).toEqual([
      'npx cdk bootstrap aws://111111111111/eu-west-1',
      'npx cdk deploy ai-gateway-prod ai-gateway-prod-observability --require-approval broadening',
    ])
  })

  it('leaves the app to the repository’s own Node, whatever Node npx runs on', () => {
    const { app } = JSON.parse(readFileSync(join(infra, 'cdk.json'), 'utf8')) as { readonly app: string }
    const [node = ''] = app.split(' ')
    expect(execFileSync(join(infra, node), ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./)
  })

  it.each([
    [{ ENVIRONMENT: 'production' }, "ENVIRONMENT: must be dev, staging, prod, got 'production'."],
    [{ CDK_DEFAULT_REGION: 'Ireland' }, "CDK_DEFAULT_REGION: must be a region such as eu-west-1, got 'Ireland'."],
  ])('touches nothing with %o', async (variables, message) => {
    const stubs = stubCommands(programs, deployed)
    const { code, stderr } = await run('deploy-simple.sh', stubs, variables)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stubs.calls()).toEqual([])
  })

  it('says what to do where AWS does not know who calls', async () => {
    const stubs = stubCommands(programs, { 'aws sts': { code: 255 } })
    const { code, stderr } = await run('deploy-simple.sh', stubs)
    expect(code).toBe(2)
    expect(stderr).toContain('aws sso login')
    expect(linesOf(stubs)).toHaveLength(1)
  })
})

describe('setup-complete.sh', () => {
  let db: TestDynamoDb
  beforeAll(async () => {
    const { gateway } = synthesised()
    db = await openTestDynamoDb('ai-gateway-dev', client => createTablesOf(gateway, client))
  })
  afterAll(() => db[Symbol.asyncDispose]())

  const variables = (): Record<string, string> => ({
    AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const count = async (TableName: string): Promise<number | undefined> =>
    (await db.client.send(new ScanCommand({ TableName, Select: 'COUNT' }))).Count

  it('makes a key of each tier and fills the catalogue, and the second time keeps what is there', async () => {
    const stubs = stubCommands(programs, deployed)
    const first = await run('setup-complete.sh', stubs, variables())
    expect(first).toMatchObject({ code: 0 })
    const keys = first.stdout
      .split('\n')
      .filter(line => line.includes('\t'))
      .map(line => line.split('\t'))
    expect(keys.map(([tier]) => tier)).toEqual(['free', 'basic', 'premium', 'enterprise'])
    const store = dynamodbKeyStore({ client: db.client, tableName: db.tables.apiKeys.tableName })
    for (const [tier, key = ''] of keys) {
      expect(key).toMatch(/^mg_dev_/)
      const isAdmin = tier === 'enterprise'
      const permissions = isAdmin ? ['completions', 'health', 'admin'] : ['completions', 'health']
      expect(await store.findByHash(hashKey(key))).toMatchObject({ tier, userId: `setup-${tier}`, permissions })
    }
    expect(await count('ai-gateway-dev-product-catalog')).toBe(200)

    const second = await run('setup-complete.sh', stubs, variables())
    expect(second).toMatchObject({ code: 0 })
    expect(second.stdout).not.toContain('\t')
    expect(second.stderr).toContain('A key of setup-free is there already, and stays.')
    expect(await count('ai-gateway-dev-api-keys')).toBe(4)
    expect(await count('ai-gateway-dev-product-catalog')).toBe(200)
  })

  it('makes a key anew that was revoked: it was shown once, and may be lost', async () => {
    const stubs = stubCommands(programs, deployed)
    await run('setup-complete.sh', stubs, variables())
    const store = dynamodbKeyStore({ client: db.client, tableName: db.tables.apiKeys.tableName })
    const { records } = await keysOf(db)
    const [lost] = records.filter(({ userId }) => userId === 'setup-basic')
    await store.revoke(lost!.apiKeyId)
    const { code, stdout, stderr } = await run('setup-complete.sh', stubs, variables())
    expect(code).toBe(0)
    expect(stdout.match(/^\w+\t/gm)).toEqual(['basic\t'])
    expect(stderr).toContain('A key of setup-free is there already, and stays.')
  })

  it('asks the gateway with a key that it made, which stands in no argument', async () => {
    const stubs = stubCommands(programs, deployed)
    for (const { apiKeyId } of (await keysOf(db)).records) await removeKey(db, apiKeyId)
    const { stdout } = await run('setup-complete.sh', stubs, variables())
    const key = /enterprise\t(\S+)/.exec(stdout)?.[1] ?? ''
    const asked = stubs.calls().find(({ args }) => args.includes(`${url}/api/v1/admin/config`))
    expect(asked?.input).toBe(`header = "X-API-Key: ${key}"\n`)
    expect(linesOf(stubs).join('\n')).not.toContain(key)
  })

  it('puts OpenAI’s key into the secret without showing it, and has the function read it', async () => {
    const stubs = stubCommands(programs, deployed)
    const { code } = await run('setup-complete.sh', stubs, { ...variables(), OPENAI_API_KEY: 'sk-canary-1' })
    expect(code).toBe(0)
    const put = stubs.calls().find(({ args }) => args.includes('put-secret-value'))
    expect(put).toMatchObject({
      args: expect.arrayContaining(['ai-gateway-dev/openai', 'file:///dev/stdin']),
      input: '{"api_key":"sk-canary-1"}',
    })
    const lines = linesOf(stubs)
    expect(lines.join('\n')).not.toContain('sk-canary-1')
    const restart = 'aws lambda update-function-configuration --function-name ai-gateway-dev-gateway-handler'
    expect(lines.findIndex(line => line.startsWith(restart))).toBeGreaterThan(
      lines.findIndex(line => line.includes('put-secret-value')),
    )
  })

  it('says to deploy first where there is nothing to set up', async () => {
    const stubs = stubCommands(programs, { 'aws cloudformation': { code: 254 } })
    const { code, stderr } = await run('setup-complete.sh', stubs, { ...variables(), ENVIRONMENT: 'staging' })
    expect(code).toBe(2)
    expect(stderr).toContain('ai-gateway-staging is not deployed in us-east-1: run ./deploy-simple.sh first.')
  })
})

describe('both scripts', () => {
  // A stack that was never made whole has no outputs: the AWS CLI says None of them, and ends well.
  it.each([['None\n'], ['\n'], ['']])('take %j for no address, and ask nothing of it', async stdout => {
    const stubs = stubCommands(programs, { ...deployed, 'aws cloudformation describe-stacks': { stdout } })
    const setUp = await run('setup-complete.sh', stubs)
    expect(setUp.stderr).toContain('ai-gateway-dev is not deployed in us-east-1: run ./deploy-simple.sh first.')
    const { code, stderr } = await run('deploy-simple.sh', stubs)
    expect([setUp.code, code]).toEqual([2, 2])
    expect(stderr).toContain('The stack ai-gateway-dev has no output ApiUrl')
    expect(linesOf(stubs).filter(line => line.startsWith('curl'))).toEqual([])
  })

  it('say what to do where AWS does not know who calls, and not that nothing is deployed', async () => {
    const stubs = stubCommands(programs, { 'aws sts': { code: 253 }, 'aws cloudformation': { code: 253 } })
    for (const script of ['deploy-simple.sh', 'setup-complete.sh']) {
      const { code, stderr } = await run(script, stubs)
      expect(code).toBe(2)
      expect(stderr).toContain('aws sso login')
      expect(stderr).not.toContain('not deployed')
    }
  })
})

const keysOf = ({ client, tables }: TestDynamoDb) =>
  dynamodbKeyStore({ client, tableName: tables.apiKeys.tableName }).list()

async function removeKey({ client, tables }: TestDynamoDb, apiKeyId: string): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: tables.apiKeys.tableName, Key: { apiKeyId: { S: apiKeyId } } }))
}
