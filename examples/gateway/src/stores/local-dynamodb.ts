import { once } from 'node:events'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createTables, dynamodbKeyStore, type GatewayTables, gatewayTables } from '@modelgate/aws/dynamodb'
import { createApiKey, hashKey } from '@modelgate/core'
import { ConfigurationError } from '../configuration-error.ts'

/** A stand-in for DynamoDB in this process, with the gateway's tables and one key. All of it is gone when the process ends. */
export interface LocalDynamoDb extends AsyncDisposable {
  readonly endpoint: string
  readonly client: DynamoDBClient
  readonly tables: GatewayTables
  /** Nobody has it but who reads it here: the table holds its hash. */
  readonly key: string
}

/** Any will do. */
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/**
 * Loads dynalite, which nothing else in the app does, and makes tables and key.
 * @throws {ConfigurationError} where dynalite is not installed.
 */
export async function openLocalDynamoDb(environment: string): Promise<LocalDynamoDb> {
  const { default: dynalite } = await import('dynalite').catch((cause: unknown) => {
    const fault =
      "STORE: 'dynamodb-local' needs dynalite, which is not installed here: `npm install dynalite`, or unset STORE."
    throw new ConfigurationError([fault], { cause })
  })
  // Whatever fails from here on, nothing must stay open that keeps the process.
  await using opened = new AsyncDisposableStack()
  const server = dynalite({ createTableMs: 0 })
  opened.defer(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  opened.defer(() => client.destroy())
  const tables = gatewayTables(`ai-gateway-${environment}`)
  await createTables({ client, tables: Object.values(tables), pollMs: 5 })
  const key = await makeKey(client, tables)
  const kept = opened.move()
  return { endpoint, client, tables, key, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Of the smallest tier, so that its limit is soon seen, and with every permission, so that its calls can be looked up. */
async function makeKey(client: DynamoDBClient, { apiKeys }: GatewayTables): Promise<string> {
  const key = createApiKey('local')
  await dynamodbKeyStore({ client, tableName: apiKeys.tableName }).put({
    apiKeyId: 'local',
    apiKeyHash: hashKey(key),
    userId: 'local',
    tier: 'free',
    permissions: ['completions', 'health', 'admin'],
  })
  return key
}
