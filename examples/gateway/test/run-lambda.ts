import { dynamodbKeyStore } from '@modelgate/aws/dynamodb'
import { installLambdaShim, type LambdaShim } from '@modelgate/aws/lambda/testing'
import { createApiKey, hashKey, type KeyRecord } from '@modelgate/core'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { vi } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb } from '../../../packages/aws/test/support/dynamodb.ts'
import { temporaryFile } from './run-gateway.ts'

/** What stands around the app's functions on AWS, in this process: the runtime, the tables, the upstreams. */
export interface LambdaPlace extends AsyncDisposable {
  readonly shim: LambdaShim
  readonly db: TestDynamoDb
  readonly simulator: Simulator
  /** Variables as the stack sets them. What the SDKs read of the process's own is set there, too. */
  readonly environment: Readonly<Record<string, string>>
  /** What was written to standard output since, a line each. */
  readonly stdout: readonly string[]
  /** Puts a key into the table. */
  key(record: Partial<KeyRecord>): Promise<string>
}

/** @param openTables default: those of the gateway's stores, called `ai-gateway-dev-…` */
export async function openLambdaPlace(
  openTables: () => Promise<TestDynamoDb> = () => openTestDynamoDb('ai-gateway-dev'),
): Promise<LambdaPlace> {
  await using opened = new AsyncDisposableStack()
  const db = opened.use(await openTables())
  const simulator = opened.use(await startSimulator())
  const shim = opened.use(installLambdaShim())
  const ofSdks = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: simulator.credential.accessKeyId,
    AWS_SECRET_ACCESS_KEY: simulator.credential.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: simulator.url,
    OPENAI_BASE_URL: simulator.openaiBaseUrl,
  }
  for (const [name, value] of Object.entries(ofSdks)) vi.stubEnv(name, value)
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK']) vi.stubEnv(name, undefined)
  opened.defer(() => void vi.unstubAllEnvs())
  const stdout: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => stdout.push(String(text).trim()) > 0)
  opened.defer(() => spy.mockRestore())
  const keys = dynamodbKeyStore({ client: db.client, tableName: db.tables.apiKeys.tableName })
  const ended = opened.move()
  return {
    shim,
    db,
    simulator,
    stdout,
    environment: {
      ...ofSdks,
      // A machine that is busy with tests answers late at times, which is not what these are about.
      MODELGATE_CONFIG: temporaryFile('config.jsonc', '{ "limits": { "storeTimeoutMs": 5000 } }'),
      OPENAI_API_KEY: simulator.openaiKey,
      ENVIRONMENT: 'dev',
      API_KEY_TABLE_NAME: db.tables.apiKeys.tableName,
      LIMITS_TABLE_NAME: db.tables.limits.tableName,
      REQUEST_LOG: 'dynamodb',
      METRICS: 'emf',
      LOG_FORMAT: 'json',
      REST_API_ID: 'a1b2c3d4e5',
    },
    async key(record) {
      const key = createApiKey('dev')
      const apiKeyId = record.apiKeyId ?? `key-${hashKey(key).slice(0, 8)}`
      await keys.put({ userId: 'ann', tier: 'premium', ...record, apiKeyId, apiKeyHash: hashKey(key) })
      return key
    },
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  }
}
